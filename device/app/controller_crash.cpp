// Runs that ended as no run should: what they cost, that the server is told, and when a run ends itself so.
#include <cinttypes>
#include <utility>

#include "device/app/device_controller.hpp"

namespace smartkar::device {
namespace {

// No attempt to connect lasts so long: that of a modem that restarts twice in it, with all the time to find SIM,
// network and bearer each time (ModemSettings), takes 16 min. Without a vehicle or a command it is cut short much
// earlier.
constexpr Duration kConnectingStallLimit = 30min;
// Nor any other exchange: a publish may take 60 s (sim7080.cpp) and as long as it takes to find out that the modem is
// silent. Such a stall costs less than the energy of an hour.
constexpr Duration kStallLimit = 2min;

}  // namespace

// A crash costs the hour one wake (promise P8). A car that crashes until nothing is left rests, with the modem off,
// until there is room for an attempt: whatever is done with the modem or the vehicle may be what makes it crash.
void DeviceController::recoverFromCrash() {
  EnergyBudget budget = retained_.restart.budget();
  budget.countIdleWake(WakeCause::Unknown, now_);
  retained_.restart.setBudget(budget);
  logCrash();
  const BudgetSettings& limits = settings_.sleep.budget;
  if (budget.mayArm(limits, WakeCause::Unknown)) return;
  log_.error("it crashes too often: rest");
  parts_.modem.cutPower();
  leaveWith({NextStep::Kind::Sleep, kNever, {budget.timerFrom(limits, now_) - now_, false, false}});
}

void DeviceController::logCrash() {
  const CrashRecord& crash = retained_.restart.crash();
  const auto text = [](std::string_view view) { return std::pair(static_cast<int>(view.size()), view.data()); };
  const auto [cause_size, cause] = text(crashCauseName(crash.cause));
  const auto [what_size, what] = text(crash.what);
  const auto [file_size, file] = text(crash.file);
  log_.error("the run before crashed: %.*s %.*s %.*s:%" PRIu32, cause_size, cause, what_size, what, file_size, file,
             crash.line);
}

void DeviceController::reportCrash() {
  RestartMemory& memory = retained_.restart;
  const CrashRecord& crash = memory.crash();
  if (crash.cause == CrashCause::None) return;
  protocol::Event event;
  const auto add = [&](std::string_view name, const protocol::Value& value) {
    SK_ASSERT(event.details.push({protocol::EventName(name), value}));
  };
  event.domain = protocol::event_domain::kDevice;
  event.name = protocol::event_name::kCrashed;
  add("cause", protocol::Value::text(crashCauseName(crash.cause)));
  if (!crash.what.empty()) add("what", protocol::Value::text(crash.what));
  if (!crash.file.empty()) add("file", protocol::Value::text(crash.file));
  if (!crash.file.empty()) add("line", protocol::Value::number(crash.line));
  add("crashedBoot", protocol::Value::number(crash.boot));
  add("uptimeS", protocol::Value::number(crash.uptime_s));
  add("count", protocol::Value::number(memory.crashes()));
  onEvent(event);
  memory.forgetCrashes();
}

void DeviceController::watchProgress() {
  const Duration limit = state_ == ControllerState::Connecting ? kConnectingStallLimit : kStallLimit;
  if (next_ || now_ - progress_at_ < limit) return;
  retained_.restart.end(CrashCause::Stalled, controllerStateName(state_));
  leaveWith({NextStep::Kind::Restart, kNever, {}});
}

}  // namespace smartkar::device
