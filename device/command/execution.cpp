#include "device/command/execution.hpp"

#include <algorithm>
#include <cmath>

#include "device/command/answer.hpp"

namespace smartkar::device {

using protocol::Action;
using protocol::Parameter;
using protocol::ResponseStatus;
using protocol::Stage;

namespace {

bool starts(Action action) { return action == Action::StartCharging || action == Action::StartClimate; }

// The car keeps tenths of a degree (docs/sources.md, e-Golf).
bool sameProfile(const ImmediateProfile& a, const ImmediateProfile& b) {
  ImmediateProfile rounded = a;
  if (std::abs(a.temperature_c - b.temperature_c) < 0.05) rounded.temperature_c = b.temperature_c;
  return rounded == b;
}

// Why a result of this operation that is not Ok ends the command.
Fault refusal(const VehicleResult& result) {
  const bool sent = result.outcome != VehicleOutcome::SendFailed;
  switch (result.operation) {
    case VehicleOperation::Wake:
      return Fault::WakeFailed;
    case VehicleOperation::WriteProfile:
      return sent ? Fault::ProfileRejected : Fault::ProfileFailed;
    case VehicleOperation::Start:
    case VehicleOperation::Stop:
      break;
  }
  return sent ? Fault::Rejected : Fault::SendFailed;
}

}  // namespace

void Execution::begin(const AcceptedCommand& command, Instant now) {
  SK_ASSERT(idle());
  command_ = command;
  began_ = now;
  act_before_ = kNever;
  report(Stage::Accepted, now);
  const bool awake = vehicle_.awake(now);
  vehicle_.hold(now);
  if (!awake) report(Stage::RequestingWake, now);
  // Also of a vehicle that is awake: it says when it is ready to be talked to.
  vehicle_.requestWake(now);
  if (!awake) report(Stage::WaitingForWake, now);
  enter(Phase::Waking, kWakeDeadline, now);
}

void Execution::tick(Instant now) {
  while (const auto result = vehicle_.poll(now)) {
    if (!idle()) onResult(*result, now);
  }
  if (!idle() && now >= nextDeadline()) onTime(now);
}

void Execution::abandon(Instant now) {
  vehicle_.release(now);
  command_.reset();
}

protocol::Response Execution::progress(Instant now) const {
  protocol::Response response = answerFor(command_->entry);
  response.stage = stage_;
  response.elapsed_ms = wholeMilliseconds(elapsed(now));
  response.attempt = command_->attempt;
  return response;
}

void Execution::noteTime(const Contact& contact) {
  if (!command_ || !command_->expires_at) return;
  act_before_ = std::min(act_before_, contact.mayHaveCome(*command_->expires_at));
}

Instant Execution::nextDeadline() const {
  if (idle()) return kNever;
  const Instant deadline = std::min(deadline_, began_ + kCommandDeadline);
  return phase_ == Phase::Acting ? deadline : std::min(deadline, act_before_);
}

void Execution::happen(Happening happening, Fault fault, Instant now) {
  switch (journal_.cells().enter(rowOf(command_->entry.state), happening)) {
    case Step::Act:
      return beginToAct(now);
    case Step::Finish:
      return goOn(now);
    case Step::Settle:
      return settle(fault, now);
    case Step::Fail:
      return finish(ResponseStatus::Failed, fault, now);
    case Step::Expire:
      return finish(ResponseStatus::Expired, Fault::Expired, now);
    default:
      SK_ASSERT(false && "no step of a command under way");
  }
}

void Execution::onResult(const VehicleResult& result, Instant now) {
  if (!awaits(result.operation)) return;
  if (result.outcome != VehicleOutcome::Ok) return happen(Happening::Refused, refusal(result), now);
  // The last look at the clock before a frame goes out (P2).
  if (expired(now)) return happen(Happening::Expiry, Fault::Expired, now);
  happen(phase_ == Phase::Waking ? Happening::Ready : Happening::Done, Fault::None, now);
}

void Execution::onTime(Instant now) {
  if (expired(now)) return happen(Happening::Expiry, Fault::Expired, now);
  const bool overdue = now >= began_ + kCommandDeadline;
  const Fault late = phase_ == Phase::Waking ? Fault::WakeTimeout : Fault::ProfileTimeout;
  happen(Happening::Deadline, overdue ? Fault::Overdue : late, now);
}

// False for what an earlier phase, or an earlier command, had asked for.
bool Execution::awaits(VehicleOperation operation) const {
  switch (phase_) {
    case Phase::Waking:
      return operation == VehicleOperation::Wake;
    case Phase::WritingProfile:
      return operation == VehicleOperation::WriteProfile;
    case Phase::Acting:
      break;
  }
  return operation == (starts(command_->entry.action) ? VehicleOperation::Start : VehicleOperation::Stop);
}

void Execution::enter(Phase phase, Duration limit, Instant now) {
  phase_ = phase;
  deadline_ = now + limit;
}

void Execution::report(Stage stage, Instant now) {
  stage_ = stage;
  log_.info("command %u %s", command_->entry.id, protocol::stageName(stage).data());
  outbox_.push(progress(now));
}

// From here on only the journal knows whether the vehicle was changed.
void Execution::beginToAct(Instant now) {
  JournalEntry entry = command_->entry;
  entry.state = EntryState::Actuating;
  if (!journal_.store(entry)) return happen(Happening::Flash, Fault::JournalFailed, now);
  command_->entry = entry;
  const auto held = vehicle_.profile();
  const bool needs_profile = starts(entry.action) && !(held && sameProfile(wantedProfile(), *held));
  if (needs_profile) return writeProfile(now);
  operate(now);
}

void Execution::goOn(Instant now) {
  if (phase_ == Phase::WritingProfile) return operate(now);
  finish(ResponseStatus::Completed, Fault::None, now);
}

void Execution::settle(Fault fault, Instant now) {
  if (phase_ == Phase::WritingProfile) return finish(ResponseStatus::Failed, fault, now);
  // The frame is out: whether it took effect is not known, and saying "failed" would be a guess.
  finish(ResponseStatus::Unknown, Fault::Unconfirmed, now);
}

ImmediateProfile Execution::wantedProfile() const {
  ImmediateProfile profile = vehicle_.profile().value_or(ImmediateProfile{});
  const protocol::Parameters& parameters = command_->parameters;
  profile.charge = command_->entry.action == Action::StartCharging;
  profile.climate = !profile.charge;
  if (profile.charge) {
    profile.climate_on_battery = false;
    profile.target_soc = static_cast<std::uint8_t>(parameters.integer(Parameter::TargetSoc));
    profile.max_current_a = static_cast<std::uint8_t>(parameters.integer(Parameter::MaxCurrent));
  } else {
    profile.climate_on_battery = parameters.boolean(Parameter::AllowBattery);
    profile.temperature_c = parameters.number(Parameter::Temperature);
  }
  return profile;
}

void Execution::writeProfile(Instant now) {
  report(Stage::UpdatingProfile, now);
  vehicle_.writeProfile(wantedProfile(), now);
  enter(Phase::WritingProfile, kProfileDeadline, now);
}

void Execution::operate(Instant now) {
  report(Stage::SendingCommand, now);
  enter(Phase::Acting, kExecutionDeadline, now);
  if (starts(command_->entry.action)) {
    vehicle_.start(now);
  } else {
    vehicle_.stop(now);
  }
}

void Execution::finish(ResponseStatus status, Fault fault, Instant now) {
  vehicle_.release(now);
  JournalEntry& entry = command_->entry;
  const Row row = rowOf(entry.state);
  entry.state = EntryState::Finished;
  entry.outcome.status = status;
  entry.outcome.fault = fault;
  entry.outcome.stage = status == ResponseStatus::Completed ? std::nullopt : std::optional(stage_);
  entry.outcome.elapsed_ms = static_cast<std::uint32_t>(wholeMilliseconds(elapsed(now)));
  if (!journal_.store(entry)) {
    log_.error("command %u: outcome could not be journalled", entry.id);
    // Of a command that did not act the answer is the one a restart would give.
    if (journal_.cells().enter(row, Happening::Flash) == Step::Fail) {
      entry.outcome.status = ResponseStatus::Failed;
      entry.outcome.fault = Fault::JournalFailed;
    }
    journal_.storeLater(entry);
  }
  log_.info("command %u %s%s%s", entry.id, protocol::statusName(entry.outcome.status).data(),
            entry.outcome.fault == Fault::None ? "" : ": ", faultText(entry.outcome.fault).data());
  protocol::Response response = answerFor(entry);
  response.attempt = command_->attempt;
  command_.reset();
  outbox_.push(response);
}

}  // namespace smartkar::device
