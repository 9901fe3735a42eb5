#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

enum class JsonError : std::uint8_t {
  Malformed,   // not exactly one JSON value (RFC 8259) in valid UTF-8, or a string with a NUL in it
  Duplicate,   // an object has a key twice
  TooComplex,  // more tokens or deeper nesting than the document holds
};

class JsonDocument;
class JsonMembers;
class JsonElements;

// One value of a parsed document: a view that costs nothing to copy. Valid while the document is neither parsed anew
// nor destroyed and the text it was parsed from lives.
class JsonValue {
 public:
  JsonValue() = default;

  bool isObject() const;
  bool isArray() const;
  bool isString() const;
  bool isNumber() const;
  bool isBool() const;
  bool isNull() const;

  // The member with this key; nothing if there is none or this is no object.
  std::optional<JsonValue> find(std::string_view key) const;
  // The members of an object in their order, none for any other value: `for (auto [key, value] : object.members())`.
  JsonMembers members() const;
  // The elements of an array in their order, none for any other value.
  JsonElements elements() const;

  // The number if it is written as an integer (no '.', no exponent) and fits; 80.0 and "80" are no integers.
  std::optional<std::int64_t> asInt64() const;
  // Any number that a double can hold.
  std::optional<double> asDouble() const;
  std::optional<bool> asBool() const;
  // The string without its escapes (as UTF-8) if this is a string and fits.
  template <std::size_t N>
  std::optional<FixedString<N>> asString() const {
    FixedString<N> text;
    const std::size_t size = unescape(buffer_of(text), N);
    if (size > N || !text.assign({buffer_, size})) return std::nullopt;
    return text;
  }
  // True if this is a string with exactly this text once its escapes are resolved.
  bool equals(std::string_view text) const;

  // The text of the value as it was received; strings with their quotes.
  std::string_view raw() const;
};

}  // namespace smartkar::protocol
