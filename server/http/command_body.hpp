#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/http/message.hpp"

namespace smartkar::server {

// What a client wants: the body of POST …/commands.
struct CommandBody {
  std::string action;
  std::string params_json;            // text of an object; empty: none given
  std::optional<std::int64_t> ttl_s;  // seconds
  bool supersede = false;
};

// Reads {"action":…,"params":{…}?,"ttl":…?,"supersede":…?}. Only the form is checked; whether the action exists and the
// values are in range is the Fleet's to say. Fails with 400 if it is no JSON object, 422 naming the field otherwise.
Result<CommandBody, HttpResponse> parseCommandBody(std::string_view text);

}  // namespace smartkar::server
