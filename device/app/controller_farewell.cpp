#include <algorithm>

#include "device/app/device_controller.hpp"

namespace smartkar::device {

using protocol::OfflineReason;

// Says when the car will be back, lets the modem rest, looks once more, sleeps. False: something arrived meanwhile or
// the farewell could not be said; then a new contact must follow, because the server believes the car asleep.
Task<bool> DeviceController::fallAsleep() {
  enter(ControllerState::Leaving);
  RetainedState& state = retained_.state;
  WakeBudget budget = state.wake_budget;
  if (const auto time = contact_.time(now_)) budget.count(cause_, useful_, *time);
  const bool spent = budget.spent(settings_.sleep);
  const bool said = co_await sayFarewell(spent ? OfflineReason::Budget : OfflineReason::Sleep, sleepDuration());
  const auto received = co_await parts_.link.receive();
  if (!said || !received) {
    ++failures_;
    co_return false;
  }
  const bool resting = co_await parts_.modem.prepareForSleep();
  if (!resting || somethingArrived()) co_return false;
  state.wake_budget = budget;
  if (const auto time = contact_.time(now_)) keep_alive_.asleep(*time);
  leaveWith({NextStep::Kind::Sleep, kNever, wakeSources()});
  co_return true;
}

// Nothing can be said to anybody: the car comes back by the timer, less and less often.
Task<void> DeviceController::sleepOffline() {
  enter(ControllerState::Leaving);
  const Duration sleep = offlineSleep(settings_.sleep, ++retained_.state.offline_sleeps);
  const bool resting = co_await parts_.modem.prepareForSleep();
  if (!resting) log_.warning("the modem does not come to rest");
  WakeSources wake = wakeSources();
  wake.timer = sleep;
  leaveWith({NextStep::Kind::Sleep, kNever, wake});
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

bool DeviceController::offlineForTooLong() const {
  return !router_.busy() && !parts_.vehicle.awake(now_) && failures_ > 0 && !parts_.settings.onTrial() &&
         now_ - offline_since_ >= settings_.sleep.offline_limit;
}

// The last look before the processor stops: what came since the farewell would be slept through.
bool DeviceController::somethingArrived() {
  const bool vehicle_stirs = parts_.vehicle.awake(now_) && !sleep_request_;
  return announce_again_ || !parts_.modem.quiet() || !parts_.inbox.empty() || router_.busy() || vehicle_stirs ||
         !outbox_.allSent();
}

// Asked to sleep beside a vehicle that is awake, the car must not be woken by it at once.
WakeSources DeviceController::wakeSources() const {
  WakeSources wake;
  wake.timer = sleepDuration();
  wake.modem_ri = !retained_.state.wake_budget.spent(settings_.sleep);
  wake.vehicle = !(sleep_request_ && parts_.vehicle.awake(now_));
  return wake;
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
  next_ = step;
}

}  // namespace smartkar::device
