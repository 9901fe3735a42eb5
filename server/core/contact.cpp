#include "server/core/contact.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "protocol/sync.hpp"
#include "server/core/handover.hpp"
#include "server/core/ledger.hpp"
#include "server/core/life.hpp"

namespace smartkar::server {
namespace {

using protocol::ActionKind;

// Highest sequence number the car may forget. While commands are open only an unbroken row counts, since what is
// missing in it may be their outcome.
std::uint32_t acknowledgement(const Car& car) {
  const DeviceRecord& record = car.record;
  if (record.ack_boot != record.boot) return 0;
  const bool open =
      std::any_of(car.commands.begin(), car.commands.end(), [](const auto& item) { return item.second.atTheCar(); });
  return open ? record.ack_contiguous : record.ack_highest;
}

// What the server ended by itself, and the car may know better: the server may have been restored from a backup.
bool toBeConfirmed(const Car& car, const Entry& entry) {
  return rowOf(entry.record) == Row::Provisional && entry.record.state != CommandState::Unknown &&
         entry.record.id <= car.record.max_id;
}

void sendSync(const Car& car, std::uint32_t nonce, Moment& moment) {
  protocol::Sync sync;
  sync.contact = nonce;
  sync.now = moment.wall;
  sync.ack = acknowledgement(car);
  sync.want_state = car.state.empty() || car.state_wanted;
  sync.want_journal = car.record.journal_wanted != 0;
  sync.lost = car.lost;
  for (const auto& [id, entry] : car.commands) {
    // The oldest first; the others are asked for once these are answered.
    const bool asked = entry.atTheCar() || toBeConfirmed(car, entry);
    if (asked && !sync.open.push(id)) break;
  }
  char text[protocol::kCommandBytesMax];
  const auto encoded = protocol::encodeSync(sync, text);
  SK_ASSERT(encoded.ok());
  const auto expiry = static_cast<std::uint32_t>(wholeSeconds(moment.policy.sync_expiry).count());
  publish(car,
          {.ccid = car.record.ccid,
           .kind = PublishKind::Sync,
           .payload = std::string(*encoded),
           .expiry_s = expiry,
           .id = 0},
          moment);
}

// True if no other actuating command may be handed over before this one is answered.
bool holdsTheCar(const Entry& entry, const Policy& policy) {
  const bool answering = entry.owesAnswer() && entry.tries < policy.sends_per_contact;
  return (answering || rowOf(entry.record) == Row::SentOnce) && entry.kind() == ActionKind::Actuating;
}

// True if it was asked for instead of an earlier one that has not ended.
bool waitsForSuperseded(const Car& car, const CommandRecord& command) {
  if (!command.supersedes) return false;
  const auto older = car.commands.lower_bound(command.id);
  const protocol::Subject subject = subjectOf(command);
  return std::any_of(car.commands.begin(), older, [&](const auto& item) {
    return !item.second.final() && subjectOf(item.second.record) == subject;
  });
}

void sendWaiting(Car& car, Moment& moment) {
  bool car_is_taken = std::any_of(car.commands.begin(), car.commands.end(),
                                  [&](const auto& item) { return holdsTheCar(item.second, moment.policy); });
  for (auto& [id, entry] : car.commands) {
    if (!entry.inQueue()) continue;
    const bool actuating = entry.kind() == ActionKind::Actuating;
    if (actuating && car_is_taken) continue;
    // Also one that has to wait keeps its place: commands do not overtake each other.
    if (actuating) car_is_taken = true;
    const bool its_turn = entry.due <= moment.now && !waitsForSuperseded(car, entry.record);
    if (its_turn && sendable(entry.record, moment)) happen(car, entry, Happening::Due, moment);
  }
}

}  // namespace

void openContact(Car& car, std::uint32_t nonce, Moment& moment) {
  const bool same = car.contact && car.contact->nonce == nonce;
  car.record.contact = nonce;
  car.ladder.reset();
  if (same) {
    car.contact->sync_due = true;
    return;
  }
  endWakes(car, moment);
  car.contact = Contact{.nonce = nonce, .sync_due = true, .synced_at = moment.now};
  for (auto& [id, entry] : car.commands) happen(car, entry, Happening::Contact, moment);
}

void closeContact(Car& car) { car.contact.reset(); }

void acknowledgeSoon(Car& car, Moment& moment) {
  if (car.contact) {
    // With nothing new to say, repetitions are not answered one by one.
    const bool said = acknowledgement(car) == car.contact->acknowledged;
    if (!said || moment.now >= car.contact->synced_at + moment.policy.resend_after) car.contact->sync_due = true;
    return;
  }
  // After a restart the server knows of no contact, but the car may still be in one and wait for this.
  const DeviceRecord& record = car.record;
  const bool listening = record.presence == Presence::Awake && record.contact != 0 && record.ack_boot == record.boot;
  if (listening && car.linked(moment)) sendSync(car, record.contact, moment);
}

void advanceContact(Car& car, Moment& moment) {
  if (car.legacy_up) return sendWaiting(car, moment);
  if (!car.contact || !car.linked(moment)) return;
  for (auto& [id, entry] : car.commands) {
    if (entry.owesAnswer() && entry.due <= moment.now) happen(car, entry, Happening::Due, moment);
  }
  if (car.contact->sync_due) {
    car.contact->sync_due = false;
    car.contact->acknowledged = acknowledgement(car);
    car.contact->synced_at = moment.now;
    sendSync(car, car.contact->nonce, moment);
  }
  sendWaiting(car, moment);
}

Instant contactDeadline(const Car& car, const Moment& moment) {
  const bool listening = car.legacy_up || (car.contact && car.linked(moment));
  if (!listening) return kNever;
  Instant earliest = kNever;
  for (const auto& [id, entry] : car.commands) {
    if (entry.owesAnswer() || (entry.inQueue() && entry.due > moment.now)) earliest = std::min(earliest, entry.due);
  }
  return earliest;
}

}  // namespace smartkar::server
