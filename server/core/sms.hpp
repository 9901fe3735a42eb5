#pragma once

#include "server/core/car.hpp"
#include "server/core/event.hpp"

namespace smartkar::server {

// The next rung of the wake ladder: a text message to a car that rings do not wake.

// Sends one if that is due.
void advanceSms(Car& car, Moment& moment);
// When advanceSms has something to do next.
Instant smsDeadline(const Car& car, const Moment& moment);
// What came of the latest one.
void takeSmsResult(Car& car, const SmsResult& result, const Moment& moment);
// When a text message would be sent for a command accepted now; kNever: never, or not foreseen.
Instant nextText(const Car& car, const Moment& moment);

}  // namespace smartkar::server
