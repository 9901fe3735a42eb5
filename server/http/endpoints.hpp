#pragma once

#include <span>

#include "server/http/router.hpp"

namespace smartkar::server {

// All there is in the API. openapi.json describes the same; a test compares them.
std::span<const Endpoint> endpoints();

}  // namespace smartkar::server
