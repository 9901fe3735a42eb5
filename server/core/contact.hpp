#pragma once

#include <cstdint>

#include "server/core/car.hpp"

namespace smartkar::server {

// The car said, just now, that it listens. A nonce not seen before is a new contact: what was sent before is asked
// for, then sent again. The same nonce once more is a sign of life: only the sync is repeated.
void openContact(Car& car, std::uint32_t nonce, Moment& moment);
// The car no longer listens, or nobody knows.
void closeContact(Car& car);

// A response arrived that the car repeats until a sync acknowledges it.
void acknowledgeSoon(Car& car, Moment& moment);

// Sends what is due in the contact: the sync first, then commands.
void advanceContact(Car& car, Moment& moment);
// When advanceContact has something to do next; kNever without a contact.
Instant contactDeadline(const Car& car, const Moment& moment);

}  // namespace smartkar::server
