#include "protocol/state.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "protocol/field_reader.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/mac.hpp"

namespace smartkar::protocol {
namespace {

using Path = FixedString<kFieldNameBytesMax>;

// True if path is `ancestor` or lies below it.
bool within(std::string_view path, std::string_view ancestor) {
  return ancestor.empty() || path == ancestor ||
         (path.starts_with(ancestor) && path.substr(ancestor.size()).starts_with('.'));
}

std::string_view parentOf(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
}

// Closes and opens objects until the one at path `target` is open. open: path of the open one, "" the root.
void moveTo(JsonWriter& writer, std::string_view& open, std::string_view target) {
  while (!within(target, open)) {
    writer.endObject();
    open = parentOf(open);
  }
  while (open != target) {
    const std::size_t begin = open.empty() ? 0 : open.size() + 1;
    const std::size_t end = std::min(target.find('.', begin), target.size());
    writer.key(target.substr(begin, end - begin)).beginObject();
    open = target.substr(0, end);
  }
}

bool allowed(const FieldSpec& spec, const Value& value) {
  if (value.isNull()) return true;
  if (spec.type == FieldType::Boolean) return value.kind() == Value::Kind::Boolean;
  if (spec.type == FieldType::String) return value.kind() == Value::Kind::Text;
  if (value.kind() != Value::Kind::Number) return false;
  const double number = value.asNumber();
  const bool whole = std::floor(number) == number;
  return number >= spec.min && number <= spec.max && (spec.type == FieldType::Number || whole);
}

// Reads one value as its field wants it. path: for the error.
Result<Value, FieldError> readValue(const FieldSpec& spec, JsonValue json, std::string_view path) {
  if (json.isNull()) return Value::null();
  switch (spec.type) {
    case FieldType::Integer: {
      const auto min = static_cast<std::int64_t>(spec.min);
      const auto number = readInteger(json, path, min, static_cast<std::int64_t>(spec.max));
      if (!number) return Failure{number.error()};
      return Value::number(static_cast<double>(*number));
    }
    case FieldType::Number: {
      if (!json.isNumber()) break;
      const auto number = json.asDouble();
      if (!number || *number < spec.min || *number > spec.max) {
        return Failure{FieldError::outOfRange(path, spec.min, spec.max)};
      }
      return Value::number(*number);
    }
    case FieldType::Boolean:
      if (!json.isBool()) break;
      return Value::boolean(*json.asBool());
    default:
      if (!json.isString()) break;
      if (!json.asString<kValueTextBytesMax>()) return Failure{FieldError::of(path, Problem::TooLong)};
      return Value::text(*json.asString<kValueTextBytesMax>());
  }
  return Failure{FieldError::wrongType(path, spec.type)};
}

// Walks over the objects of a state and sorts its fields into good and bad.
class StateReader {
 public:
  explicit StateReader(DecodedState& result) : result_(result) {}

  // path: of the object, "" for the message itself.
  void take(JsonValue object, std::string_view path) {
    for (const auto& member : object.members()) {
      const auto name = member.key.asCutString<kFieldNameBytesMax>();
      if (path.empty() && (name == "ts" || name == "boot" || name == "seq" || name == "mac")) continue;
      Path own(path);
      const bool fits = (path.empty() || own.append('.')) && own.append(name);
      if (!fits) {
        reject(FieldError::of(name, Problem::Unknown));
        continue;
      }
      takeMember(member.value, own == "vehicle.canGps" ? std::string_view("vehicle.gps") : own.view());
    }
  }

 private:
  void takeMember(JsonValue value, std::string_view path) {
    const FieldSpec* const spec = findField(path);
    if (spec == nullptr) {
      if (value.isObject()) return take(value, path);
      return reject(FieldError::of(path, Problem::Unknown));
    }
    bool& seen = seen_[static_cast<std::size_t>(spec->field)];
    if (seen) return reject(FieldError::of(path, Problem::Duplicate));
    seen = true;
    const auto read = readValue(*spec, value, path);
    if (!read) return reject(read.error());
    SK_ASSERT(result_.state.values.push({spec->field, *read}));
  }

  void reject(const FieldError& error) {
    ++result_.rejected_count;
    if (!result_.rejected.full()) SK_ASSERT(result_.rejected.push(error));
  }

  DecodedState& result_;
  std::array<bool, kFieldCount> seen_{};
};

}  // namespace

Result<std::string_view, EncodeError> encodeState(const StateMessage& state, std::span<char> out) {
  std::array<const Value*, kFieldCount> values{};
  for (const FieldValue& entry : state.values) {
    const auto index = static_cast<std::size_t>(entry.field);
    if (values[index] != nullptr || !allowed(fieldSpec(entry.field), entry.value)) {
      return Failure{EncodeError::Invalid};
    }
    values[index] = &entry.value;
  }

  JsonWriter writer(out.first(std::min(out.size(), kDevicePayloadBytesMax)));
  writer.beginObject();
  if (state.time) writer.key("ts").integer(unixSeconds(*state.time));
  if (state.boot) writer.key("boot").integer(*state.boot);
  if (state.seq) writer.key("seq").integer(*state.seq);
  std::string_view open;
  for (const FieldSpec& spec : allFields()) {
    const Value* const value = values[static_cast<std::size_t>(spec.field)];
    if (value == nullptr) continue;
    moveTo(writer, open, spec.domain);
    writer.key(spec.name);
    value->write(writer, spec.decimals);
  }
  moveTo(writer, open, "");
  endWithMac(writer);
  return writer.finish();
}

Result<DecodedState, FieldError> decodeState(std::string_view text, JsonDocument& document) {
  const auto root = parseFromCar(text, document);
  if (!root) return Failure{root.error()};
  const auto message = unwrapEnvelope(*root, "state");
  if (!message) return Failure{message.error()};
  DecodedState result;
  FieldReader reader(*message);
  result.state.time = reader.time("ts");
  result.state.boot = reader.counter("boot");
  result.state.seq = reader.counter("seq");
  if (reader.error()) return Failure{*reader.error()};
  StateReader(result).take(*message, "");
  return result;
}

}  // namespace smartkar::protocol
