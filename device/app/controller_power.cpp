// The unit's own cell: what becomes of the car when it runs low, and the account of what is spent of it.
#include <algorithm>
#include <utility>

#include "device/app/device_controller.hpp"

namespace smartkar::device {

using protocol::OfflineReason;

namespace {

// The gauge moves by less than a percent in this time, whatever is switched on.
constexpr Duration kPowerLookInterval = 5s;

// RI is low for 120 ms (docs/sources.md, RI): what lasts so long is no ring.
constexpr Duration kRingStuckAfter = 5s;

// Details of the event, of the previous firmware (docs/sources.md, own cell).
std::string_view shortageAction(CellLevel shortage) {
  return shortage == CellLevel::Critical ? "emergency_shutdown" : "shutdown_initiated";
}

}  // namespace

void DeviceController::lookAtPower() {
  if (now_ < power_look_) return;
  power_look_ = now_ + kPowerLookInterval;
  CellLevel& level = retained_.state.cell;
  // The events first: they are gone once taken, and say why the processor was woken.
  const PowerEvents events = parts_.power.takeEvents();
  power_ = parts_.power.read();
  level = cellLevel(settings_.cell, level, power_, events);
  if (shortage(level, power_) != shortage_) changeShortage(shortage(level, power_));
}

// Also back to none: then the car goes on as if it had just woken.
void DeviceController::changeShortage(CellLevel shortage) {
  const bool worse = shortage > shortage_;
  shortage_ = shortage;
  if (retained_.state.modem_off) return;
  if (!worse) {
    log_.info("supply is back");
    last_word_over_ = false;
    dark_at_ = kNever;
    return dialogue_.cancel();
  }
  log_.warning("cell low: %d percent", power_.cell_percent.value_or(0));
  if (shortage == CellLevel::Critical) router_.interrupt(now_);
  tellShortage();
  if (last_word_over_) return;
  dark_at_ = now_ + (shortage == CellLevel::Critical ? settings_.cell.critical_limit : settings_.cell.low_limit);
  dialogue_.cancel();
}

void DeviceController::tellShortage() {
  protocol::Event event;
  const auto add = [&](std::string_view name, const protocol::Value& value) {
    SK_ASSERT(event.details.push({protocol::EventName(name), value}));
  };
  event.domain = protocol::event_domain::kDevice;
  event.name = protocol::event_name::kLowBattery;
  add("level", protocol::Value::number(shortage_ == CellLevel::Critical ? 2 : 1));
  if (power_.cell_percent) add("percentage", protocol::Value::number(*power_.cell_percent));
  add("action", protocol::Value::text(shortageAction(shortage_)));
  onEvent(event);
}

// Cut short at dark_at_. The command under way is finished first; a critical cell has ended it. No time of the next
// wake is given: only a supply brings the car back.
Task<void> DeviceController::sayLowBattery() {
  enter(ControllerState::Leaving);
  bool connected = contact_.synced() && parts_.link.up();
  // A modem that is off stays off when the cell is critical.
  const bool may_connect = shortage_ == CellLevel::Low || !cold_;
  if (!connected && may_connect) connected = co_await makeContact();
  while (router_.busy()) co_await work_.wait(dark_at_);
  if (connected) {
    const bool reported = co_await sendOutbox();
    if (!reported) log_.warning("not everything could be reported");
    const bool said = co_await sayFarewell(OfflineReason::LowBattery, std::nullopt);
    if (!said) log_.warning("the low battery could not be announced");
    const auto closed = co_await parts_.link.close();
    if (!closed) log_.warning("the connection could not be closed");
  }
  last_word_over_ = true;
  dark_at_ = kNever;
}

Task<void> DeviceController::goDark() {
  enter(ControllerState::Leaving);
  router_.interrupt(now_);
  co_await parts_.modem.powerDown();
  // A supply that came meanwhile would not come again: the next look finds it.
  power_look_ = now_;
  const PowerReading reading = parts_.power.read();
  if (!reading.supply) leaveDark();
}

// Vehicle activity and commands, the time after them that the owner wants the car to stay, and the trial of settings,
// which a command began and which ends by itself (promise P8).
bool DeviceController::forFree() const {
  const bool wanted = contact_.synced() && now_ - last_activity_ < settings_.sleep.idle;
  return wanted || router_.busy() || parts_.vehicle.awake(now_) || parts_.settings.onTrial();
}

void DeviceController::keepAccount() {
  const Duration passed = now_ - std::exchange(accounted_until_, now_);
  EnergyBudget budget = retained_.restart.budget();
  if (!forFree()) budget.spend(passed, now_);
  retained_.restart.note(retained_.state.boot, now_ - began_, budget);
}

EnergyBudget DeviceController::accountOfThisRun() const {
  EnergyBudget budget = retained_.restart.budget();
  if (!useful_ && !vehicle_seen_) budget.countIdleWake(cause_, now_);
  return budget;
}

void DeviceController::watchRing() {
  ringing_since_ = parts_.modem.ringing() ? std::min(ringing_since_, now_) : kNever;
}

bool DeviceController::ringStuck() const {
  return ringing_since_ != kNever && now_ - ringing_since_ >= kRingStuckAfter;
}

void DeviceController::leaveDark() {
  retained_.state.modem_off = true;
  WakeSources wake{settings_.cell.look_interval, false, false, PowerWake::SupplyInserted};
  leaveWith({NextStep::Kind::Sleep, kNever, wake});
}

}  // namespace smartkar::device
