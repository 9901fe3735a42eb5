#pragma once

#include <string>
#include <string_view>

#include "server/core/car.hpp"
#include "server/core/event.hpp"

namespace smartkar::server {

// Merges telemetry into what is known: absent fields keep their value, null makes them unknown, older ones are ignored.
// A message with fields that make no sense is quarantined with the reasons, and its other fields are taken.
void takeState(Car& car, const MessageReceived& message, Moment& moment);
// Appends an event.
void takeEvent(Car& car, const MessageReceived& message, Moment& moment);

// The car counts its boots anew: from now on every value is newer than those known.
void forgetStateOrder(Car& car);

// Keeps a message that makes no sense, so that it can be acknowledged.
void quarantine(const MessageReceived& message, std::string_view reason, Moment& moment);

}  // namespace smartkar::server
