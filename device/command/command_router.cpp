#include "device/command/command_router.hpp"

#include "device/command/answer.hpp"

#include <cinttypes>

namespace smartkar::device {

using protocol::ActionKind;
using protocol::CommandId;
using protocol::ResponseStatus;

namespace {

Result<protocol::Parameters, protocol::FieldError> parametersOf(const protocol::CommandMessage& message,
                                                                bool may_actuate) {
  if (message.spec == nullptr) return Failure{protocol::FieldError::of("action", protocol::Problem::Unknown)};
  if (message.spec->kind == ActionKind::Actuating && !may_actuate) {
    return Failure{protocol::FieldError::of("action", protocol::Problem::Unsecured)};
  }
  return protocol::parseCommandParameters(*message.spec, message.message);
}

// Carrying it out a second time, or not at all, makes a difference: so it is journalled.
bool changesSomething(const protocol::ActionSpec* spec) {
  return spec != nullptr && (spec->kind == ActionKind::Actuating || SystemHandler::runsOnce(spec->action));
}

JournalEntry entryOf(const protocol::CommandMessage& message, EntryState state) {
  JournalEntry entry;
  entry.id = *message.id;
  entry.fingerprint = message.fingerprint;
  entry.action = message.spec->action;
  entry.state = state;
  return entry;
}

protocol::Response forgotten(CommandId id) {
  return answer(id, ResponseStatus::Unknown, "too old: forgotten by the journal");
}

}  // namespace

// The reset concerns every id, also those the journal does not hold.
void CommandRouter::closeInterrupted() {
  journal_.cells().enter(Row::Unseen, Happening::Restart);
  if (journal_.floor() > 0) journal_.cells().enter(Row::Forgotten, Happening::Restart);
  for (const auto& entry : journal_.entries()) {
    const Step step = journal_.cells().enter(rowOf(entry.state), Happening::Restart);
    if (step != Step::None) return interrupted(entry, step);
  }
}

// Before it acted nothing happened, after it nobody knows. There is at most one.
void CommandRouter::interrupted(JournalEntry entry, Step step) {
  entry.state = EntryState::Finished;
  entry.outcome = {};
  entry.outcome.status = step == Step::Fail ? ResponseStatus::Failed : ResponseStatus::Unknown;
  entry.outcome.fault = step == Step::Fail ? Fault::NotActed : Fault::Interrupted;
  log_.warning("command %" PRIu32 ": %s", entry.id, faultText(entry.outcome.fault).data());
  if (!journal_.store(entry)) journal_.storeLater(entry);
  outbox_.push(answerFor(entry));
}

void CommandRouter::interrupt(Instant now) {
  if (execution_.idle()) return;
  execution_.abandon(now);
  closeInterrupted();
}

void CommandRouter::handle(std::string_view text, Instant now) {
  ++counters_.received;
  const auto message = protocol::decodeCommand(text, document_);
  if (!message) return refuse(message.error());
  const bool link = message->spec != nullptr && message->spec->kind == ActionKind::Link;
  link ? handleLink(*message, now) : handleCommand(*message, now);
}

void CommandRouter::tick(Instant now) {
  execution_.tick(now);
  while (const auto id = report_.next(contact_.nonce(), now)) ask(*id, true, now);
}

void CommandRouter::refuse(const protocol::CommandError& error) {
  ++counters_.malformed;
  const auto why = error.field.describe();
  log_.warning("message refused: %.*s", static_cast<int>(why.size()), why.view().data());
  // What the line garbled says nothing about the command: the server sends it again.
  if (!error.id || error.field.problem == protocol::Problem::BadMac) return;
  // The answer would end a command that is under way, or speak against its outcome.
  if (journal_.row(*error.id) != Row::Unseen) return;
  outbox_.push(answer(*error.id, ResponseStatus::Error, why));
}

void CommandRouter::handleLink(const CommandMessage& message, Instant now) {
  if (message.spec->action == protocol::Action::Ring) return events_.onRing();
  if (message.spec->action == protocol::Action::Sync) return handleSync(message, now);
  if (!message.contact || stale(message)) {
    ++counters_.stale;
    return;
  }
  ++counters_.commands;
  cancel(*message.id, now);
}

void CommandRouter::handleSync(const CommandMessage& message, Instant now) {
  const auto sync = protocol::decodeSync(message);
  if (!sync || sync->contact != contact_.nonce()) {
    ++counters_.stale;
    return;
  }
  events_.onSync(*sync);
  execution_.noteTime(contact_);
  outbox_.acknowledge(sync->ack);
  report_.acknowledge(sync->ack, now);
  for (const CommandId id : sync->open) ask(id, false, now);
  if (sync->want_journal) report_.begin(contact_.nonce(), now);
}

void CommandRouter::handleCommand(const CommandMessage& message, Instant now) {
  ++counters_.commands;
  if (journal_.row(*message.id) != Row::Unseen) ++counters_.repeated;
  const Received received{message, parametersOf(message, control_.mayActuate())};
  perform(received, classify(received, now), now);
}

// What the journal knows is never done again, whatever its parameters are.
Happening CommandRouter::classify(const Received& received, Instant now) const {
  const CommandMessage& message = received.message;
  const JournalEntry* entry = journal_.find(*message.id);
  if (entry != nullptr && !entry->isTombstone() && entry->fingerprint != message.fingerprint) {
    return Happening::OtherBody;
  }
  if (stale(message)) return Happening::Stale;
  if (expired(message, now)) return Happening::Expired;
  if (entry == nullptr && !received.parameters) return Happening::Bad;
  return inTheWay(received) ? Happening::Busy : Happening::Command;
}

// True for what may have been meant for another moment.
bool CommandRouter::stale(const CommandMessage& message) const {
  if (message.contact) return *message.contact != contact_.nonce() || !contact_.synced();
  if (!settings_.plain_commands || *message.id <= journal_.maxId()) return true;
  return message.expires_at && !contact_.synced();
}

bool CommandRouter::expired(const CommandMessage& message, Instant now) const {
  return message.expires_at && contact_.synced() && now >= contact_.mayHaveCome(*message.expires_at);
}

// True if another command, or a restart that was asked for, must be over before this one.
bool CommandRouter::inTheWay(const Received& received) const {
  const auto* spec = received.message.spec;
  if (spec == nullptr || spec->kind != ActionKind::Actuating || execution_.runs(*received.message.id)) return false;
  return busy() || control_.restarting();
}

void CommandRouter::perform(const Received& received, Happening happening, Instant now) {
  const CommandMessage& message = received.message;
  const CommandId id = *message.id;
  switch (journal_.cells().enter(journal_.row(id), happening)) {
    case Step::None:
      ++counters_.stale;
      return log_.warning("command %" PRIu32 " is not of this contact: not carried out", id);
    case Step::Accept:
      return accept(received, now);
    case Step::Expire:
      return expire(received, now);
    case Step::Busy:
      return answerBusy(message, now);
    case Step::Reject:
      return reject(received, happening == Happening::Flash);
    case Step::Doubt:
      return respond(forgotten(id), message);
    case Step::Conflict:
      return respond(answer(id, ResponseStatus::IdConflict, "id was used before with another body"), message);
    case Step::Report:
      if (execution_.runs(id)) execution_.noteAttempt(message.attempt);
      return respond(known(id, now), message);
    default:
      SK_ASSERT(false && "no step of a command that was received");
  }
}

void CommandRouter::accept(const Received& received, Instant now) {
  const bool flash_failed = flash_failed_in_ != 0 && flash_failed_in_ == contact_.nonce();
  if (flash_failed && changesSomething(received.message.spec)) return perform(received, Happening::Flash, now);
  if (received.message.spec->kind == ActionKind::Actuating) return actuate(received, now);
  if (SystemHandler::runsOnce(received.message.spec->action)) return runOnce(received, now);
  reply(received, now);
}

// A power cut between both records leaves what is true: nobody knows.
void CommandRouter::runOnce(const Received& received, Instant now) {
  JournalEntry entry = entryOf(received.message, EntryState::Finished);
  entry.outcome.status = ResponseStatus::Unknown;
  entry.outcome.fault = Fault::Interrupted;
  if (!journal_.store(entry)) return perform(received, Happening::Flash, now);
  entry.outcome = reply(received, now);
  if (!journal_.store(entry)) journal_.storeLater(entry);
}

void CommandRouter::actuate(const Received& received, Instant now) {
  const CommandMessage& message = received.message;
  const JournalEntry entry = entryOf(message, EntryState::Received);
  if (!journal_.store(entry)) return perform(received, Happening::Flash, now);
  execution_.begin({entry, *received.parameters, message.expires_at, message.attempt}, now);
  execution_.noteTime(contact_);
}

Outcome CommandRouter::reply(const Received& received, Instant now) {
  Reply reply(result_);
  if (ProfileHandler::handles(received.message.spec->action)) {
    profiles_.handle(*received.parameters, now, reply);
  } else if (received.message.spec->kind == ActionKind::Query) {
    vehicle_.handle(*received.parameters, now, reply);
  } else {
    system_.handle(*received.parameters, now, reply);
  }
  const std::string_view result = reply.finish();
  protocol::Response response = answer(*received.message.id, reply.status(), reply.error());
  response.result = result;
  respond(response, received.message);
  Outcome outcome;
  outcome.status = reply.status();
  outcome.fault = reply.fault();
  return outcome;
}

void CommandRouter::expire(const Received& received, Instant now) {
  const CommandMessage& message = received.message;
  if (changesSomething(message.spec)) {
    JournalEntry entry = entryOf(message, EntryState::Finished);
    entry.outcome.status = ResponseStatus::Expired;
    entry.outcome.fault = Fault::Expired;
    if (!journal_.store(entry)) return perform(received, Happening::Flash, now);
  }
  respond(answer(*message.id, ResponseStatus::Expired, faultText(Fault::Expired)), message);
}

void CommandRouter::reject(const Received& received, bool flash_failed) {
  const CommandId id = *received.message.id;
  if (flash_failed) {
    flash_failed_in_ = contact_.nonce();
    return respond(answer(id, ResponseStatus::Failed, faultText(Fault::JournalFailed)), received.message);
  }
  const bool known_action = received.message.spec != nullptr;
  const auto why = received.parameters.error().describe();
  protocol::Response response = answer(id, known_action ? ResponseStatus::Failed : ResponseStatus::NotSupported, why);
  if (known_action) response.stage = protocol::Stage::Accepted;
  respond(response, received.message);
}

void CommandRouter::answerBusy(const CommandMessage& message, Instant now) {
  protocol::Response response = answer(*message.id, ResponseStatus::Busy, "a restart is due");
  if (busy()) {
    const AcceptedCommand& current = execution_.command();
    response.error = "another command is under way";
    response.current_command.emplace();
    response.current_command->id = current.entry.id;
    response.current_command->action = current.parameters.spec().name;
    response.current_command->stage = execution_.stage();
    response.current_command->elapsed_ms = wholeMilliseconds(execution_.elapsed(now));
  }
  respond(response, message);
}

void CommandRouter::cancel(CommandId id, Instant now) {
  switch (journal_.cells().enter(journal_.row(id), Happening::Cancel)) {
    case Step::Bury:
      return bury(id);
    case Step::GiveUp:
      return execution_.giveUp(now);
    case Step::TooLate:
      return tooLate(id, now);
    case Step::Doubt:
      return outbox_.push(forgotten(id));
    case Step::Report:
      return outbox_.push(known(id, now));
    default:
      SK_ASSERT(false && "no step of a cancel");
  }
}

// The body of the command is not known: the entry answers for every one.
void CommandRouter::bury(CommandId id) {
  JournalEntry entry;
  entry.id = id;
  entry.action = protocol::Action::Cancel;
  entry.state = EntryState::Finished;
  entry.outcome.status = ResponseStatus::Cancelled;
  if (journal_.store(entry)) return outbox_.push(answerFor(entry));
  // A late copy could still run, so nothing is promised: the server asks again.
  log_.error("command %" PRIu32 ": cancel could not be journalled", id);
}

void CommandRouter::tooLate(CommandId id, Instant now) {
  protocol::Response response = known(id, now);
  response.too_late = true;
  outbox_.push(response);
}

void CommandRouter::ask(CommandId id, bool for_report, Instant now) {
  switch (journal_.cells().enter(journal_.row(id), Happening::Asked)) {
    case Step::Deny: {
      protocol::Response response = answer(id, ResponseStatus::NeverReceived);
      response.contact = contact_.nonce();
      return outbox_.push(response);
    }
    case Step::Doubt:
      return outbox_.push(forgotten(id));
    case Step::Report: {
      protocol::Response response = known(id, now);
      if (for_report) response.action = protocol::actionSpec(journal_.find(id)->action).name;
      return outbox_.push(response);
    }
    default:
      SK_ASSERT(false && "no step of a question");
  }
}

protocol::Response CommandRouter::known(CommandId id, Instant now) const {
  return execution_.runs(id) ? execution_.progress(now) : answerFor(*journal_.find(id));
}

void CommandRouter::respond(protocol::Response response, const CommandMessage& message) {
  response.attempt = message.attempt;
  outbox_.push(response);
}

}  // namespace smartkar::device
