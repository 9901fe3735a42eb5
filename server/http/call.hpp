#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/core/access.hpp"
#include "server/http/message.hpp"

namespace smartkar::server {

// Who has the token that `smartkarctl init` made.
inline constexpr std::string_view kAdminName = "api";

// Who asks.
struct Principal {
  std::string name;
  Role role = Role::Viewer;
};

// The parts of the path that stand in braces in the endpoint's pattern, in their order.
using PathParameters = std::vector<std::string_view>;

// One request that may be served.
struct Call {
  const HttpRequest& request;  // only during the call of the handler
  const PathParameters& path;  // likewise
  const Principal& caller;     // likewise
  const Responder& respond;    // to be copied if the answer comes later
};

}  // namespace smartkar::server
