#include "device/command/command_router.hpp"

#include "device/command/answer.hpp"

namespace smartkar::device {

using protocol::ActionKind;
using protocol::ResponseStatus;

namespace {

// Of what is under way, and what is due, after a restart: before the car acted nothing happened, after it nobody knows.
Outcome interruptedOutcome(EntryState state) {
  Outcome outcome;
  const bool acted = state == EntryState::Actuating;
  outcome.status = acted ? ResponseStatus::Unknown : ResponseStatus::Failed;
  outcome.fault = acted ? Fault::Interrupted : Fault::NotActed;
  return outcome;
}

Instant actBefore(const protocol::CommandMessage& message, const Contact& contact, Instant now) {
  if (!message.expires_at) return kNever;
  return now + (*message.expires_at - contact.time(now).value());
}

}  // namespace

void CommandRouter::closeInterrupted() {
  for (const auto& known : journal_.entries()) {
    if (known.state == EntryState::Finished) continue;
    JournalEntry entry = known;
    entry.outcome = interruptedOutcome(known.state);
    entry.state = EntryState::Finished;
    if (!journal_.store(entry)) log_.error("command %u: outcome could not be journalled", entry.id);
    log_.warning("command %u: %s", entry.id, faultText(entry.outcome.fault).data());
    outbox_.push(answerFor(entry));
  }
}

void CommandRouter::handle(std::string_view text, Instant now) {
  ++counters_.received;
  const auto message = protocol::decodeCommand(text, document_);
  if (!message) return refuse(message.error());
  route(*message, now);
}

void CommandRouter::answerOpen(std::span<const protocol::CommandId> ids, Instant now) {
  for (const protocol::CommandId id : ids) {
    if (busy() && execution_.command().entry.id == id) {
      execution_.reportStage(execution_.command().attempt, now);
    } else if (const JournalEntry* known = journal_.find(id)) {
      outbox_.push(answerFor(*known));
    } else if (id <= journal_.floor()) {
      outbox_.push(answer(id, ResponseStatus::Unknown, "too old: forgotten by the journal"));
    } else {
      outbox_.push(answer(id, ResponseStatus::NeverReceived));
    }
  }
}

void CommandRouter::refuse(const protocol::CommandError& error) {
  ++counters_.malformed;
  const auto why = error.field.describe();
  log_.warning("message refused: %.*s", static_cast<int>(why.size()), why.view().data());
  // What the line garbled says nothing about the command: the server sends it again.
  if (!error.id || error.field.problem == protocol::Problem::BadMac) return;
  outbox_.push(answer(*error.id, ResponseStatus::Error, why));
}

void CommandRouter::route(const CommandMessage& message, Instant now) {
  if (message.spec != nullptr && message.spec->kind == ActionKind::Link) return handleLink(message);
  ++counters_.commands;
  if (!message.id || answerKnown(message, now)) return;
  if (stale(message)) {
    ++counters_.stale;
    log_.warning("command %u is not of this contact: not carried out", *message.id);
    return;
  }
  if (message.spec == nullptr) {
    return respond(answer(*message.id, ResponseStatus::NotSupported, "no such action"), message);
  }
  const auto time = contact_.time(now);
  if (message.expires_at && time && *time >= *message.expires_at) return expire(message);
  const auto parameters = protocol::parseCommandParameters(*message.spec, message.message);
  if (!parameters) {
    protocol::Response response = answer(*message.id, ResponseStatus::Failed, parameters.error().describe());
    response.stage = protocol::Stage::Accepted;
    return respond(response, message);
  }
  if (message.spec->kind == ActionKind::Actuating) return actuate(message, *parameters, now);
  reply(message, *parameters, now);
}

void CommandRouter::handleLink(const CommandMessage& message) {
  if (message.spec->action == protocol::Action::Ring) return events_.onRing();
  const auto sync = protocol::decodeSync(message);
  if (!sync || sync->contact != contact_.nonce()) {
    ++counters_.stale;
    return;
  }
  events_.onSync(*sync);
}

// What the journal knows is never done again, whatever else the message says.
bool CommandRouter::answerKnown(const CommandMessage& message, Instant now) {
  const protocol::CommandId id = *message.id;
  const JournalEntry* known = journal_.find(id);
  if (known == nullptr && id > journal_.floor()) return false;
  ++counters_.repeated;
  if (known == nullptr) {
    respond(answer(id, ResponseStatus::Unknown, "too old: forgotten by the journal"), message);
  } else if (known->fingerprint != message.fingerprint) {
    respond(answer(id, ResponseStatus::IdConflict, "id was used before with another body"), message);
  } else if (busy() && execution_.command().entry.id == id) {
    execution_.reportStage(message.attempt, now);
  } else {
    respond(answerFor(*known), message);
  }
  return true;
}

// True for what may have been meant for another moment.
bool CommandRouter::stale(const CommandMessage& message) const {
  if (message.contact) return *message.contact != contact_.nonce() || !contact_.synced();
  if (!settings_.plain_commands || *message.id <= journal_.maxId()) return true;
  return message.expires_at && !contact_.synced();
}

void CommandRouter::reply(const CommandMessage& message, const protocol::Parameters& parameters, Instant now) {
  if (SystemHandler::runsOnce(message.spec->action) && !journalOnce(message)) return;
  Reply reply;
  if (message.spec->kind == ActionKind::Query) {
    vehicle_.handle(parameters, now, reply);
  } else {
    system_.handle(parameters, now, reply);
  }
  protocol::Response response = answer(*message.id, reply.status(), reply.error());
  response.result = reply.resultText();
  respond(response, message);
}

// Before a sleep or a reboot: delivered again after it, it must not run again.
bool CommandRouter::journalOnce(const CommandMessage& message) {
  JournalEntry entry = entryOf(message);
  entry.state = EntryState::Finished;
  if (journal_.store(entry)) return true;
  respond(answer(entry.id, ResponseStatus::Failed, faultText(Fault::JournalFailed)), message);
  return false;
}

void CommandRouter::actuate(const CommandMessage& message, const protocol::Parameters& parameters, Instant now) {
  if (busy()) return answerBusy(message, now);
  const AcceptedCommand command{entryOf(message), parameters, actBefore(message, contact_, now), message.attempt};
  if (!journal_.store(command.entry)) {
    return respond(answer(*message.id, ResponseStatus::Failed, faultText(Fault::JournalFailed)), message);
  }
  execution_.begin(command, now);
}

void CommandRouter::expire(const CommandMessage& message) {
  JournalEntry entry = entryOf(message);
  entry.state = EntryState::Finished;
  entry.outcome.status = ResponseStatus::Expired;
  entry.outcome.fault = Fault::Expired;
  const bool changes = message.spec->kind == ActionKind::Actuating || SystemHandler::runsOnce(message.spec->action);
  if (changes && !journal_.store(entry)) log_.error("command %u: expiry could not be journalled", entry.id);
  respond(answerFor(entry), message);
}

void CommandRouter::answerBusy(const CommandMessage& message, Instant now) {
  const AcceptedCommand& current = execution_.command();
  protocol::Response response = answer(*message.id, ResponseStatus::Busy, "another command is under way");
  response.current_command.emplace();
  response.current_command->id = current.entry.id;
  response.current_command->action = current.parameters.spec().name;
  response.current_command->stage = execution_.stage();
  response.current_command->elapsed_ms = wholeMilliseconds(execution_.elapsed(now));
  respond(response, message);
}

void CommandRouter::respond(protocol::Response response, const CommandMessage& message) {
  response.attempt = message.attempt;
  outbox_.push(response);
}

JournalEntry CommandRouter::entryOf(const CommandMessage& message) const {
  JournalEntry entry;
  entry.id = *message.id;
  entry.fingerprint = message.fingerprint;
  entry.action = message.spec->action;
  return entry;
}

}  // namespace smartkar::device
