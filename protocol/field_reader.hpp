#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/field_error.hpp"
#include "protocol/json_document.hpp"

namespace smartkar::protocol {

// One number as an integer within min … max, both included. name: for the error.
Result<std::int64_t, FieldError> readInteger(JsonValue value, std::string_view name, std::int64_t min,
                                             std::int64_t max);

// text without white space at either end.
std::string_view trimmed(std::string_view text);

// Parses a message that must be an object; the result is that object.
Result<JsonValue, FieldError> parseObject(std::string_view text, JsonDocument& document);

// The body of a message that may stand in a v2.2 envelope {"type":type,"data":{…}}. The type may be missing, because
// old firmware forgets it in one place (v2.2 `busy`). Fails if the envelope is of another type.
Result<JsonValue, FieldError> unwrapEnvelope(JsonValue message, std::string_view type);

// Reads the members of an object one by one and remembers the first error, so that a decoder is a list of fields.
// Every read returns nothing for a member that is absent or wrong.
class FieldReader {
 public:
  // object: a value that isObject().
  explicit FieldReader(JsonValue object) : object_(object) {}

  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  // 0 … 2^32-1.
  std::optional<std::uint32_t> counter(std::string_view name);
  // A command id or a contact: 1 … kCommandIdMax.
  std::optional<std::uint32_t> identifier(std::string_view name);
  std::optional<bool> boolean(std::string_view name);
  std::optional<UnixTime> time(std::string_view name);
  // Empty if absent.
  template <std::size_t N>
  FixedString<N> text(std::string_view name) {
    const auto value = object_.find(name);
    if (!value) return {};
    if (!value->isString()) {
      fail(FieldError::wrongType(name, FieldType::String));
      return {};
    }
    const auto content = value->asString<N>();
    if (!content) fail(FieldError::of(name, Problem::TooLong));
    return content.value_or(FixedString<N>());
  }
  // Takes note that `name` is missing unless it is there.
  void require(std::string_view name);
  // Takes note of an error if it is the first.
  void fail(const FieldError& error);

  const std::optional<FieldError>& error() const { return error_; }

 private:
  JsonValue object_;
  std::optional<FieldError> error_;
};

}  // namespace smartkar::protocol
