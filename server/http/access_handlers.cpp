#include "server/http/access_handlers.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "server/http/bearer_token.hpp"
#include "server/http/json_text.hpp"
#include "server/http/paging.hpp"
#include "server/http/problem.hpp"
#include "server/http/token_body.hpp"

namespace smartkar::server {

namespace {

UnixTime now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

AuditRecord entry(const Call& call, UnixTime at, const char* action, std::string detail) {
  return {.at = at, .principal = call.caller.name, .action = action, .ccid = {}, .detail = std::move(detail)};
}

}  // namespace

void getMe(Backend& /*backend*/, const Call& call) {
  call.respond(HttpResponse{.body = principalJson(call.caller.name, call.caller.role), .fields = {}});
}

void getTokens(Backend& backend, const Call& call) {
  const auto tokens = backend.store().tokens();
  if (!tokens) return call.respond(unreadable());
  std::vector<std::string> items;
  items.reserve(tokens->size());
  for (const TokenRecord& token : *tokens) items.push_back(tokenJson(token));
  call.respond(pageAnswer(call.request, "tokens", items, {}, {}));
}

void postToken(Backend& backend, const Call& call) {
  if (!isJson(call.request)) return call.respond(problem(415, "send the body as application/json"));
  const auto body = parseTokenBody(call.request.body);
  if (!body) return call.respond(body.error());
  const auto tokens = backend.store().tokens();
  if (!tokens) return call.respond(unreadable());
  // Also of a revoked one: the audit log tells people by their names.
  const bool used = body->name == kAdminName || std::any_of(tokens->begin(), tokens->end(), [&](const auto& token) {
                      return token.name == body->name;
                    });
  if (used) return call.respond(problem(409, "there is or was a token with this name"));
  const std::string secret = newSecret();
  const TokenRecord token{
      .hash = hashOfSecret(secret), .name = body->name, .role = body->role, .created_at = now(), .revoked_at = {}};
  std::string detail = token.name + ", " + std::string(roleName(token.role));
  backend.write({PutToken{token}, AddAudit{entry(call, token.created_at, "token.create", std::move(detail))}},
                [respond = call.respond, answer = tokenJson(token, secret)] {
                  respond(HttpResponse{.status = 201, .body = answer, .fields = {}});
                });
}

void deleteToken(Backend& backend, const Call& call) {
  const auto tokens = backend.store().tokens();
  if (!tokens) return call.respond(unreadable());
  const auto found = std::find_if(tokens->begin(), tokens->end(),
                                  [&call](const TokenRecord& token) { return token.name == call.path[0]; });
  if (found == tokens->end()) return call.respond(problem(404, "there is no token with this name"));
  TokenRecord token = *found;
  std::vector<Mutation> mutations;
  if (!token.revoked_at) {
    token.revoked_at = now();
    mutations = {PutToken{token}, AddAudit{entry(call, *token.revoked_at, "token.revoke", token.name)}};
  }
  backend.write(std::move(mutations), [respond = call.respond, answer = tokenJson(token)] {
    respond(HttpResponse{.body = answer, .fields = {}});
  });
}

void getAudit(Backend& backend, const Call& call) {
  const auto page = pageOf(call.request);
  if (!page) return call.respond(page.error());
  auto found = backend.store().audit(page->limit + 1, page->before);
  if (!found) return call.respond(unreadable());
  const bool more = found->size() > page->limit;
  if (more) found->pop_back();
  std::vector<std::string> items;
  items.reserve(found->size());
  for (const StoredAudit& one : *found) items.push_back(auditJson(one));
  const std::string last = more ? std::to_string(found->back().number) : std::string();
  call.respond(pageAnswer(call.request, "audit", items, "before", last));
}

}  // namespace smartkar::server
