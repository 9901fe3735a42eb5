#include "protocol/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/assert.hpp"

namespace smartkar::protocol {
namespace {

// Beyond it a value with 6 decimals would not fit a 64-bit integer.
constexpr double kNumberMax = 1e12;
constexpr int kDecimalsMax = 6;
constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  quoted(name);
  put(':');
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  std::array<char, 24> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return raw({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

JsonWriter& JsonWriter::number(double value, int decimals) {
  SK_ASSERT(decimals >= 0 && decimals <= kDecimalsMax);
  if (!std::isfinite(value) || std::abs(value) > kNumberMax) return null();
  std::int64_t scale = 1;
  for (int i = 0; i < decimals; ++i) scale *= 10;
  const std::int64_t scaled = std::llround(std::abs(value) * static_cast<double>(scale));
  separate();
  if (value < 0 && scaled != 0) put('-');
  comma_ = false;
  integer(scaled / scale);
  std::int64_t fraction = scaled % scale;
  if (fraction != 0) put('.');
  while (fraction != 0) {
    scale /= 10;
    put(static_cast<char>('0' + fraction / scale));
    fraction %= scale;
  }
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::string(std::string_view text) {
  separate();
  quoted(text);
  return *this;
}

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  put(json);
  return *this;
}

JsonWriter& JsonWriter::members(std::string_view object) {
  if (object.empty()) return *this;
  const auto first = object.find_first_not_of(kSpace);
  const auto last = object.find_last_not_of(kSpace);
  if (first == std::string_view::npos || last == first || object[first] != '{' || object[last] != '}') {
    invalid_ = true;
    return *this;
  }
  const std::string_view inside = object.substr(first + 1, last - first - 1);
  const bool empty = inside.find_first_not_of(kSpace) == std::string_view::npos;
  return empty ? *this : raw(inside);
}

Result<std::string_view, EncodeError> JsonWriter::finish() const {
  if (invalid_) return Failure{EncodeError::Invalid};
  if (overflow_) return Failure{EncodeError::TooLong};
  return text();
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  put(bracket);
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  put(bracket);
  comma_ = true;
  return *this;
}

// Before a value or key: a comma if something stands before it in the same object or array.
void JsonWriter::separate() {
  if (comma_) put(',');
  comma_ = true;
}

void JsonWriter::quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  put('"');
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (code < 0x20) {
      put("\\u00");
      put(kHex[code >> 4]);
      put(kHex[code & 0xF]);
    } else {
      put(c);
    }
  }
  put('"');
}

void JsonWriter::put(char c) { put(std::string_view(&c, 1)); }

void JsonWriter::put(std::string_view text) {
  if (overflow_ || text.size() > out_.size() - size_) {
    overflow_ = true;
    return;
  }
  for (const char c : text) out_[size_++] = c;
}

}  // namespace smartkar::protocol
