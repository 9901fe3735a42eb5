#include "server/core/responses.hpp"

#include <algorithm>
#include <compare>
#include <vector>

#include "protocol/json_document.hpp"
#include "protocol/response.hpp"
#include "protocol/stamp.hpp"
#include "server/core/contact.hpp"
#include "server/core/life.hpp"
#include "server/core/partial_result.hpp"
#include "server/core/presence.hpp"
#include "server/core/telemetry.hpp"

namespace smartkar::server {
namespace {

using protocol::Response;
using protocol::ResponseStatus;

// Notes that the response is stored.
void noteReceived(DeviceRecord& record, const Response& response) {
  if (!response.boot || !response.seq) return;
  if (record.ack_boot != response.boot) {
    record.ack_boot = response.boot;
    record.ack_contiguous = 0;
    record.ack_highest = 0;
  }
  const std::uint32_t seq = *response.seq;
  if (seq == record.ack_contiguous + 1) record.ack_contiguous = seq;
  record.ack_highest = std::max(record.ack_highest, seq);
}

bool outOfDate(const CommandRecord& command, const Response& response) {
  const protocol::Stamp known{{}, command.answer_boot, {}, command.answer_seq};
  const protocol::Stamp said{{}, response.boot, {}, response.seq};
  return std::is_lteq(protocol::compare(said, known));
}

Happening happeningOf(const Response& response) {
  switch (response.status) {
    case ResponseStatus::InProgress:
      return response.too_late ? Happening::TooLate : Happening::Progress;
    case ResponseStatus::Busy:
      return Happening::Busy;
    case ResponseStatus::NeverReceived:
      return Happening::NeverReceived;
    // The car has another command under this id, and nothing to say of this one.
    case ResponseStatus::IdConflict:
    case ResponseStatus::Unknown:
      return Happening::Unknown;
    default:
      return Happening::Final;
  }
}

void apply(Car& car, Entry& entry, Response response, Moment& moment) {
  CommandRecord& command = entry.record;
  if (outOfDate(command, response)) return;
  std::string whole;
  if (!response.part.whole()) {
    if (!collect(entry.partial, response)) return;
    whole = joined(entry.partial);
    response.result = whole;
  }
  if (response.boot && response.seq) {
    command.answer_boot = response.boot;
    command.answer_seq = response.seq;
    entry.changed = true;
  }
  happen(car, entry, happeningOf(response), moment, {.response = &response});
}

// A command of the car's journal that is not in memory: the store decides whether it is known.
void recover(Car& car, const Response& response, Moment& moment) {
  if (!protocol::isFinal(response.status)) return;
  Entry entry;
  CommandRecord& command = entry.record;
  command.ccid = car.record.ccid;
  command.id = response.id;
  command.action = std::string(response.action.view());
  command.created_at = moment.wall;
  command.expires_at = moment.wall;
  command.answer_boot = response.boot;
  command.answer_seq = response.seq;
  moveTo(entry, CommandState::Queued, moment, "found in the car's journal");
  happen(car, entry, happeningOf(response), moment, {.response = &response});
  moment.actions.mutations.push_back(RecoverCommand{command});
  if (command.id > car.unknown_above) moment.actions.effects.push_back(CommandChanged{command});
}

void takeFromJournal(Car& car, const Response& response, Moment& moment) {
  DeviceRecord& record = car.record;
  if (!car.commands.contains(response.id)) recover(car, response, moment);
  record.last_id = std::max(record.last_id, response.id);
  record.seen_id = std::max(record.seen_id, response.id);
  if (response.id >= record.journal_wanted) record.journal_wanted = 0;
}

}  // namespace

void takeResponse(Car& car, const MessageReceived& message, Moment& moment) {
  protocol::JsonDocument document;
  std::vector<char> result(message.payload.size() + 2);
  const auto response = protocol::decodeResponse(message.payload, document, result);
  if (!response) return quarantine(message, response.error().describe(), moment);

  heard(car, message, std::nullopt, response->boot, moment);
  // After a restart the server knows of no contact; in one it is the status that tells where the car is.
  if (const auto broker = moment.brokerOf(message); broker && !car.contact) car.broker = *broker;
  noteReceived(car.record, *response);
  if (!response->action.empty()) takeFromJournal(car, *response, moment);
  const auto found = car.commands.find(response->id);
  // A server that was restored while its clock was wrong may have given an id again.
  const bool of_another = found != car.commands.end() && !response->action.empty() &&
                          response->action != std::string_view(found->second.record.action);
  if (of_another) {
    moment.remark(car.record.ccid, "report of another command with the id " + std::to_string(response->id));
  } else if (found != car.commands.end()) {
    apply(car, found->second, *response, moment);
  } else if (response->action.empty()) {
    moment.remark(car.record.ccid, "response to " + std::to_string(response->id) + ", which is not known (any more)");
  }
  // Also a repeated one: as far as the car knows, it was not acknowledged yet.
  if (protocol::isFinal(response->status)) acknowledgeSoon(car, moment);
}

}  // namespace smartkar::server
