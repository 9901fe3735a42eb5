#include "server/core/expiry.hpp"

#include <algorithm>

namespace smartkar::server {
namespace {

UnixTime overdueAt(const CommandRecord& command, const Policy& policy) {
  const UnixTime latest = command.history.empty() ? command.created_at : command.history.back().at;
  return latest + wholeSeconds(policy.overdue_after);
}

UnixTime givenUpAt(const CommandRecord& command, const Policy& policy) {
  return command.expires_at + wholeSeconds(policy.give_up_after);
}

UnixTime forgottenAt(const CommandRecord& command, const Policy& policy) {
  return command.finished_at.value_or(command.expires_at) + wholeSeconds(policy.remember_final);
}

void expire(Entry& entry, const Moment& moment) {
  CommandRecord& command = entry.record;
  if (entry.waiting()) {
    if (!moment.reached(command.expires_at)) return;
    command.decided_by_car = command.attempts > 0;  // it was sent, but the car said that it did not take it
    return moveTo(entry, CommandState::Expired, moment);
  }
  if (moment.reached(givenUpAt(command, moment.policy))) {
    command.error = "the car was not heard of again";
    return moveTo(entry, CommandState::Unknown, moment, command.error);
  }
  if (!command.unconfirmed && moment.reached(overdueAt(command, moment.policy))) {
    command.unconfirmed = true;
    moveTo(entry, command.state, moment, "no answer");
  }
}

// When the entry needs attention next.
UnixTime nextAt(const Entry& entry, const Policy& policy) {
  const CommandRecord& command = entry.record;
  if (entry.final()) return forgottenAt(command, policy);
  if (entry.waiting()) return command.expires_at;
  const UnixTime given_up = givenUpAt(command, policy);
  return command.unconfirmed ? given_up : std::min(given_up, overdueAt(command, policy));
}

void forget(Car& car, const CommandRecord& command) {
  const auto key = car.keys.find({command.principal, command.idempotency_key});
  if (key != car.keys.end() && key->second == command.id) car.keys.erase(key);
}

}  // namespace

void expireCommands(Car& car, Moment& moment) {
  for (auto& [id, entry] : car.commands) {
    if (!entry.final()) expire(entry, moment);
  }
  std::erase_if(car.commands, [&](const auto& item) {
    const Entry& entry = item.second;
    if (!entry.final() || entry.changed || !moment.reached(forgottenAt(entry.record, moment.policy))) return false;
    forget(car, entry.record);
    return true;
  });
}

Instant expiryDeadline(const Car& car, const Moment& moment) {
  Instant earliest = kNever;
  for (const auto& [id, entry] : car.commands) {
    earliest = std::min(earliest, moment.instantOf(nextAt(entry, moment.policy)));
  }
  return earliest;
}

}  // namespace smartkar::server
