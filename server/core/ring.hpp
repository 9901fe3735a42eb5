#pragma once

#include "server/core/car.hpp"

namespace smartkar::server {

// Rings a car that is in no contact as long as a command for it can still be done.
void advanceRing(Car& car, Moment& moment);
// When advanceRing has something to do next.
Instant ringDeadline(const Car& car, const Moment& moment);

}  // namespace smartkar::server
