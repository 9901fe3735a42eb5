#pragma once

#include <string_view>

namespace smartkar::server {

// The description of the API in OpenAPI 3.1: server/http/openapi.json, compiled in.
std::string_view openApiJson();

}  // namespace smartkar::server
