#pragma once

#include "server/core/car.hpp"
#include "server/core/event.hpp"

namespace smartkar::server {

// Takes a message of the response channel. Late and repeated responses never move a command backwards; the car's
// word on the outcome replaces what the server had to call unconfirmed or unknown.
void takeResponse(Car& car, const MessageReceived& message, Moment& moment);

}  // namespace smartkar::server
