#include "device/command/execution.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cmath>

#include "device/command/answer.hpp"
#include "device/command/conditions.hpp"
#include "device/command/profile_json.hpp"
#include "device/command/timer_change.hpp"

namespace smartkar::device {

using protocol::Action;
using protocol::Parameter;
using protocol::ResponseStatus;
using protocol::Stage;

namespace {

bool starts(Action action) { return action == Action::StartCharging || action == Action::StartClimate; }

bool changesTimers(Action action) { return action == Action::UpdateProfile || action == Action::SetEnabled; }

// What the car confirms when it has done what the command is for.
VehicleOperation operationOf(Action action) {
  if (starts(action)) return VehicleOperation::Start;
  if (action == Action::UpdateProfile) return VehicleOperation::WriteTimer;
  return action == Action::SetEnabled ? VehicleOperation::EnableTimers : VehicleOperation::Stop;
}

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
    case VehicleOperation::Refresh:
    case VehicleOperation::ReadProfiles:
      return Fault::NotTold;
    case VehicleOperation::WriteProfile:
    case VehicleOperation::WriteTimer:
    case VehicleOperation::EnableTimers:
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
  unmet_.reset();
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
  // What an earlier phase, or an earlier command, had asked for is passed over.
  if (result.operation != awaited()) return;
  if (result.outcome != VehicleOutcome::Ok) return happen(Happening::Refused, refusal(result), now);
  // The last look at the clock (P2) and at the vehicle before a frame goes out.
  if (expired(now)) return happen(Happening::Expiry, Fault::Expired, now);
  if (askFirst(now)) return;
  if (phase_ == Phase::ReadingProfiles && !profilesTold()) return happen(Happening::Refused, Fault::NotTold, now);
  if (!conditionsHold(now)) return happen(Happening::Refused, Fault::ConditionUnmet, now);
  happen(rowOf(command_->entry.state) == Row::Received ? Happening::Ready : Happening::Done, Fault::None, now);
}

void Execution::onTime(Instant now) {
  if (expired(now)) return happen(Happening::Expiry, Fault::Expired, now);
  Fault late = Fault::ProfileTimeout;
  if (phase_ == Phase::Waking) late = Fault::WakeTimeout;
  if (phase_ == Phase::AskingState || phase_ == Phase::ReadingProfiles) late = Fault::NotTold;
  if (now >= began_ + kCommandDeadline) late = Fault::Overdue;
  happen(Happening::Deadline, late, now);
}

VehicleOperation Execution::awaited() const {
  switch (phase_) {
    case Phase::Waking:
      return VehicleOperation::Wake;
    case Phase::AskingState:
      return VehicleOperation::Refresh;
    case Phase::ReadingProfiles:
      return VehicleOperation::ReadProfiles;
    case Phase::WritingProfile:
      return VehicleOperation::WriteProfile;
    case Phase::Acting:
      break;
  }
  return operationOf(command_->entry.action);
}

// True if the vehicle was asked for something that must be known before acting; its answer goes on from here.
bool Execution::askFirst(Instant now) {
  if (phase_ == Phase::Waking && conditional(command_->parameters)) {
    enter(Phase::AskingState, kProfileDeadline, now);
    vehicle_.refresh(now);
    return true;
  }
  const bool woken = phase_ == Phase::Waking || phase_ == Phase::AskingState;
  if (!woken || !changesTimers(command_->entry.action)) return false;
  enter(Phase::ReadingProfiles, kProfileDeadline, now);
  vehicle_.readProfiles(now);
  return true;
}

bool Execution::profilesTold() const {
  const ProfileBook& book = vehicle_.profiles();
  return book.timers && book.slots[timer()];
}

// What runs is not undone when a condition changes later.
bool Execution::conditionsHold(Instant now) {
  if (phase_ == Phase::Acting) return true;
  unmet_ = firstUnmet(command_->parameters, vehicle_.snapshot(now), elapsed(now));
  return !unmet_;
}

void Execution::enter(Phase phase, Duration limit, Instant now) {
  phase_ = phase;
  deadline_ = now + limit;
}

void Execution::report(Stage stage, Instant now) {
  stage_ = stage;
  log_.info("command %" PRIu32 " %s", command_->entry.id, protocol::stageName(stage).data());
  outbox_.push(progress(now));
}

// From here on only the journal knows whether the vehicle was changed.
void Execution::beginToAct(Instant now) {
  JournalEntry entry = command_->entry;
  entry.state = EntryState::Actuating;
  if (!journal_.store(entry)) return happen(Happening::Flash, Fault::JournalFailed, now);
  command_->entry = entry;
  if (changesTimers(entry.action)) return changeTimers(now);
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

std::size_t Execution::timer() const {
  return static_cast<std::size_t>(command_->parameters.integer(Parameter::TimerIndex));
}

// With what the car keeps already there is nothing to do.
void Execution::changeTimers(Instant now) {
  const ProfileBook& book = vehicle_.profiles();
  const protocol::Parameters& parameters = command_->parameters;
  const bool enables = command_->entry.action == Action::SetEnabled;
  const ChargingProfile& held = book.slots[timer()]->profile;
  const ChargingProfile profile = enables ? held : changed(held, parameters);
  const Timers timers = enables ? book.timers->with(timer(), parameters.boolean(Parameter::Enabled)) : *book.timers;
  enter(Phase::Acting, kExecutionDeadline, now);
  if (profile == held && timers == *book.timers) return happen(Happening::Done, Fault::None, now);
  report(Stage::UpdatingProfile, now);
  if (enables) return vehicle_.enableTimers(timers, now);
  vehicle_.writeTimer(timer(), profile, now);
}

void Execution::finish(ResponseStatus status, Fault fault, Instant now) {
  vehicle_.release(now);
  JournalEntry& entry = command_->entry;
  const Row row = rowOf(entry.state);
  entry.state = EntryState::Finished;
  entry.outcome.status = status;
  entry.outcome.fault = fault;
  entry.outcome.unmet = fault == Fault::ConditionUnmet ? unmet_ : std::nullopt;
  entry.outcome.stage = status == ResponseStatus::Completed ? std::nullopt : std::optional(stage_);
  entry.outcome.elapsed_ms = static_cast<std::uint32_t>(wholeMilliseconds(elapsed(now)));
  settleInJournal(entry, row);
  const auto why = errorText(entry.outcome);
  log_.info("command %" PRIu32 " %s%s%.*s", entry.id, protocol::statusName(entry.outcome.status).data(),
            why.empty() ? "" : ": ", static_cast<int>(why.size()), why.view().data());
  protocol::Response response = answerFor(entry);
  response.attempt = command_->attempt;
  std::array<char, kOutboxItemBytesMax> result;
  response.result = writeResult(result);
  outbox_.push(response);
  command_.reset();
}

// row: in which the command ended.
void Execution::settleInJournal(JournalEntry& entry, Row row) {
  if (journal_.store(entry)) return;
  log_.error("command %" PRIu32 ": outcome could not be journalled", entry.id);
  // Of a command that did not act the answer is the one a restart would give.
  if (journal_.cells().enter(row, Happening::Flash) == Step::Fail) {
    entry.outcome.status = ResponseStatus::Failed;
    entry.outcome.fault = Fault::JournalFailed;
    entry.outcome.unmet.reset();
  }
  journal_.storeLater(entry);
}

// What v2.2 adds to `completed`. Empty: nothing.
std::string_view Execution::writeResult(std::span<char> memory) const {
  const JournalEntry& entry = command_->entry;
  if (entry.outcome.status != ResponseStatus::Completed || !changesTimers(entry.action)) return {};
  const ProfileBook& book = vehicle_.profiles();
  protocol::JsonWriter writer(memory);
  writer.beginObject();
  if (entry.action == Action::SetEnabled) {
    writer.key("index").integer(static_cast<std::int64_t>(timer()));
    writer.key("enabled").boolean(book.timers->enabled(timer()));
  } else {
    writer.key("profile");
    writeShortProfile(writer, book.slots[timer()]->profile, timer());
  }
  return writer.endObject().text();
}

}  // namespace smartkar::device
