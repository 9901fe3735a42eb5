#include "server/http/token_body.hpp"

#include <algorithm>
#include <optional>

#include "protocol/json_document.hpp"
#include "protocol/limits.hpp"
#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

using protocol::JsonDocument;
using protocol::JsonValue;

constexpr std::size_t kNameMax = 64;

// Stands in addresses and in the log as it is.
bool validName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

std::optional<HttpResponse> take(std::string_view member, JsonValue value, TokenBody& body, std::optional<Role>& role) {
  if (member == "name") {
    const auto name = value.asString<kNameMax>();
    if (!name || !validName(name->view())) {
      return problem(422, "name must be 1-64 letters, digits, dots, dashes or underscores", member);
    }
    body.name = std::string(name->view());
  } else if (member == "role") {
    const auto name = value.asString<kNameMax>();
    if (name) role = roleFromName(name->view());
    if (!role) return problem(422, "role must be viewer, operator or admin", member);
  } else {
    return problem(422, "unknown field; known are name and role", member);
  }
  return std::nullopt;
}

}  // namespace

Result<TokenBody, HttpResponse> parseTokenBody(std::string_view text) {
  JsonDocument document;
  const auto parsed = document.parse(text);
  if (!parsed || !parsed->isObject()) return Failure{problem(400, "the body must be a JSON object")};
  TokenBody body;
  std::optional<Role> role;
  for (const auto& member : parsed->members()) {
    const auto name = member.key.asCutString<protocol::kFieldNameBytesMax>();
    if (auto wrong = take(name.view(), member.value, body, role)) return Failure{*std::move(wrong)};
  }
  if (body.name.empty()) return Failure{problem(422, "name is missing", "name")};
  if (!role) return Failure{problem(422, "role is missing", "role")};
  body.role = *role;
  return body;
}

}  // namespace smartkar::server
