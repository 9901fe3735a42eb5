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

}  // namespace

void Execution::begin(const AcceptedCommand& command, Instant now) {
  SK_ASSERT(idle());
  command_ = command;
  began_ = now;
  report(Stage::Accepted, now);
  const bool awake = vehicle_.awake(now);
  vehicle_.hold(now);
  if (!awake) report(Stage::RequestingWake, now);
  // Also of a vehicle that is awake: it says when it is ready to be talked to.
  vehicle_.requestWake(now);
  if (!awake) report(Stage::WaitingForWake, now);
  enter(Step::Waking, kWakeDeadline, now);
}

void Execution::tick(Instant now) {
  while (const auto result = vehicle_.poll(now)) {
    if (!idle()) onResult(*result, now);
  }
  if (!idle() && now >= nextDeadline()) onDeadline(now);
}

Instant Execution::nextDeadline() const { return idle() ? kNever : std::min(deadline_, began_ + kCommandDeadline); }

void Execution::reportStage(std::optional<std::uint32_t> attempt, Instant now) {
  command_->attempt = attempt;
  report(stage_, now);
}

void Execution::enter(Step step, Duration limit, Instant now) {
  step_ = step;
  deadline_ = now + limit;
}

void Execution::report(Stage stage, Instant now) {
  stage_ = stage;
  protocol::Response response;
  response.id = command_->entry.id;
  response.status = ResponseStatus::InProgress;
  response.stage = stage;
  response.elapsed_ms = wholeMilliseconds(elapsed(now));
  response.attempt = command_->attempt;
  log_.info("command %u %s", command_->entry.id, protocol::stageName(stage).data());
  outbox_.push(response);
}

void Execution::onResult(const VehicleResult& result, Instant now) {
  const bool ok = result.outcome == VehicleOutcome::Ok;
  const bool sent = result.outcome != VehicleOutcome::SendFailed;
  switch (result.operation) {
    case VehicleOperation::Wake:
      if (step_ != Step::Waking) return;
      return ok ? onAwake(now) : fail(Fault::WakeFailed, now);
    case VehicleOperation::WriteProfile:
      if (step_ != Step::WritingProfile) return;
      return ok ? act(now) : fail(sent ? Fault::ProfileRejected : Fault::ProfileFailed, now);
    case VehicleOperation::Start:
    case VehicleOperation::Stop:
      if (step_ != Step::Acting) return;
      return ok ? finish(ResponseStatus::Completed, Fault::None, now)
                : fail(sent ? Fault::Rejected : Fault::SendFailed, now);
  }
}

void Execution::onDeadline(Instant now) {
  const bool overdue = now >= began_ + kCommandDeadline;
  switch (step_) {
    case Step::Waking:
      return fail(overdue ? Fault::Overdue : Fault::WakeTimeout, now);
    case Step::WritingProfile:
      return fail(overdue ? Fault::Overdue : Fault::ProfileTimeout, now);
    case Step::Acting:
      // The frame is out: whether it took effect is not known, and saying "failed" would be a guess.
      return finish(ResponseStatus::Unknown, Fault::Unconfirmed, now);
  }
}

void Execution::onAwake(Instant now) {
  if (!mayAct(now) || !markActuating(now)) return;
  const auto held = vehicle_.profile();
  if (!starts(command_->entry.action) || (held && sameProfile(wantedProfile(), *held))) return act(now);
  writeProfile(now);
}

// The last look at the clock before a frame goes out (P2).
bool Execution::mayAct(Instant now) {
  if (now < command_->act_before) return true;
  finish(ResponseStatus::Expired, Fault::Expired, now);
  return false;
}

bool Execution::markActuating(Instant now) {
  command_->entry.state = EntryState::Actuating;
  if (journal_.store(command_->entry)) return true;
  fail(Fault::JournalFailed, now);
  return false;
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
  enter(Step::WritingProfile, kProfileDeadline, now);
}

void Execution::act(Instant now) {
  if (!mayAct(now)) return;
  report(Stage::SendingCommand, now);
  enter(Step::Acting, kExecutionDeadline, now);
  if (starts(command_->entry.action)) {
    vehicle_.start(now);
  } else {
    vehicle_.stop(now);
  }
}

void Execution::finish(ResponseStatus status, Fault fault, Instant now) {
  vehicle_.release(now);
  JournalEntry& entry = command_->entry;
  entry.state = EntryState::Finished;
  entry.outcome.status = status;
  entry.outcome.fault = fault;
  entry.outcome.stage = status == ResponseStatus::Completed ? std::nullopt : std::optional(stage_);
  entry.outcome.elapsed_ms = static_cast<std::uint32_t>(wholeMilliseconds(elapsed(now)));
  if (!journal_.store(entry)) log_.error("command %u: outcome could not be journalled", entry.id);
  log_.info("command %u %s%s%s", entry.id, protocol::statusName(status).data(), fault == Fault::None ? "" : ": ",
            faultText(fault).data());
  protocol::Response response = answerFor(entry);
  response.attempt = command_->attempt;
  command_.reset();
  outbox_.push(response);
}

}  // namespace smartkar::device
