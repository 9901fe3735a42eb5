#include "device/app/device_controller.hpp"

namespace smartkar::device {

bool DeviceController::configure(const protocol::Parameters& parameters) {
  return parts_.settings.configure(parameters).ok();
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

void DeviceController::reportRollback() {
  const protocol::SettingSet rolled_back = parts_.settings.rolledBack();
  if (rolled_back.empty() || rollback_reported_) return;
  protocol::Event event;
  event.domain = protocol::event_domain::kDevice;
  event.name = protocol::event_name::kConfigurationRolledBack;
  for (const auto& spec : protocol::allSettings()) {
    if (rolled_back.has(spec.setting) &&
        !event.details.push({protocol::EventName(spec.name()), protocol::Value::boolean(true)}))
      break;
  }
  onEvent(event);
  rollback_reported_ = true;
}

}  // namespace smartkar::device
