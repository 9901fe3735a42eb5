#pragma once

#include <string>

#include "base/result.hpp"
#include "device/vehicle/actuator_log.hpp"
#include "ports/linux/file_descriptor.hpp"

namespace smartkar::ports {

// Appends one JSON object a line for every frame that changes the simulated car:
// {"time":Unix seconds,"op":"write_profile|start|stop","charge":…,"climate":…,"climateOnBattery":…,"maxCurrent":…,
//  "targetSoc":…,"temperature":…}; with stop only time and op; of the timers
// {"time":…,"op":"write_timer|enable_timers","timers":[1,3]}.
class ActuatorLogFile : public device::ActuatorLog {
 public:
  // path: made if it does not exist, else appended to. Failure: what went wrong, with the path.
  static Result<ActuatorLogFile, std::string> open(const std::string& path);
  void onActuatorFrame(device::VehicleOperation operation, const device::ImmediateProfile& profile,
                       Instant now) override;
  void onTimerFrame(device::VehicleOperation operation, device::Timers timers, Instant now) override;

 private:
  explicit ActuatorLogFile(FileDescriptor file) : file_(std::move(file)) {}
  void append(std::string_view line);

  FileDescriptor file_;
};

}  // namespace smartkar::ports
