#pragma once

#include "server/core/car.hpp"

namespace smartkar::server {

// Says in a new command by which path it should reach the car, and when it should be there at the latest, judging by
// what is known now. Leaves out what nobody can say.
void makePromise(const Car& car, CommandRecord& command, const Moment& moment);

}  // namespace smartkar::server
