#pragma once

#include <span>
#include <string_view>

#include "server/http/backend.hpp"
#include "server/http/call.hpp"
#include "server/http/message.hpp"

namespace smartkar::server {

enum class Access : std::uint8_t { Public, Viewer, Operator, Admin };

struct Endpoint {
  Method method;             // Get also serves Head
  std::string_view pattern;  // "/api/v1/devices/{ccid}": a part in braces takes any one part that is not empty
  Access access;
  void (*handler)(Backend&, const Call&);
};

// Finds the endpoint for a request, or what is wrong with the request: 404, or 405 with Allow.
class Router {
 public:
  // endpoints: outlive this.
  explicit Router(std::span<const Endpoint> endpoints) : endpoints_(endpoints) {}

  struct Match {
    const Endpoint* endpoint = nullptr;  // nullptr: there is none, and `error` says why
    PathParameters parameters;           // views into the path
    HttpResponse error;
  };
  // path: outlives the match.
  Match find(Method method, std::string_view path) const;

 private:
  std::span<const Endpoint> endpoints_;
};

}  // namespace smartkar::server
