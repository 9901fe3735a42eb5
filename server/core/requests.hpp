#pragma once

#include "server/core/car.hpp"
#include "server/core/event.hpp"

namespace smartkar::server {

// Checks a client's request and queues the command, or refuses it; says so in one effect.
void takeRequest(Car& car, const CommandRequested& request, Moment& moment);

}  // namespace smartkar::server
