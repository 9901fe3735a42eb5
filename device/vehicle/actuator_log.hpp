#pragma once

#include "base/time.hpp"
#include "device/platform/vehicle.hpp"

namespace smartkar::device {

// Sees every frame that changes the car, when it reaches the car: what "at most once" is checked against.
class ActuatorLog {
 public:
  virtual ~ActuatorLog() = default;
  // operation: WriteProfile, Start or Stop. profile: what was written, or for Start what is run.
  virtual void onActuatorFrame(VehicleOperation operation, const ImmediateProfile& profile, Instant now) = 0;
  // The same for the timers. operation: WriteTimer or EnableTimers. timers: the one written, or those enabled from now.
  virtual void onTimerFrame(VehicleOperation operation, Timers timers, Instant now) = 0;
};

}  // namespace smartkar::device
