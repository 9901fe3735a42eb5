#include "ports/cortex_m/host_log.hpp"

#include <array>
#include <cstdio>

#include "ports/cortex_m/semihosting.hpp"

namespace smartkar::ports {
namespace {

const char* nameOf(device::VehicleOperation operation) {
  using enum device::VehicleOperation;
  switch (operation) {
    case WriteProfile:
      return "write_profile";
    case Start:
      return "start";
    case Stop:
      return "stop";
    case WriteTimer:
      return "write_timer";
    case EnableTimers:
      return "enable_timers";
    default:
      return "other";
  }
}

}  // namespace

void HostLog::write(LogLevel level, std::string_view part, std::string_view text) {
  if (level < least_) return;
  std::array<char, 256> line{};
  const auto ms = static_cast<unsigned long>(wholeMilliseconds(clock_.now().time_since_epoch()));
  std::snprintf(line.data(), line.size(), "%6lu.%03lu %.*s: %.*s\n", ms / 1000, ms % 1000,
                static_cast<int>(part.size()), part.data(), static_cast<int>(text.size()), text.data());
  semihosting::print(line.data());
}

void HostLog::onActuatorFrame(device::VehicleOperation operation, const device::ImmediateProfile&, Instant) {
  write(LogLevel::Info, "actuator", nameOf(operation));
}

void HostLog::onTimerFrame(device::VehicleOperation operation, device::Timers, Instant) {
  write(LogLevel::Info, "actuator", nameOf(operation));
}

}  // namespace smartkar::ports
