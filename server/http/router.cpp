#include "server/http/router.hpp"

#include <optional>
#include <string>

#include "server/http/problem.hpp"

namespace smartkar::server {

namespace {

// Cuts off everything up to the next slash.
std::string_view takePart(std::string_view& path) {
  const std::size_t end = path.find('/');
  const std::string_view part = path.substr(0, end);
  path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  return part;
}

std::optional<PathParameters> matchPath(std::string_view pattern, std::string_view path) {
  if (path.ends_with('/')) return std::nullopt;
  PathParameters parameters;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = takePart(pattern);
    const std::string_view given = takePart(path);
    if (!expected.starts_with('{')) {
      if (expected != given) return std::nullopt;
    } else {
      if (given.empty()) return std::nullopt;
      parameters.push_back(given);
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

bool serves(const Endpoint& endpoint, Method method) {
  return endpoint.method == method || (endpoint.method == Method::Get && method == Method::Head);
}

}  // namespace

Router::Match Router::find(Method method, std::string_view path) const {
  Match match;
  std::string allowed;
  for (const Endpoint& endpoint : endpoints_) {
    auto parameters = matchPath(endpoint.pattern, path);
    if (!parameters) continue;
    if (serves(endpoint, method)) {
      match.endpoint = &endpoint;
      match.parameters = *std::move(parameters);
      return match;
    }
    if (!allowed.empty()) allowed += ", ";
    allowed += endpoint.method == Method::Get ? "GET, HEAD" : methodName(endpoint.method);
  }
  if (allowed.empty()) {
    match.error = problem(404, "there is nothing at this address");
  } else {
    match.error = problem(405, "only " + allowed + " here");
    match.error.fields.emplace_back("Allow", allowed);
  }
  return match;
}

}  // namespace smartkar::server
