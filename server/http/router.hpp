#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"

namespace smartkar::server {

enum class Access : std::uint8_t { Token, Public };

// The parts of the path that stand in braces in the pattern, in their order.
using PathParameters = std::vector<std::string_view>;

struct Endpoint {
  Method method;             // Get also serves Head
  std::string_view pattern;  // "/api/v1/devices/{ccid}": a part in braces takes any one part that is not empty
  Access access;
  std::function<void(const HttpRequest&, const PathParameters&, Responder)> handler;
};

// Finds the endpoint for a request, or what is wrong with the request: 404, or 405 with Allow.
class Router {
 public:
  explicit Router(std::vector<Endpoint> endpoints) : endpoints_(std::move(endpoints)) {}

  struct Match {
    const Endpoint* endpoint = nullptr;  // nullptr: there is none, and `error` says why
    PathParameters parameters;           // views into the path
    HttpResponse error;
  };
  // path: outlives the match.
  Match find(Method method, std::string_view path) const;

 private:
  std::vector<Endpoint> endpoints_;
};

}  // namespace smartkar::server
