#pragma once

#include <string_view>

#include "protocol/response.hpp"
#include "server/core/car.hpp"
#include "server/core/command_table.hpp"

namespace smartkar::server {

// What comes with a happening.
struct Input {
  const protocol::Response* response = nullptr;  // of the happenings that are responses
  std::string_view detail = {};                  // for the history; empty: as usual
};

// Something happens to a command: does what the table says, and returns what that is.
Step happen(Car& car, Entry& entry, Happening happening, Moment& moment, const Input& input = {});

}  // namespace smartkar::server
