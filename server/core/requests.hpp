#pragma once

#include "server/core/car.hpp"
#include "server/core/event.hpp"

namespace smartkar::server {

// Checks a client's request and queues the command, or refuses it; says so in one effect.
void takeRequest(Car& car, const CommandRequested& request, Moment& moment);

// Ends a command that no car can have, has the car asked about one that it may have, or refuses; says so in one effect.
void takeCancel(Car& car, const CancelRequested& request, Moment& moment);

}  // namespace smartkar::server
