#include "server/http/cors.hpp"

#include <algorithm>

namespace smartkar::server {

namespace {

constexpr const char* kMethods = "GET, HEAD, POST, DELETE";
constexpr const char* kRequestFields = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID";
constexpr const char* kResponseFields = "Date, ETag, Link, Location, Retry-After";
// Browsers ask again after this time; what is allowed changes with a restart only.
constexpr const char* kPreflightSeconds = "600";

}  // namespace

bool Cors::allows(const std::string& origin) const {
  return !origin.empty() && std::any_of(origins_.begin(), origins_.end(),
                                        [&origin](const std::string& one) { return one == "*" || one == origin; });
}

std::optional<HttpResponse> Cors::preflight(const HttpRequest& request) const {
  if (request.method != Method::Options || request.requested_method.empty()) return std::nullopt;
  HttpResponse response{.status = 204, .content_type = {}, .body = {}, .fields = {{"Vary", "Origin"}}};
  if (allows(request.origin)) {
    response.fields.emplace_back("Access-Control-Allow-Origin", request.origin);
    response.fields.emplace_back("Access-Control-Allow-Methods", kMethods);
    response.fields.emplace_back("Access-Control-Allow-Headers", kRequestFields);
    response.fields.emplace_back("Access-Control-Max-Age", kPreflightSeconds);
  }
  return response;
}

std::vector<std::pair<std::string, std::string>> Cors::fields(const HttpRequest& request) const {
  if (!allows(request.origin)) return {};
  return {{"Access-Control-Allow-Origin", request.origin}, {"Access-Control-Expose-Headers", kResponseFields}};
}

}  // namespace smartkar::server
