#include "server/core/expiry.hpp"

#include <algorithm>

#include "server/core/life.hpp"

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
  const UnixTime over = std::max(command.finished_at.value_or(command.expires_at), command.expires_at);
  return over + wholeSeconds(policy.remember_final);
}

// What happens to an open command by the clock alone, and when.
struct Timer {
  Happening happening;
  UnixTime at;
};

std::optional<Timer> nextTimer(const Entry& entry, const Policy& policy) {
  const CommandRecord& command = entry.record;
  const Row row = rowOf(command);
  std::optional<Timer> next;
  const auto consider = [&](Happening happening, UnixTime at) {
    if (!next || at < next->at) next = Timer{happening, at};
  };
  if (!entry.expiry_noted) consider(Happening::Expiry, command.expires_at);
  const bool answer_due = entry.owesAnswer() || row == Row::SentOnce;
  if (answer_due && !command.unconfirmed) consider(Happening::Silence, overdueAt(command, policy));
  const bool may_be_given_up = row == Row::Taken || row == Row::Withdrawing;
  if (may_be_given_up) consider(Happening::GiveUp, givenUpAt(command, policy));
  return next;
}

void passTime(Car& car, Entry& entry, Moment& moment) {
  while (!entry.final()) {
    const auto timer = nextTimer(entry, moment.policy);
    if (!timer || !moment.reached(timer->at)) return;
    if (timer->happening == Happening::Expiry) entry.expiry_noted = true;
    happen(car, entry, timer->happening, moment);
  }
}

void forget(Car& car, const CommandRecord& command) {
  const auto key = car.keys.find({command.principal, command.idempotency_key});
  if (key != car.keys.end() && key->second == command.id) car.keys.erase(key);
}

}  // namespace

void expireCommands(Car& car, Moment& moment) {
  for (auto& [id, entry] : car.commands) passTime(car, entry, moment);
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
    if (entry.final()) {
      earliest = std::min(earliest, moment.instantOf(forgottenAt(entry.record, moment.policy)));
    } else if (const auto timer = nextTimer(entry, moment.policy)) {
      earliest = std::min(earliest, moment.instantOf(timer->at));
    }
  }
  return earliest;
}

}  // namespace smartkar::server
