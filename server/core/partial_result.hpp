#pragma once

#include <string>

#include "protocol/response.hpp"
#include "server/core/car.hpp"

namespace smartkar::server {

// Takes one part of a long answer; a part of another answer than the one under way begins anew. True: all parts are
// there.
bool collect(PartialResult& partial, const protocol::Response& response);

// All parts as one object: their members together, arrays of the same name one after the other. All parts must be
// there.
std::string joined(const PartialResult& partial);

}  // namespace smartkar::server
