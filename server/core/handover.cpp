#include "server/core/handover.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"
#include "protocol/command.hpp"
#include "protocol/json_document.hpp"
#include "server/core/ledger.hpp"

namespace smartkar::server {
namespace {

std::uint32_t expirySeconds(const CommandRecord& command, const Moment& moment) {
  const auto left = std::min(command.expires_at - moment.wall, wholeSeconds(moment.policy.command_expiry_max));
  return static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 2));
}

protocol::CommandOut messageOf(const CommandRecord& command) {
  protocol::CommandOut out;
  out.id = command.id;
  out.action = command.action;
  out.params_json = command.params_json;
  return out;
}

// Every action with all its parameters is far below the limit of a message.
std::string encoded(const protocol::CommandOut& out) {
  char text[protocol::kCommandBytesMax];
  const auto message = protocol::encodeCommand(out, text);
  SK_ASSERT(message.ok());
  return std::string(*message);
}

bool hasConditions(const CommandRecord& command) {
  protocol::JsonDocument document;
  const auto params = document.parse(command.params_json);
  return params && params->find("onlyIf");
}

void markSent(Entry& entry, Path path, const Moment& moment) {
  CommandRecord& command = entry.record;
  ++command.attempts;
  command.last_sent_at = moment.wall;
  noteAttempt(entry, path, moment);
  moveTo(entry, CommandState::Sent, moment,
         command.attempts > 1 ? "try " + std::to_string(command.attempts) : std::string());
}

}  // namespace

bool sendable(const CommandRecord& command, const Moment& moment) {
  return moment.wall + wholeSeconds(moment.policy.send_margin) < command.expires_at;
}

void sendCopy(Car& car, Entry& entry, Moment& moment) {
  CommandRecord& command = entry.record;
  const std::uint32_t nonce = car.contact->nonce;
  if (command.last_contact != nonce) command.sends_in_contact = 0;
  ++command.sends_in_contact;
  command.last_contact = nonce;
  car.record.seen_id = std::max(car.record.seen_id, command.id);
  markSent(entry, car.tcp != 0 ? Path::Tcp : Path::Contact, moment);
  protocol::CommandOut out = messageOf(command);
  out.expires_at = command.expires_at;
  out.contact = nonce;
  out.attempt = command.attempts;
  publish(car,
          {.ccid = command.ccid,
           .kind = PublishKind::Command,
           .payload = encoded(out),
           .expiry_s = expirySeconds(command, moment),
           .id = command.id},
          moment);
}

void sendOnce(Entry& entry, Moment& moment) {
  CommandRecord& command = entry.record;
  // Old firmware passes over what it does not know, and would act without looking.
  if (hasConditions(command)) {
    command.error = "old firmware cannot check onlyIf";
    return moveTo(entry, CommandState::Rejected, moment, command.error);
  }
  command.sent_once = true;
  markSent(entry, Path::Tcp, moment);
  moment.actions.effects.push_back(SendLegacy{command.ccid, command.id, command.action, encoded(messageOf(command))});
}

void sendCancel(const Car& car, const Entry& entry, Moment& moment) {
  char text[protocol::kCommandBytesMax];
  const auto message = protocol::encodeCancel(entry.record.id, car.contact->nonce, text);
  SK_ASSERT(message.ok());
  const auto expiry = static_cast<std::uint32_t>(wholeSeconds(moment.policy.sync_expiry).count());
  publish(car,
          {.ccid = car.record.ccid,
           .kind = PublishKind::Cancel,
           .payload = std::string(*message),
           .expiry_s = expiry,
           .id = entry.record.id},
          moment);
}

}  // namespace smartkar::server
