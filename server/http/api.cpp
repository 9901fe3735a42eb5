#include "server/http/api.hpp"

#include <chrono>
#include <utility>

#include "server/http/bearer_token.hpp"
#include "server/http/endpoints.hpp"
#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

constexpr int kOk = 200;

bool allowed(Access access, Role role) {
  switch (access) {
    case Access::Public:
    case Access::Viewer:
      return true;
    case Access::Operator:
      return role != Role::Viewer;
    case Access::Admin:
      break;
  }
  return role == Role::Admin;
}

HttpResponse unauthorized() {
  HttpResponse response = problem(401, "send the header Authorization: Bearer followed by the token");
  response.fields.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

HttpResponse unwritable() { return problem(503, "nothing can be stored at the moment: the request changed nothing"); }

HttpResponse tooFast(Duration wait) {
  HttpResponse response = problem(429, "too many requests; wait before the next one");
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  response.fields.emplace_back("Retry-After", std::to_string(seconds));
  return response;
}

Instant now() {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace

Api::Api(Backend& backend, ApiSettings settings, Site site)
    : backend_(backend),
      settings_(std::move(settings)),
      site_(site),
      router_(endpoints()),
      cors_(settings_.origins),
      rate_limit_(settings_.requests_per_second) {}

void Api::handle(const HttpRequest& request, const Responder& respond) {
  if (auto page = site_.find(request)) return respond(*std::move(page));
  if (auto answer = cors_.preflight(request)) return respond(*std::move(answer));
  const auto match = router_.find(request.method, request.path);
  const std::string_view endpoint = match.endpoint == nullptr ? "" : match.endpoint->pattern;
  dispatch(request, match, [this, respond, endpoint, fields = cors_.fields(request), since = now()](HttpAnswer answer) {
    const auto* const response = std::get_if<HttpResponse>(&answer);
    backend_.served(endpoint, response == nullptr ? kOk : response->status, now() - since);
    std::visit([&](auto& one) { one.fields.insert(one.fields.end(), fields.begin(), fields.end()); }, answer);
    respond(std::move(answer));
  });
}

void Api::dispatch(const HttpRequest& request, const Router::Match& match, const Responder& respond) {
  Principal caller;
  if (match.endpoint == nullptr || match.endpoint->access != Access::Public) {
    auto known = authenticate(request.authorization);
    if (!known) return admit(request.peer, respond) ? respond(unauthorized()) : void();
    caller = *std::move(known);
    if (!admit(caller.name, respond)) return;
  }
  if (match.endpoint == nullptr) return respond(match.error);
  const Endpoint& endpoint = *match.endpoint;
  if (!allowed(endpoint.access, caller.role)) return respond(problem(403, "your token's role does not allow this"));
  const bool changes = request.method != Method::Get && request.method != Method::Head;
  if (changes && !backend_.writable()) return respond(unwritable());
  const bool of_car = endpoint.pattern.find("{ccid}") != std::string_view::npos;
  if (of_car && !backend_.isRegistered(match.parameters[0])) return respond(unknownDevice());
  endpoint.handler(backend_, {request, match.parameters, caller, respond});
}

bool Api::admit(const std::string& client, const Responder& respond) {
  const Duration wait = rate_limit_.take(client, now());
  if (wait > Duration::zero()) respond(tooFast(wait));
  return wait <= Duration::zero();
}

std::optional<Principal> Api::authenticate(std::string_view authorization) const {
  const std::string_view secret = bearerToken(authorization);
  if (secret.empty()) return std::nullopt;
  if (equalSecrets(secret, settings_.admin_token)) return Principal{std::string(kAdminName), Role::Admin};
  // Asked anew each time, so that a revoked token opens nothing from then on, whichever server revoked it.
  const auto token = backend_.store().token(hashOfSecret(secret));
  if (!token || !*token || (*token)->revoked_at) return std::nullopt;
  return Principal{(*token)->name, (*token)->role};
}

}  // namespace smartkar::server
