#include "server/http/schema.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <cmath>

#include "protocol/actions.hpp"
#include "protocol/state.hpp"

namespace smartkar::server {

namespace json = boost::json;
using protocol::ActionKind;
using protocol::ActionSpec;
using protocol::FieldSpec;
using protocol::FieldType;
using protocol::ParameterSpec;
using protocol::Subject;

namespace {

std::string_view typeName(FieldType type) {
  switch (type) {
    case FieldType::Integer:
      return "integer";
    case FieldType::Number:
      return "number";
    case FieldType::Boolean:
      return "boolean";
    case FieldType::String:
      return "string";
    case FieldType::Object:
      return "object";
    case FieldType::Array:
      break;
  }
  return "array";
}

std::string_view kindName(ActionKind kind) {
  switch (kind) {
    case ActionKind::Management:
      return "management";
    case ActionKind::Query:
      return "query";
    case ActionKind::Actuating:
      return "actuating";
    case ActionKind::Link:
      break;
  }
  return "link";
}

// 80 rather than 8E1.
json::value numberValue(double number) {
  if (number == std::floor(number)) return static_cast<std::int64_t>(number);
  return number;
}

json::value defaultValue(const ParameterSpec& spec) {
  if (spec.type == FieldType::Boolean) return *spec.default_value != 0;
  return numberValue(*spec.default_value);
}

json::object parameterObject(const ParameterSpec& spec) {
  json::object object{{"name", spec.name}, {"type", typeName(spec.type)}, {"required", spec.required}};
  if (!spec.unit.empty()) object["unit"] = spec.unit;
  if (!spec.words.empty()) {
    object["words"] = json::array(spec.words.begin(), spec.words.end());
  } else if (spec.type != FieldType::Boolean) {
    object["min"] = numberValue(spec.min);
    object["max"] = numberValue(spec.max);
  }
  if (spec.default_value) object["default"] = defaultValue(spec);
  return object;
}

json::array parameterArray(std::span<const ParameterSpec> specs) {
  json::array array;
  for (const ParameterSpec& spec : specs) array.push_back(parameterObject(spec));
  return array;
}

json::object actionObject(const ActionSpec& spec) {
  json::object object{{"name", spec.name},
                      {"kind", kindName(spec.kind)},
                      {"ttl", std::chrono::floor<std::chrono::seconds>(spec.default_ttl).count()}};
  if (spec.subject != Subject::None) object["subject"] = spec.subject == Subject::Charging ? "charging" : "climate";
  object["parameters"] = parameterArray(spec.parameters);
  return object;
}

json::object fieldObject(const FieldSpec& spec) {
  json::object object{{"path", std::string(spec.domain) + '.' + std::string(spec.name)}, {"type", typeName(spec.type)}};
  if (!spec.unit.empty()) object["unit"] = spec.unit;
  if (spec.type != FieldType::Integer && spec.type != FieldType::Number) return object;
  object["min"] = numberValue(spec.min);
  object["max"] = numberValue(spec.max);
  if (spec.type == FieldType::Number) object["decimals"] = spec.decimals;
  return object;
}

}  // namespace

std::string schemaJson() {
  json::array actions;
  for (const ActionSpec& spec : protocol::allActions()) {
    if (spec.kind != ActionKind::Link) actions.push_back(actionObject(spec));
  }
  json::array fields;
  for (const FieldSpec& spec : protocol::allFields()) fields.push_back(fieldObject(spec));
  return json::serialize(json::object{{"actions", std::move(actions)},
                                      {"conditions", parameterArray(protocol::conditions())},
                                      {"fields", std::move(fields)}});
}

}  // namespace smartkar::server
