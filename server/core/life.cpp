#include "server/core/life.hpp"

#include "base/assert.hpp"
#include "server/core/handover.hpp"
#include "server/core/ledger.hpp"

namespace smartkar::server {
namespace {

using protocol::Response;
using protocol::ResponseStatus;

struct Case {
  Car& car;
  Entry& entry;
  Row row;
  Happening happening;
  Moment& moment;
  const Input& input;

  CommandRecord& command() const { return entry.record; }
};

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
  if (protocol::isOk(response.status) || response.status == ResponseStatus::Cancelled) return {};
  return std::string(protocol::statusName(response.status));
}

// How far a stage is; one this version has no name for counts as no step back.
int progressOf(std::string_view stage) {
  const auto known = protocol::stageFromName(stage);
  return known ? static_cast<int>(*known) : 0;
}

void takeVerdict(const Case& c) {
  CommandRecord& command = c.command();
  command.decided_by_car = true;
  command.stage = stageText(*c.input.response);  // where it failed; a completed command stands at no stage
  command.error = errorText(*c.input.response);
  command.result_json = std::string(c.input.response->result);
}

void close(const Case& c) {
  CommandRecord& command = c.command();
  const bool only_expired = command.withdrawal == Withdrawal::Expired;
  takeVerdict(c);
  CommandState state = finalState(c.input.response->status);
  if (state == CommandState::Cancelled && only_expired) state = CommandState::Expired;
  moveTo(c.entry, state, c.moment, command.error);
}

std::string_view doubtText(Happening happening) {
  switch (happening) {
    case Happening::Contact:
      return "sent to old firmware, which was replaced";
    case Happening::NeverReceived:
      return "the car no longer knows it";
    case Happening::Silence:
      return "old firmware did not answer";
    case Happening::JournalLost:
      return "the car lost its command journal";
    default:
      return "the car was not heard of again";
  }
}

void doubt(const Case& c) {
  CommandRecord& command = c.command();
  if (command.state == CommandState::Unknown) return;
  if (c.happening == Happening::Unknown) {
    takeVerdict(c);
  } else {
    command.error = std::string(doubtText(c.happening));
  }
  moveTo(c.entry, CommandState::Unknown, c.moment, command.error);
}

void drop(const Case& c) {
  const CommandState state = c.happening == Happening::Cancel ? CommandState::Cancelled : CommandState::Expired;
  moveTo(c.entry, state, c.moment, std::string(c.input.detail));
}

void withdraw(const Case& c) {
  CommandRecord& command = c.command();
  const bool cancelled = c.happening == Happening::Cancel;
  command.withdrawal = cancelled ? Withdrawal::Cancelled : Withdrawal::Expired;
  c.entry.tries = 0;
  c.entry.due = c.moment.now;
  const CommandState state = c.row == Row::Requeued ? CommandState::Sent : command.state;
  moveTo(c.entry, state, c.moment,
         cancelled ? "cancel requested, " + std::string(c.input.detail) : "expired unanswered: called off");
}

// Notes how far the car is. Its word ends every doubt.
void note(const Case& c) {
  CommandRecord& command = c.command();
  c.entry.tries = 0;
  c.entry.due = c.moment.now + c.moment.policy.remind_after;
  const Response& response = *c.input.response;
  const std::string stage = stageText(response);
  const bool only_accepted = stage.empty() || response.stage == protocol::Stage::Accepted;
  const CommandState state = only_accepted ? CommandState::Accepted : CommandState::InProgress;
  const bool back = state < command.state || (response.stage && progressOf(stage) < progressOf(command.stage));
  const bool same = state == command.state && stage == command.stage && !command.unconfirmed;
  if (back || same) return;
  command.unconfirmed = false;
  command.stage = stage;
  moveTo(c.entry, state, c.moment);
}

// The car has what is no longer wanted. What only expired before its answer came may go on: the car had it in time.
void press(const Case& c) {
  if (c.command().withdrawal == Withdrawal::Expired) c.command().withdrawal = Withdrawal::None;
  note(c);
  if (c.command().withdrawal == Withdrawal::Cancelled) c.entry.due = c.moment.now;
}

void resume(const Case& c) {
  c.command().withdrawal = Withdrawal::None;
  note(c);
  moveTo(c.entry, c.command().state, c.moment, "too late to cancel");
}

void backIntoQueue(const Case& c, Instant due, std::string detail) {
  c.command().unconfirmed = false;
  c.command().sent_once = false;
  c.entry.tries = 0;
  c.entry.due = due;
  moveTo(c.entry, CommandState::Queued, c.moment, std::move(detail));
}

void requeue(const Case& c) {
  const Response& response = *c.input.response;
  if (response.attempt.value_or(c.command().attempts) != c.command().attempts) return;
  std::string detail = "the car is busy";
  if (response.current_command) detail += " with " + std::to_string(response.current_command->id);
  backIntoQueue(c, c.moment.now + c.moment.policy.busy_retry_after, std::move(detail));
}

// What the server ended by itself is as the car knows it. The car was asked only for what is not above its maxId: an
// answer from before it had the command cannot pass for one from after.
void confirm(const Case& c) {
  const bool asked_now = c.input.response->contact == c.car.record.contact && c.command().id <= c.car.record.max_id;
  if (!asked_now || c.command().state == CommandState::Unknown) return;
  c.command().decided_by_car = true;
  c.entry.changed = true;
}

// The car was asked in this contact and the latest copy is of an earlier one: no copy can take effect any more.
bool noCopyLeft(const Case& c) {
  return c.input.response->contact == c.car.record.contact && c.command().last_contact != c.car.record.contact;
}

void release(const Case& c) {
  CommandRecord& command = c.command();
  if (c.row == Row::SentOnce) return requeue(c);
  if (!noCopyLeft(c)) {
    const bool lost_on_the_way = c.row == Row::Sent && command.last_contact == c.car.record.contact;
    if (lost_on_the_way && c.entry.tries < c.moment.policy.sends_per_contact) c.entry.due = c.moment.now;
    return;
  }
  command.last_contact = 0;
  if (c.row != Row::Withdrawing) return backIntoQueue(c, c.moment.now, "the car never had it");
  const bool cancelled = command.withdrawal == Withdrawal::Cancelled;
  moveTo(c.entry, cancelled ? CommandState::Cancelled : CommandState::Expired, c.moment, "the car never had it");
}

void flag(const Case& c) {
  if (c.command().unconfirmed) return;
  c.command().unconfirmed = true;
  moveTo(c.entry, c.command().state, c.moment, "no answer");
}

// Counts one more time in vain and says when the next is due. False: often enough for now.
bool tire(const Case& c) {
  const Policy& policy = c.moment.policy;
  if (c.entry.tries >= policy.sends_per_contact) {
    flag(c);
    c.entry.due = c.moment.now + policy.slow_sync_every;
    return false;
  }
  ++c.entry.tries;
  c.entry.due = c.moment.now + policy.resend_after * (std::int64_t{1} << (c.entry.tries - 1));
  return true;
}

// The sync of a new contact asks for it by itself.
void ask(const Case& c) {
  if (c.row == Row::Provisional) return;
  if (c.happening == Happening::Contact) {
    const bool sent_in_it = c.command().last_contact == c.car.record.contact;
    c.entry.tries = sent_in_it ? c.command().sends_in_contact : 0;
    c.entry.due = c.moment.now + c.moment.policy.resend_after;
    return;
  }
  tire(c);
  c.car.contact->sync_due = true;
}

void again(const Case& c) {
  if (tire(c) && sendable(c.command(), c.moment)) return sendCopy(c.car, c.entry, c.moment);
  c.car.contact->sync_due = true;
}

void callOff(const Case& c) {
  tire(c);
  sendCancel(c.car, c.entry, c.moment);
}

void sendFirst(const Case& c) {
  if (c.car.legacy_up) return sendOnce(c.entry, c.moment);
  tire(c);
  sendCopy(c.car, c.entry, c.moment);
}

// What the happening says about the copies of the command that were sent.
void keepLedger(const Case& c) {
  switch (c.happening) {
    case Happening::Progress:
    case Happening::TooLate:
    case Happening::Busy:
    case Happening::Unknown:
    case Happening::Final:
      return endDeliveries(c.entry, AttemptResult::Answered, c.moment);
    case Happening::Contact:
    case Happening::Silence:
    case Happening::NeverReceived:
    case Happening::JournalLost:
      return endDeliveries(c.entry, AttemptResult::Silent, c.moment);
    default:
      return;
  }
}

void perform(Step step, const Case& c) {
  switch (step) {
    case Step::Nothing:
    case Step::Refuse:
      return;
    case Step::Send:
      return sendFirst(c);
    case Step::Again:
      return again(c);
    case Step::Ask:
      return ask(c);
    case Step::CallOff:
      return callOff(c);
    case Step::Take:
    case Step::Note:
      return note(c);
    case Step::Press:
      return press(c);
    case Step::Resume:
      return resume(c);
    case Step::Flag:
      return flag(c);
    case Step::Requeue:
      return requeue(c);
    case Step::Release:
      return release(c);
    case Step::Confirm:
      return confirm(c);
    case Step::Withdraw:
      return withdraw(c);
    case Step::Drop:
      return drop(c);
    case Step::Doubt:
      return doubt(c);
    case Step::Close:
      return close(c);
    case Step::Impossible:
      break;
  }
  SK_ASSERT(false && "a happening that the table rules out");
}

}  // namespace

Step happen(Car& car, Entry& entry, Happening happening, Moment& moment, const Input& input) {
  const Row row = rowOf(entry.record);
  moment.cells.count(row, happening);
  const Step step = stepFor(row, happening);
  const Case happened{car, entry, row, happening, moment, input};
  keepLedger(happened);
  perform(step, happened);
  return step;
}

}  // namespace smartkar::server
