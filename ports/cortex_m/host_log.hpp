#pragma once

#include "base/log.hpp"
#include "device/platform/clock.hpp"
#include "device/vehicle/actuator_log.hpp"

namespace smartkar::ports {

// Log lines and what moves the simulated car, on the emulator's standard error.
class HostLog : public LogSink, public device::ActuatorLog {
 public:
  // clock: outlives this. least: what is less is not printed.
  HostLog(const device::Clock& clock, LogLevel least) : clock_(clock), least_(least) {}

  void write(LogLevel level, std::string_view part, std::string_view text) override;
  void onActuatorFrame(device::VehicleOperation operation, const device::ImmediateProfile& profile,
                       Instant now) override;
  void onTimerFrame(device::VehicleOperation operation, device::Timers timers, Instant now) override;

 private:
  const device::Clock& clock_;
  LogLevel least_;
};

}  // namespace smartkar::ports
