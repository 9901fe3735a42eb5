#include "modem_sim/transcript/pattern.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace smartkar::modem_sim {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Wildcard {
  std::string_view name;
  bool (*matches)(char);
};
constexpr std::array kWildcards = {
    Wildcard{"number", [](char c) { return isDigit(c) || (c >= 'A' && c <= 'F'); }},
    Wildcard{"time", [](char c) { return isDigit(c) || std::string_view("/,:+-").find(c) != std::string_view::npos; }},
    Wildcard{"address", [](char c) { return isDigit(c) || isLetter(c) || c == '.' || c == ':'; }},
    Wildcard{"any", [](char c) { return c != '\r' && c != '\n'; }},
};

// The byte of an escape, whose characters leave `rest`, which begins behind the backslash.
Result<char, std::string> takeEscape(std::string_view& rest) {
  const char kind = rest.empty() ? '\0' : rest.front();
  if (kind == 'x' && rest.size() >= 3) {
    std::uint8_t value = 0;
    const char* end = rest.data() + 3;
    if (std::from_chars(rest.data() + 1, end, value, 16).ptr == end) {
      rest.remove_prefix(3);
      return static_cast<char>(value);
    }
  }
  constexpr std::string_view kKinds = "rn\\{";
  constexpr std::string_view kBytes = "\r\n\\{";
  const std::size_t index = kKinds.find(kind);
  if (index == std::string_view::npos) return Failure{std::string(R"(after \ comes r, n, \, { or xHH)")};
  rest.remove_prefix(1);
  return kBytes[index];
}

}  // namespace

Result<Pattern, std::string> Pattern::parse(std::string_view text, const Variables& variables) {
  Pattern pattern;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\') {
      const auto byte = takeEscape(text);
      if (!byte) return Failure{byte.error()};
      pattern.add(*byte);
    } else if (c == '{') {
      const std::size_t end = text.find('}');
      const std::string_view name = text.substr(0, end);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      const auto variable = variables.find(name);
      const auto* wildcard = std::find_if(kWildcards.begin(), kWildcards.end(),
                                          [name](const Wildcard& item) { return item.name == name; });
      if (variable != variables.end()) {
        for (const char value : variable->second) pattern.add(value);
      } else if (wildcard != kWildcards.end()) {
        pattern.pieces_.push_back({{}, wildcard->matches});
      } else {
        return Failure{"{" + std::string(name) + "} is neither a wildcard nor given a value; a brace itself is \\{"};
      }
    } else {
      pattern.add(c);
    }
  }
  if (!pattern.pieces_.empty() && pattern.pieces_.back().wildcard != nullptr) {
    return Failure{std::string("a wildcard needs something behind it")};
  }
  return pattern;
}

void Pattern::add(char c) {
  if (pieces_.empty() || pieces_.back().wildcard != nullptr) pieces_.emplace_back();
  pieces_.back().literal += c;
}

std::optional<std::string> Pattern::bytes() const {
  if (pieces_.empty()) return std::string();
  if (pieces_.size() > 1 || pieces_.front().wildcard != nullptr) return std::nullopt;
  return pieces_.front().literal;
}

Pattern::Match Pattern::matchFrom(std::size_t index, std::string_view bytes) const {
  if (index == pieces_.size()) return {Fit::Yes};
  if (pieces_[index].wildcard != nullptr) return matchWildcard(index, bytes);
  const std::string_view literal = pieces_[index].literal;
  const std::size_t common = std::min(literal.size(), bytes.size());
  if (literal.substr(0, common) != bytes.substr(0, common)) return {Fit::No};
  if (common < literal.size()) return {Fit::NotYet};
  Match rest = matchFrom(index + 1, bytes.substr(common));
  rest.size += common;
  return rest;
}

Pattern::Match Pattern::matchWildcard(std::size_t index, std::string_view bytes) const {
  for (std::size_t taken = 1; taken <= bytes.size(); ++taken) {
    if (!pieces_[index].wildcard(bytes[taken - 1])) return {Fit::No};
    Match rest = matchFrom(index + 1, bytes.substr(taken));
    rest.size += taken;
    if (rest.fit != Fit::No) return rest;
  }
  return {Fit::NotYet};
}

std::string escape(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\\' || c == '{') {
      text += {'\\', c};
    } else if (value >= 0x20 && value < 0x7f) {
      text += c;
    } else {
      text += {'\\', 'x', kHex[value >> 4U], kHex[value & 0xfU]};
    }
  }
  return text;
}

}  // namespace smartkar::modem_sim
