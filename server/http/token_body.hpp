#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/core/access.hpp"
#include "server/http/message.hpp"

namespace smartkar::server {

// What a client wants: the body of POST …/tokens.
struct TokenBody {
  std::string name;
  Role role = Role::Viewer;
};

// Reads {"name":…,"role":…}. Fails with 400 if it is no JSON object, 422 naming the field otherwise.
Result<TokenBody, HttpResponse> parseTokenBody(std::string_view text);

}  // namespace smartkar::server
