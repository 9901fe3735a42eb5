#pragma once

#include "server/core/car.hpp"

namespace smartkar::server {

// True if there is time enough left that it is worth sending.
bool sendable(const CommandRecord& command, const Moment& moment);

// Sends the command, in the open contact, with the next `try`.
void sendCopy(Car& car, Entry& entry, Moment& moment);
// Sends it to old firmware; what that would do without its conditions is rejected instead.
void sendOnce(Entry& entry, Moment& moment);
// Asks the car, in the open contact, to give the command up.
void sendCancel(const Car& car, const Entry& entry, Moment& moment);

}  // namespace smartkar::server
