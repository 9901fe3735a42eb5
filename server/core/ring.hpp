#pragma once

#include "server/core/car.hpp"

namespace smartkar::server {

// The car is to be woken for this command: it has not ended, and can still be done.
bool worthWaking(const Entry& entry, const Moment& moment);
// Rings a car that is in no contact as long as a command for it can still be done.
void advanceRing(Car& car, Moment& moment);
// When advanceRing has something to do next.
Instant ringDeadline(const Car& car, const Moment& moment);

}  // namespace smartkar::server
