#include "server/http/command_body.hpp"

#include "protocol/field_error.hpp"
#include "protocol/json_document.hpp"
#include "protocol/limits.hpp"
#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

using protocol::JsonDocument;
using protocol::JsonError;
using protocol::JsonValue;

HttpResponse malformed(JsonError error) {
  switch (error) {
    case JsonError::Duplicate:
      return problem(400, "the body names a field twice");
    case JsonError::TooComplex:
      return problem(400, "the body has too many values or is nested too deeply");
    case JsonError::Malformed:
      break;
  }
  return problem(400, "the body is not valid JSON");
}

// Takes one member over, or says what is wrong with it.
std::optional<HttpResponse> take(std::string_view name, JsonValue value, CommandBody& body) {
  if (name == "action") {
    if (!value.isString()) return problem(422, "action must be a string", name);
    const auto action = value.asString<protocol::kActionBytesMax>();
    if (!action) return problem(422, "no such action", name);
    body.action = std::string(action->view());
  } else if (name == "params") {
    if (!value.isObject()) return problem(422, "params must be an object", name);
    body.params_json = std::string(value.raw());
  } else if (name == "ttl") {
    body.ttl_s = value.asInt64();
    if (!body.ttl_s) return problem(422, "ttl must be a whole number of seconds", name);
  } else if (name == "supersede") {
    const auto supersede = value.asBool();
    if (!supersede) return problem(422, "supersede must be true or false", name);
    body.supersede = *supersede;
  } else {
    return problem(422, "unknown field; known are action, params, ttl and supersede", name);
  }
  return std::nullopt;
}

}  // namespace

Result<CommandBody, HttpResponse> parseCommandBody(std::string_view text) {
  JsonDocument document;
  const auto parsed = document.parse(text);
  if (!parsed) return Failure{malformed(parsed.error())};
  if (!parsed->isObject()) return Failure{problem(400, "the body must be a JSON object")};

  CommandBody body;
  for (const auto& member : parsed->members()) {
    const auto name = member.key.asCutString<protocol::kFieldNameBytesMax>();
    if (auto wrong = take(name.view(), member.value, body)) return Failure{*std::move(wrong)};
  }
  if (body.action.empty()) return Failure{problem(422, "action is missing", "action")};
  return body;
}

}  // namespace smartkar::server
