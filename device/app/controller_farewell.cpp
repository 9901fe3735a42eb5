#include <algorithm>

#include "device/app/device_controller.hpp"

namespace smartkar::device {

using protocol::OfflineReason;

namespace {

// The clock of a deep sleep, calibrated before it, drifts with the temperature and may end it early: a car that wakes
// before its hour is over has nothing to spend and goes back to sleep. So much of the sleep is added.
constexpr int kClockErrorPart = 128;

}  // namespace

// Says when the car will be back, lets the modem rest, looks once more, sleeps. False: something arrived meanwhile or
// the farewell could not be said; then a new contact must follow, because the server believes the car asleep.
Task<bool> DeviceController::fallAsleep() {
  enter(ControllerState::Leaving);
  const EnergyBudget budget = accountOfThisRun();
  const SleepPlan plan = planSleep(budget, sleepDuration());
  const bool said = co_await sayFarewell(plan.limited ? OfflineReason::Budget : OfflineReason::Sleep, plan.wake.timer);
  const auto received = co_await parts_.link.receive();
  if (!said || !received) {
    ++failures_;
    co_return false;
  }
  const bool resting = co_await parts_.modem.prepareForSleep();
  if (!resting || somethingArrived()) co_return false;
  retained_.restart.setBudget(budget);
  if (const auto time = contact_.time(now_)) keep_alive_.asleep(*time);
  keepLearned();
  leaveWith({NextStep::Kind::Sleep, kNever, plan.wake});
  co_return true;
}

// Nothing can be said to anybody: the car comes back by the timer, less and less often. A modem that had a whole sleep
// to find the network and did not find it begins anew.
Task<void> DeviceController::sleepOffline() {
  enter(ControllerState::Leaving);
  RetainedState& state = retained_.state;
  const bool modem_off = ++state.offline_sleeps % 2 == 0;
  if (modem_off) {
    co_await parts_.modem.powerDown();
  } else {
    const bool resting = co_await parts_.modem.prepareForSleep();
    if (!resting) log_.warning("the modem does not come to rest");
  }
  const EnergyBudget budget = accountOfThisRun();
  retained_.restart.setBudget(budget);
  SleepPlan plan = planSleep(budget, offlineSleep(settings_.sleep, state.offline_sleeps));
  if (modem_off) plan.wake.modem_ri = false;  // low while the modem is off (docs/sources.md, RI)
  leaveWith({NextStep::Kind::Sleep, kNever, plan.wake});
}

Task<void> DeviceController::restart() {
  enter(ControllerState::Leaving);
  if (parts_.link.up()) {
    const bool said = co_await sayFarewell(OfflineReason::Reboot, std::nullopt);
    if (!said) log_.warning("the restart could not be announced");
    const auto closed = co_await parts_.link.close();
    if (!closed) log_.warning("the connection could not be closed");
  }
  // Access point and eDRX are told to a modem that starts.
  if (parts_.settings.restartDue()) co_await parts_.modem.powerDown();
  leaveWith({NextStep::Kind::Restart, kNever, {}});
}

// Also of a car that was asleep: its last word said that it would be back.
Task<void> DeviceController::shutDown() {
  enter(ControllerState::Leaving);
  if (!cold_ && !tried_) {
    const auto opened = co_await parts_.link.open();
    if (!opened) log_.warning("no link to say goodbye over");
  }
  if (parts_.link.up()) {
    const bool said = co_await sayFarewell(OfflineReason::Shutdown, std::nullopt);
    if (!said) log_.warning("the shutdown could not be announced");
    const auto closed = co_await parts_.link.close();
    if (!closed) log_.warning("the connection could not be closed");
  }
  leaveWith({NextStep::Kind::Sleep, kNever, {std::nullopt, false, false, PowerWake::None}});
}

Task<bool> DeviceController::sayFarewell(OfflineReason reason, std::optional<Duration> sleep) {
  protocol::StatusMessage status = nextStatus(protocol::Presence::Asleep);
  status.reason = reason;
  if (status.timestamp && sleep) {
    status.next_wake = *status.timestamp + std::chrono::duration_cast<std::chrono::seconds>(*sleep);
  }
  const bool said = co_await publishStatus(status);
  co_return said;
}

Wakefulness DeviceController::wakefulness() const {
  Wakefulness car;
  car.awake_for = now_ - began_;
  car.idle_for = now_ - last_activity_;
  car.since_sync = contact_.synced() ? now_ - contact_began_ : Duration(0);
  car.vehicle_awake = parts_.vehicle.awake(now_);
  car.command_active = router_.busy();
  car.unsent = !outbox_.allSent() || router_.reporting(now_);
  car.requested = sleep_request_.has_value();
  return car;
}

bool DeviceController::sleepDue() const { return whyAwake(settings_.sleep, wakefulness()) == StayAwake::MaySleep; }

// How long the car still tries to make a contact before it sleeps; for ever in a contact, and beside a vehicle, a
// command or a trial of settings, which are no fault and end by themselves.
Duration DeviceController::offlinePatience() const {
  const bool leaving = state_ == ControllerState::Leaving || state_ == ControllerState::Gone;
  if (leaving || contact_.synced() || router_.busy() || parts_.vehicle.awake(now_)) return kNever - now_;
  if (parts_.settings.onTrial()) return kNever - now_;
  const Duration limit = settings_.sleep.offline_limit - (now_ - offline_since_);
  return std::max<Duration>(std::min(limit, retained_.restart.budget().patience(settings_.sleep.budget)), 0s);
}

void DeviceController::endOffline() {
  if (shutting_down_ || shortOfEnergy() || restartDue() || offlinePatience() > 0s) return;
  // An attempt that is cut short although there is a network speaks against the link.
  if (parts_.modem.connected()) parts_.modem.onSilence();
  offline_over_ = true;
  // A command that came now would be slept through in the middle.
  contact_.end();
  dialogue_.cancel();
}

// The last look before the processor stops: what came since the farewell would be slept through.
bool DeviceController::somethingArrived() {
  const bool vehicle_stirs = parts_.vehicle.awake(now_) && !sleep_request_;
  const bool rings = parts_.modem.ringing() && !ringStuck();
  return announce_again_ || rings || !parts_.modem.quiet() || !parts_.inbox.empty() || router_.busy() ||
         vehicle_stirs || !outbox_.allSent();
}

// Asked to sleep beside a vehicle that is awake, the car must not be woken by it at once; nor by RI that stays low.
DeviceController::SleepPlan DeviceController::planSleep(const EnergyBudget& budget, Duration wanted) const {
  const BudgetSettings& limits = settings_.sleep.budget;
  SleepPlan plan;
  plan.wake.modem_ri = budget.mayArm(limits, WakeCause::ModemRi) && !ringStuck();
  plan.wake.vehicle = budget.mayArm(limits, WakeCause::CanActivity);
  plan.limited = !plan.wake.modem_ri || !plan.wake.vehicle;
  if (sleep_request_ && parts_.vehicle.awake(now_)) plan.wake.vehicle = false;
  if (!plan.wake.modem_ri) wanted = std::min(wanted, settings_.sleep.disarmed_interval);
  const Duration rest = budget.timerFrom(limits, now_) - now_;
  plan.wake.timer = std::max(wanted, rest + rest / kClockErrorPart);
  return plan;
}

Duration DeviceController::sleepDuration() const {
  if (!sleep_request_) return settings_.sleep.wake_interval;
  return sleep_request_->duration.value_or(settings_.sleep.wake_interval);
}

void DeviceController::leaveWith(NextStep step) {
  enter(ControllerState::Gone);
  if (step.kind == NextStep::Kind::Sleep) {
    retained_.seal();
  } else {
    retained_.invalidate();
  }
  retained_.restart.leave();
  next_ = step;
}

}  // namespace smartkar::device
