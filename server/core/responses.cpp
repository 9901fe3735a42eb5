#include "server/core/responses.hpp"

#include <algorithm>
#include <vector>

#include "protocol/json_document.hpp"
#include "protocol/response.hpp"
#include "protocol/stamp.hpp"
#include "server/core/contact.hpp"
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
  return protocol::compare(said, known) <= 0;
}

CommandState finalState(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::Completed:
      return CommandState::Completed;
    case ResponseStatus::Failed:
      return CommandState::Failed;
    case ResponseStatus::Expired:
      return CommandState::Expired;
    case ResponseStatus::Cancelled:
      return CommandState::Cancelled;
    case ResponseStatus::Error:
    case ResponseStatus::NotSupported:
    case ResponseStatus::IdConflict:
      return CommandState::Rejected;
    default:
      return CommandState::Unknown;
  }
}

std::string stageText(const Response& response) {
  if (response.stage) return std::string(protocol::stageName(*response.stage));
  return std::string(response.unknown_stage.view());
}

std::string errorText(const Response& response) {
  if (!response.error.empty()) return std::string(response.error.view());
  if (protocol::isOk(response.status)) return {};
  return std::string(protocol::statusName(response.status));
}

void takeFinal(Entry& entry, const Response& response, const Moment& moment) {
  CommandRecord& command = entry.record;
  if (entry.final() && command.decided_by_car && command.state != CommandState::Unknown) return;
  const CommandState state = finalState(response.status);
  if (command.state == CommandState::Unknown && state == CommandState::Unknown) return;
  command.decided_by_car = true;
  command.stage = stageText(response);  // where it failed; a completed command stands at no stage
  command.error = errorText(response);
  command.result_json = std::string(response.result);
  moveTo(entry, state, moment, command.error);
}

// How far a stage is; one this version has no name for counts as no step back.
int progress(std::string_view stage) {
  const auto known = protocol::stageFromName(stage);
  return known ? static_cast<int>(*known) : 0;
}

void takeProgress(Entry& entry, const Response& response, const Moment& moment) {
  CommandRecord& command = entry.record;
  if (entry.final()) return;
  entry.tries = 0;
  entry.due = moment.now + moment.policy.remind_after;
  const std::string stage = stageText(response);
  const bool only_accepted = stage.empty() || response.stage == protocol::Stage::Accepted;
  const CommandState state = only_accepted ? CommandState::Accepted : CommandState::InProgress;
  const bool back = state < command.state || (response.stage && progress(stage) < progress(command.stage));
  const bool same = state == command.state && stage == command.stage && !command.unconfirmed;
  if (back || same) return;
  command.unconfirmed = false;
  command.stage = stage;
  moveTo(entry, state, moment);
}

// The car has not taken it: back into the queue.
void requeue(Entry& entry, Instant due, std::string detail, const Moment& moment) {
  entry.record.unconfirmed = false;
  entry.tries = 0;
  entry.due = due;
  moveTo(entry, CommandState::Queued, moment, std::move(detail));
}

void takeBusy(Entry& entry, const Response& response, const Moment& moment) {
  const CommandRecord& command = entry.record;
  const bool of_latest_try = response.attempt.value_or(command.attempts) == command.attempts;
  if (command.state != CommandState::Sent || !of_latest_try) return;
  std::string detail = "the car is busy";
  if (response.current_command) detail += " with " + std::to_string(response.current_command->id);
  requeue(entry, moment.now + moment.policy.busy_retry_after, std::move(detail), moment);
}

// True if an answer to a sync can be trusted to be younger than everything that was sent of the command: it was sent in
// an earlier contact, or so long ago that no copy is on its way any more.
bool allCopiesGone(const CommandRecord& command, const Car& car, const Moment& moment) {
  if (command.last_contact != car.record.contact) return true;
  const Duration longest = moment.policy.command_expiry_max + moment.policy.overdue_after;
  return moment.reached(command.last_sent_at.value_or(command.created_at) + wholeSeconds(longest));
}

// The answer to a sync.
void takeNeverReceived(Car& car, Entry& entry, const Moment& moment) {
  CommandRecord& command = entry.record;
  const bool taken_before = command.state == CommandState::Accepted || command.state == CommandState::InProgress;
  if (taken_before) {
    command.error = "the car no longer knows it";
    return moveTo(entry, CommandState::Unknown, moment, command.error);
  }
  if (command.state != CommandState::Sent) return;
  if (!allCopiesGone(command, car, moment)) {
    if (entry.tries < moment.policy.sends_per_contact) entry.due = moment.now;
    return;
  }
  if (!moment.reached(command.expires_at)) return requeue(entry, moment.now, "the car never had it", moment);
  // Not the car's own verdict, so that it may still correct it.
  moveTo(entry, CommandState::Expired, moment, "the car never had it");
}

void apply(Car& car, Entry& entry, const Response& response, const Moment& moment) {
  CommandRecord& command = entry.record;
  if (outOfDate(command, response)) return;
  if (response.boot && response.seq) {
    command.answer_boot = response.boot;
    command.answer_seq = response.seq;
    entry.changed = true;
  }
  switch (response.status) {
    case ResponseStatus::InProgress:
      return takeProgress(entry, response, moment);
    case ResponseStatus::Busy:
      return takeBusy(entry, response, moment);
    case ResponseStatus::NeverReceived:
      return takeNeverReceived(car, entry, moment);
    default:
      return takeFinal(entry, response, moment);
  }
}

}  // namespace

void takeResponse(Car& car, const MessageReceived& message, Moment& moment) {
  protocol::JsonDocument document;
  std::vector<char> result(message.payload.size() + 2);
  const auto response = protocol::decodeResponse(message.payload, document, result);
  if (!response) return quarantine(message, response.error().describe(), moment);

  if (!message.retained) heard(car, moment.wall, response->boot, moment);
  noteReceived(car.record, *response);
  if (const auto found = car.commands.find(response->id); found != car.commands.end()) {
    apply(car, found->second, *response, moment);
  } else {
    moment.remark(car.record.ccid, "response to " + std::to_string(response->id) + ", which is not known (any more)");
  }
  // Also a repeated one: as far as the car knows, it was not acknowledged yet.
  if (protocol::isFinal(response->status)) acknowledgeSoon(car, moment);
}

}  // namespace smartkar::server
