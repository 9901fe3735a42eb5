#include "device/app/device_controller.hpp"

namespace smartkar::device {

Fault DeviceController::configure(const protocol::Parameters& parameters) {
  const auto done = parts_.settings.configure(parameters);
  return done.ok() ? Fault::None : done.error();
}

// What needs another run does not wait for a link that is being brought up with the old settings.
void DeviceController::tendSettings() {
  parts_.settings.tick(now_);
  if (rollback_reported_ && outbox_.allSent()) {
    parts_.settings.onRollbackTold();
    rollback_reported_ = false;
  }
  const bool out_of_contact = state_ != ControllerState::InContact && state_ != ControllerState::Leaving;
  if (parts_.settings.restartDue() && restartDue() && out_of_contact && !shortOfEnergy()) dialogue_.cancel();
}

// Before a sleep. Not more often than limits.hpp allows for; what waits is looked at again before the next one.
void DeviceController::keepLearned() {
  KeepAliveState& state = retained_.state.keep_alive;
  if (!state.networks.outgrew(parts_.settings.learned())) return;
  if (state.kept_at && now_ < *state.kept_at + kLearnedInterval) return;
  state.kept_at = now_;
  if (!parts_.settings.keepLearned(state.networks)) log_.error("what was learned of the network could not be stored");
}

void DeviceController::reportRollback() {
  const protocol::SettingSet rolled_back = parts_.settings.rolledBack();
  if (rolled_back.empty() || rollback_reported_) return;
  protocol::Event event;
  event.domain = protocol::event_domain::kDevice;
  event.name = protocol::event_name::kConfigurationRolledBack;
  for (const auto& spec : protocol::allSettings()) {
    if (!rolled_back.has(spec.setting)) continue;
    SK_ASSERT(event.details.push({protocol::EventName(spec.name()), protocol::Value::boolean(true)}));
    if (event.details.size() < protocol::kEventDetailsMax) continue;
    onEvent(event);
    event.details.clear();
  }
  if (!event.details.empty()) onEvent(event);
  rollback_reported_ = true;
}

}  // namespace smartkar::device
