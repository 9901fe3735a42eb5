#include "server/core/contact.hpp"

#include <algorithm>

#include "protocol/sync.hpp"

namespace smartkar::server {
namespace {

using protocol::ActionKind;

// Doubles with every try. tries: at least 1.
Duration backoff(const Policy& policy, std::uint32_t tries) {
  return policy.resend_after * (std::int64_t{1} << (tries - 1));
}

bool sendable(const CommandRecord& command, const Moment& moment) {
  return moment.wall + wholeSeconds(moment.policy.send_margin) < command.expires_at;
}

// Highest sequence number the car may forget. While commands are open only an unbroken row counts, since what is
// missing in it may be their outcome.
std::uint32_t acknowledgement(const Car& car) {
  const DeviceRecord& record = car.record;
  if (record.ack_boot != record.boot) return 0;
  const bool open =
      std::any_of(car.commands.begin(), car.commands.end(), [](const auto& item) { return item.second.inFlight(); });
  return open ? record.ack_contiguous : record.ack_highest;
}

void sendSync(const Car& car, std::uint32_t nonce, Moment& moment) {
  protocol::Sync sync;
  sync.contact = nonce;
  sync.now = moment.wall;
  sync.ack = acknowledgement(car);
  sync.want_state = car.state.empty();
  for (const auto& [id, entry] : car.commands) {
    // The oldest first; the others are asked for once these are answered.
    if (entry.inFlight() && !sync.open.push(id)) break;
  }
  char text[protocol::kCommandBytesMax];
  const auto encoded = protocol::encodeSync(sync, text);
  if (!encoded) return moment.remark(car.record.ccid, "sync does not fit a message");
  const auto expiry = static_cast<std::uint32_t>(wholeSeconds(moment.policy.sync_expiry).count());
  moment.actions.effects.push_back(
      PublishCommand{car.record.ccid, PublishKind::Sync, std::string(*encoded), expiry, 0, moment.generation});
}

std::uint32_t expirySeconds(const CommandRecord& command, const Moment& moment) {
  const auto left = std::min(command.expires_at - moment.wall, wholeSeconds(moment.policy.command_expiry_max));
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 2));
}

void markSent(Entry& entry, std::uint32_t nonce, const Moment& moment) {
  CommandRecord& command = entry.record;
  if (command.last_contact != nonce) command.sends_in_contact = 0;
  ++command.attempts;
  ++command.sends_in_contact;
  command.last_contact = nonce;
  command.last_sent_at = moment.wall;
  ++entry.tries;
  entry.due = moment.now + backoff(moment.policy, entry.tries);
  moveTo(entry, CommandState::Sent, moment,
         command.attempts > 1 ? "try " + std::to_string(command.attempts) : std::string());
}

void send(Entry& entry, std::uint32_t nonce, Moment& moment) {
  CommandRecord& command = entry.record;
  protocol::CommandOut out;
  out.id = command.id;
  out.action = command.action;
  out.params_json = command.params_json;
  out.expires_at = command.expires_at;
  out.contact = nonce;
  out.attempt = command.attempts + 1;
  char text[protocol::kCommandBytesMax];
  const auto encoded = protocol::encodeCommand(out, text);
  if (!encoded) {
    command.error = "does not fit a message";
    return moveTo(entry, CommandState::Rejected, moment);
  }
  markSent(entry, nonce, moment);
  moment.actions.effects.push_back(PublishCommand{command.ccid, PublishKind::Command, std::string(*encoded),
                                                  expirySeconds(command, moment), command.id, moment.generation});
}

// The car owes an answer for too long: sends the command again if it may never have arrived, else asks with a sync.
void remind(Entry& entry, Contact& contact, Moment& moment) {
  if (entry.tries >= moment.policy.sends_per_contact) {
    if (!entry.record.unconfirmed) {
      entry.record.unconfirmed = true;
      moveTo(entry, entry.record.state, moment, "no answer");
    }
    entry.due = moment.now + moment.policy.slow_sync_every;
    contact.sync_due = true;
    return;
  }
  if (entry.record.state == CommandState::Sent && sendable(entry.record, moment)) {
    return send(entry, contact.nonce, moment);
  }
  ++entry.tries;
  entry.due = moment.now + backoff(moment.policy, entry.tries);
  contact.sync_due = true;
}

// True if no other actuating command may be handed over before this one is answered.
bool holdsTheCar(const Entry& entry, const Policy& policy) {
  return entry.inFlight() && entry.tries < policy.sends_per_contact && entry.kind() == ActionKind::Actuating;
}

void sendWaiting(Car& car, Moment& moment) {
  bool car_is_taken = std::any_of(car.commands.begin(), car.commands.end(),
                                  [&](const auto& item) { return holdsTheCar(item.second, moment.policy); });
  for (auto& [id, entry] : car.commands) {
    if (!entry.waiting()) continue;
    const bool actuating = entry.kind() == ActionKind::Actuating;
    if (actuating && car_is_taken) continue;
    // Also one that has to wait keeps its place: commands do not overtake each other.
    if (actuating) car_is_taken = true;
    if (entry.due <= moment.now && sendable(entry.record, moment)) send(entry, car.contact->nonce, moment);
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
  car.contact = Contact{nonce, true, 0, moment.now};
  for (auto& [id, entry] : car.commands) {
    entry.due = moment.now;
    if (!entry.inFlight()) continue;
    // The sync asks for it first; it is sent again if that brings no answer.
    entry.tries = entry.record.last_contact == nonce ? entry.record.sends_in_contact : 0;
    entry.due += moment.policy.resend_after;
  }
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
  if (listening && moment.broker_up) sendSync(car, record.contact, moment);
}

void advanceContact(Car& car, Moment& moment) {
  if (!car.contact || !moment.broker_up) return;
  for (auto& [id, entry] : car.commands) {
    if (entry.inFlight() && entry.due <= moment.now) remind(entry, *car.contact, moment);
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
  if (!car.contact || !moment.broker_up) return kNever;
  Instant earliest = kNever;
  for (const auto& [id, entry] : car.commands) {
    if (entry.inFlight() || (entry.waiting() && entry.due > moment.now)) earliest = std::min(earliest, entry.due);
  }
  return earliest;
}

}  // namespace smartkar::server
