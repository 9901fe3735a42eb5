#pragma once

#include "server/core/car.hpp"

namespace smartkar::server {

// The ledger of a command: what was sent for it, when, by which path, and what came of it.

// Something was sent. What was sent before by the same path, and is not answered, was in vain.
void noteAttempt(Entry& entry, Path path, const Moment& moment);
// The car has answered the copies it was sent, or it is certain that it will not.
void endDeliveries(Entry& entry, AttemptResult result, const Moment& moment);
// A new contact: the car woke by what was sent last, or by itself.
void endWakes(Car& car, const Moment& moment);
// The text message that was being sent was not taken. why: for people.
void textFailed(Entry& entry, const std::string& why, const Moment& moment);
// The command has ended: what is not answered will not be.
void endAttempts(Entry& entry, const Moment& moment);

// How long the car took to answer rings, or a text message, as far as the ledger tells. Nothing if it was woken by
// neither, or by the other one.
std::optional<std::chrono::seconds> timeToWake(const CommandRecord& command, Path path);

}  // namespace smartkar::server
