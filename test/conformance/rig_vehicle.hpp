#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "conformance/rig.hpp"
#include "device/vehicle/egolf_model.hpp"
#include "test/conformance/power.hpp"

namespace smartkar::conformance {

// The simulated e-Golf, in whatever mood a script wants, which tells what it was made to do.
class RigVehicle : public device::Vehicle, private device::ActuatorLog {
 public:
  using OnAct = std::function<void(bool start, const device::ImmediateProfile& profile)>;

  RigVehicle(const Power& power, OnAct on_act) : power_(power), on_act_(std::move(on_act)) {}

  void setMood(VehicleMood mood) {
    device::EGolfSettings& settings = model_.settings();
    settings.wakes = mood != VehicleMood::DoesNotWake;
    settings.rejects_operation = mood == VehicleMood::Refuses;
    settings.rejects_profile = mood == VehicleMood::RefusesProfile;
    settings.answers_operation = mood != VehicleMood::DoesNotConfirm;
    settings.answers_profile = mood != VehicleMood::DoesNotConfirmProfile;
    reachable_ = mood != VehicleMood::CannotBeReached;
  }
  void setTime(VehicleStep step, Duration time) {
    device::EGolfSettings& settings = model_.settings();
    if (step == VehicleStep::Wake) settings.wake_delay = std::max(time - settings.answers_after, Duration(0));
    if (step == VehicleStep::Profile) settings.write_delay = time;
    if (step == VehicleStep::Operation) settings.heartbeat = time;
  }
  void heal() {
    model_.settings() = ordinary();
    reachable_ = true;
  }
  void deviceRestarted() {
    model_.deviceRestarted();
    unsent_.reset();
  }

  void requestWake(Instant now) override {
    if (reachable_) return model_.requestWake(now);
    unsent_ = device::VehicleResult{device::VehicleOperation::Wake, device::VehicleOutcome::SendFailed};
  }
  bool awake(Instant now) const override { return model_.awake(now); }
  void hold(Instant now) override { model_.hold(now); }
  void release(Instant now) override { model_.release(now); }
  std::optional<device::ImmediateProfile> profile() const override { return model_.profile(); }
  void writeProfile(const device::ImmediateProfile& profile, Instant now) override {
    if (power_.on) model_.writeProfile(profile, now);
  }
  void start(Instant now) override {
    if (power_.on) model_.start(now);
  }
  void stop(Instant now) override {
    if (power_.on) model_.stop(now);
  }
  bool refresh(Instant now) override { return model_.refresh(now); }
  const device::ProfileBook& profiles() const override { return model_.profiles(); }
  bool readProfiles(Instant now) override { return model_.readProfiles(now); }
  void writeTimer(std::size_t timer, const device::ChargingProfile& profile, Instant now) override {
    if (power_.on) model_.writeTimer(timer, profile, now);
  }
  void enableTimers(device::Timers timers, Instant now) override {
    if (power_.on) model_.enableTimers(timers, now);
  }
  std::optional<device::VehicleResult> poll(Instant now) override {
    if (unsent_) return std::exchange(unsent_, std::nullopt);
    return model_.poll(now);
  }
  Instant nextDeadline() const override { return model_.nextDeadline(); }
  device::VehicleSnapshot snapshot(Instant now) const override { return model_.snapshot(now); }

 private:
  static device::EGolfSettings ordinary() {
    device::EGolfSettings settings;
    settings.heartbeats_max = 0;
    return settings;
  }

  void onActuatorFrame(device::VehicleOperation operation, const device::ImmediateProfile& profile, Instant) override {
    if (operation != device::VehicleOperation::WriteProfile)
      on_act_(operation == device::VehicleOperation::Start, profile);
  }
  // The scenarios are about charging and climate.
  void onTimerFrame(device::VehicleOperation, device::Timers, Instant) override {}

  const Power& power_;
  OnAct on_act_;
  device::EGolfModel model_{ordinary(), this};
  bool reachable_ = true;
  std::optional<device::VehicleResult> unsent_;
};

}  // namespace smartkar::conformance
