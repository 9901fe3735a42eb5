#include "protocol/field_reader.hpp"

#include <limits>

#include "protocol/limits.hpp"

namespace smartkar::protocol {
namespace {

// 9999-12-31 23:59:59 UTC: later times cannot be written as a date.
constexpr std::int64_t kUnixSecondsMax = 253402300799;

}  // namespace

Result<std::int64_t, FieldError> readInteger(JsonValue value, std::string_view name, std::int64_t min,
                                             std::int64_t max) {
  if (!value.isNumber() || value.raw().find_first_of(".eE") != std::string_view::npos) {
    return Failure{FieldError::wrongType(name, FieldType::Integer)};
  }
  const auto number = value.asInt64();
  if (!number || *number < min || *number > max) {
    return Failure{FieldError::outOfRange(name, static_cast<double>(min), static_cast<double>(max))};
  }
  return *number;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Result<JsonValue, FieldError> parseObject(std::string_view text, JsonDocument& document) {
  const auto root = document.parse(text);
  if (!root) return Failure{FieldError::of(root.error())};
  if (!root->isObject()) return Failure{FieldError::wrongType("", FieldType::Object)};
  return *root;
}

Result<JsonValue, FieldError> unwrapEnvelope(JsonValue message, std::string_view type) {
  const auto data = message.find("data");
  if (!data || !data->isObject() || message.find("id")) return message;
  const auto named = message.find("type");
  if (named && !named->equals(type)) return Failure{FieldError::of("type", Problem::Unknown)};
  return *data;
}

std::optional<std::int64_t> FieldReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto value = object_.find(name);
  if (!value) return std::nullopt;
  const auto number = readInteger(*value, name, min, max);
  if (number) return *number;
  fail(number.error());
  return std::nullopt;
}

std::optional<std::uint32_t> FieldReader::counter(std::string_view name) {
  const auto value = integer(name, 0, std::numeric_limits<std::uint32_t>::max());
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<std::uint32_t> FieldReader::identifier(std::string_view name) {
  const auto value = integer(name, 1, kCommandIdMax);
  if (!value) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::optional<bool> FieldReader::boolean(std::string_view name) {
  const auto value = object_.find(name);
  if (!value) return std::nullopt;
  const auto flag = value->asBool();
  if (!flag) fail(FieldError::wrongType(name, FieldType::Boolean));
  return flag;
}

std::optional<UnixTime> FieldReader::time(std::string_view name) {
  const auto seconds = integer(name, 1, kUnixSecondsMax);
  if (!seconds) return std::nullopt;
  return unixTime(*seconds);
}

void FieldReader::require(std::string_view name) {
  if (!object_.find(name)) fail(FieldError::of(name, Problem::Missing));
}

void FieldReader::fail(const FieldError& error) {
  if (!error_) error_ = error;
}

}  // namespace smartkar::protocol
