#pragma once

#include "server/core/car.hpp"

namespace smartkar::server {

// Ends what is over: commands never handed over that expired, answers that are overdue or given up, and what was
// remembered of finished commands.
void expireCommands(Car& car, Moment& moment);
// When expireCommands has something to do next.
Instant expiryDeadline(const Car& car, const Moment& moment);

}  // namespace smartkar::server
