#include "protocol/json_document.hpp"

#include <charconv>
#include <system_error>

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#define JSMN_STRICT
#include <jsmn.h>

#include "base/hex.hpp"
#include "protocol/decimal.hpp"
#include "protocol/utf8.hpp"

namespace smartkar::protocol {
namespace {

// Longer texts than anything that reaches a decoder; keeps every position within jsmn's int.
constexpr std::size_t kTextBytesMax = 65536;

const jsmntok_t& tokenAt(const std::byte* tokens, std::size_t index) {
  return reinterpret_cast<const jsmntok_t*>(tokens)[index];
}

// The characters between a token's bounds (a string's without its quotes).
std::string_view textOf(const jsmntok_t& token, std::string_view text) {
  const auto start = static_cast<std::size_t>(token.start);
  return text.substr(start, static_cast<std::size_t>(token.end) - start);
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// Reads the inside of a JSON string, escapes resolved, character by character.
class StringReader {
 public:
  explicit StringReader(std::string_view inside) : rest_(inside) {}

  // The next character; nothing at the end and at what is not allowed (a control character, NUL even as an escape, bad
  // UTF-8, half a surrogate pair). atEnd() tells which.
  std::optional<char32_t> next() {
    if (rest_.starts_with('\\')) return escape();
    if (rest_.empty() || static_cast<std::uint8_t>(rest_[0]) < 0x20) return std::nullopt;
    return takeUtf8(rest_);
  }
  bool atEnd() const { return rest_.empty(); }

 private:
  std::optional<char32_t> escape() {
    if (rest_.size() < 2) return std::nullopt;
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (rest_[1] == 'u') return unicodeEscape();
    const auto index = kNames.find(rest_[1]);
    if (index == std::string_view::npos) return std::nullopt;
    rest_.remove_prefix(2);
    return static_cast<char32_t>(kMeanings[index]);
  }

  std::optional<char32_t> unicodeEscape() {
    const auto first = takeUnit();
    if (!first || *first == 0 || (*first >= 0xDC00 && *first <= 0xDFFF)) return fail();
    if (*first < 0xD800 || *first > 0xDBFF) return first;
    const auto second = takeUnit();
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return fail();
    return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
  }

  // One \uXXXX.
  std::optional<char32_t> takeUnit() {
    if (rest_.size() < 6 || !rest_.starts_with("\\u")) return std::nullopt;
    std::uint8_t bytes[2];
    if (!decodeHex(rest_.substr(2, 4), bytes)) return std::nullopt;
    rest_.remove_prefix(6);
    return static_cast<char32_t>(bytes[0] << 8 | bytes[1]);
  }

  // A reader that failed must not look as if it had reached the end.
  std::optional<char32_t> fail() {
    rest_ = "\\";
    return std::nullopt;
  }

  std::string_view rest_;
};

bool validString(std::string_view inside) {
  StringReader reader(inside);
  while (reader.next()) {
  }
  return reader.atEnd();
}

bool sameString(std::string_view inside_a, std::string_view inside_b) {
  StringReader a(inside_a);
  StringReader b(inside_b);
  for (;;) {
    const auto from_a = a.next();
    const auto from_b = b.next();
    if (from_a != from_b) return false;
    if (!from_a) return true;
  }
}

std::size_t countDigits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && isDigit(text[count])) ++count;
  return count;
}

// RFC 8259 section 6.
bool validNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t whole = countDigits(text);
  if (whole == 0 || (whole > 1 && text[0] == '0')) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    const std::size_t fraction = countDigits(text.substr(1));
    if (fraction == 0) return false;
    text.remove_prefix(1 + fraction);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const std::size_t exponent = countDigits(text);
    if (exponent == 0) return false;
    text.remove_prefix(exponent);
  }
  return text.empty();
}

bool validPrimitive(std::string_view text) {
  return text == "true" || text == "false" || text == "null" || validNumber(text);
}

// jsmn finds the bounds of the values and forgives much in between ({"a" 1,} for example). This walks over the whole
// text along its tokens and accepts only what the grammar allows.
class StrictCheck {
 public:
  StrictCheck(std::string_view text, const jsmntok_t* tokens, std::size_t count)
      : text_(text), tokens_(tokens), count_(count) {}

  std::optional<JsonError> run() {
    // jsmn takes a lone number or literal only if something follows it: refused in either case.
    if (count_ == 0 || tokens_[0].type == JSMN_PRIMITIVE) return JsonError::Malformed;
    if (!value(0)) return error_;
    skipSpace();
    if (position_ != text_.size() || next_ != count_) return JsonError::Malformed;
    return std::nullopt;
  }

 private:
  // Checks the value of a token; next_ is then the token that follows it.
  bool value(std::size_t index) {
    const jsmntok_t& token = tokens_[index];
    next_ = index + 1;
    switch (token.type) {
      case JSMN_OBJECT:
        return nested(token, '{', '}');
      case JSMN_ARRAY:
        return nested(token, '[', ']');
      case JSMN_STRING:
        return string(token);
      default:
        return primitive(token);
    }
  }

  bool nested(const jsmntok_t& token, char open, char close) {
    if (++depth_ > kJsonDepthMax) return fail(JsonError::TooComplex);
    if (!expect(open)) return false;
    const std::size_t first = next_;
    while (next_ < count_ && tokens_[next_].start < token.end) {
      if (next_ != first && !expect(',')) return false;
      if (open == '{' && !key(first)) return false;
      if (next_ >= count_ || !value(next_)) return false;
    }
    --depth_;
    return expect(close);
  }

  // first: the first key of this object.
  bool key(std::size_t first) {
    const std::size_t index = next_++;
    if (tokens_[index].type != JSMN_STRING || !string(tokens_[index])) return false;
    for (std::size_t other = first; other < index; other = after(other + 1)) {
      if (sameString(textOf(tokens_[other], text_), textOf(tokens_[index], text_))) return fail(JsonError::Duplicate);
    }
    return expect(':');
  }

  std::size_t after(std::size_t index) const {
    const int end = tokens_[index].end;
    while (++index < count_ && tokens_[index].start < end) {
    }
    return index;
  }

  bool string(const jsmntok_t& token) {
    if (!expect('"') || position_ != static_cast<std::size_t>(token.start)) return false;
    position_ = static_cast<std::size_t>(token.end);
    return validString(textOf(token, text_)) && expect('"');
  }

  bool primitive(const jsmntok_t& token) {
    skipSpace();
    if (position_ != static_cast<std::size_t>(token.start)) return false;
    position_ = static_cast<std::size_t>(token.end);
    return validPrimitive(textOf(token, text_));
  }

  void skipSpace() {
    while (position_ < text_.size() && std::string_view(" \t\r\n").find(text_[position_]) != std::string_view::npos) {
      ++position_;
    }
  }

  bool expect(char c) {
    skipSpace();
    return position_ < text_.size() && text_[position_++] == c;
  }

  bool fail(JsonError error) {
    error_ = error;
    return false;
  }

  std::string_view text_;
  const jsmntok_t* tokens_;
  std::size_t count_;
  std::size_t next_ = 0;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  JsonError error_ = JsonError::Malformed;
};

}  // namespace

Result<JsonValue, JsonError> JsonDocument::parse(std::string_view text) {
  static_assert(sizeof(jsmntok_t) == kTokenBytes && alignof(jsmntok_t) == alignof(int));
  token_count_ = 0;
  text_ = text;
  if (text.size() > kTextBytesMax) return Failure{JsonError::TooComplex};
  auto* tokens = reinterpret_cast<jsmntok_t*>(tokens_);
  jsmn_parser parser;
  jsmn_init(&parser);
  const int found = jsmn_parse(&parser, text.data(), text.size(), tokens, kJsonTokensMax);
  if (found == JSMN_ERROR_NOMEM) return Failure{JsonError::TooComplex};
  if (found < 0) return Failure{JsonError::Malformed};
  const auto count = static_cast<std::size_t>(parser.toknext);
  if (const auto error = StrictCheck(text, tokens, count).run()) return Failure{*error};
  token_count_ = count;
  return JsonValue(*this, 0);
}

std::size_t JsonDocument::after(std::size_t token) const {
  const int end = tokenAt(tokens_, token).end;
  while (++token < token_count_ && tokenAt(tokens_, token).start < end) {
  }
  return token;
}

std::string_view JsonValue::inside() const {
  if (document_ == nullptr) return {};
  return textOf(tokenAt(document_->tokens_, token_), document_->text_);
}

int JsonValue::type() const { return document_ == nullptr ? JSMN_PRIMITIVE : tokenAt(document_->tokens_, token_).type; }

bool JsonValue::isObject() const { return type() == JSMN_OBJECT; }
bool JsonValue::isArray() const { return type() == JSMN_ARRAY; }
bool JsonValue::isString() const { return type() == JSMN_STRING; }
bool JsonValue::isBool() const { return asBool().has_value(); }
bool JsonValue::isNull() const { return document_ == nullptr || (type() == JSMN_PRIMITIVE && inside() == "null"); }
bool JsonValue::isNumber() const {
  if (type() != JSMN_PRIMITIVE || document_ == nullptr) return false;
  const char first = inside()[0];
  return first == '-' || isDigit(first);
}

std::optional<JsonValue> JsonValue::find(std::string_view key) const {
  for (const auto& member : members()) {
    if (member.key.equals(key)) return member.value;
  }
  return std::nullopt;
}

JsonMembers JsonValue::members() const {
  if (!isObject()) return {document_, 0, 0};
  return {document_, token_ + 1, document_->after(token_)};
}

JsonElements JsonValue::elements() const {
  if (!isArray()) return {document_, 0, 0};
  return {document_, token_ + 1, document_->after(token_)};
}

std::optional<std::int64_t> JsonValue::asInt64() const {
  if (!isNumber()) return std::nullopt;
  const std::string_view text = inside();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> JsonValue::asDouble() const {
  if (!isNumber()) return std::nullopt;
  return parseDecimal(inside());
}

std::optional<bool> JsonValue::asBool() const {
  if (type() != JSMN_PRIMITIVE) return std::nullopt;
  if (inside() == "true") return true;
  if (inside() == "false") return false;
  return std::nullopt;
}

JsonValue::Copied JsonValue::copyString(std::span<char> out) const {
  if (!isString()) return {0, false};
  StringReader reader(inside());
  std::size_t size = 0;
  while (const auto character = reader.next()) {
    char bytes[4];
    const std::size_t count = writeUtf8(*character, bytes);
    if (count > out.size() - size) return {size, false};
    for (std::size_t i = 0; i < count; ++i) out[size++] = bytes[i];
  }
  return {size, true};
}

bool JsonValue::equals(std::string_view text) const {
  if (!isString()) return false;
  StringReader reader(inside());
  while (const auto character = reader.next()) {
    char bytes[4];
    const std::size_t count = writeUtf8(*character, bytes);
    if (!text.starts_with(std::string_view(bytes, count))) return false;
    text.remove_prefix(count);
  }
  return text.empty();
}

std::string_view JsonValue::raw() const {
  if (document_ == nullptr) return "null";
  const std::string_view text = inside();
  return isString() ? std::string_view(text.data() - 1, text.size() + 2) : text;
}

JsonMember JsonMembers::Iterator::operator*() const {
  return {JsonValue(*document_, token_), JsonValue(*document_, token_ + 1)};
}

JsonMembers::Iterator& JsonMembers::Iterator::operator++() {
  token_ = document_->after(token_ + 1);
  return *this;
}

JsonValue JsonElements::Iterator::operator*() const { return {*document_, token_}; }

JsonElements::Iterator& JsonElements::Iterator::operator++() {
  token_ = document_->after(token_);
  return *this;
}

}  // namespace smartkar::protocol
