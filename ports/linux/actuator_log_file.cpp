#include "ports/linux/actuator_log_file.hpp"

#include <fcntl.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "protocol/json_writer.hpp"

namespace smartkar::ports {
namespace {

using device::VehicleOperation;

std::string_view operationName(VehicleOperation operation) {
  switch (operation) {
    case VehicleOperation::WriteProfile:
      return "write_profile";
    case VehicleOperation::Start:
      return "start";
    case VehicleOperation::Stop:
      return "stop";
    case VehicleOperation::WriteTimer:
      return "write_timer";
    case VehicleOperation::EnableTimers:
      return "enable_timers";
    case VehicleOperation::Wake:
    case VehicleOperation::Refresh:
    case VehicleOperation::ReadProfiles:
      break;  // change nothing
  }
  return "unknown";
}

void begin(protocol::JsonWriter& writer, VehicleOperation operation) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  writer.beginObject().key("time").number(static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9, 3);
  writer.key("op").string(operationName(operation));
}

constexpr std::size_t kLineBytes = 320;

}  // namespace

Result<ActuatorLogFile, std::string> ActuatorLogFile::open(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file.valid()) return Failure{path + ": " + std::strerror(errno)};
  return ActuatorLogFile(std::move(file));
}

void ActuatorLogFile::onActuatorFrame(VehicleOperation operation, const device::ImmediateProfile& profile, Instant) {
  char line[kLineBytes];
  protocol::JsonWriter writer(line);
  begin(writer, operation);
  if (operation != VehicleOperation::Stop) {
    writer.key("charge").boolean(profile.charge).key("climate").boolean(profile.climate);
    writer.key("climateOnBattery").boolean(profile.climate_on_battery);
    writer.key("maxCurrent").integer(profile.max_current_a).key("targetSoc").integer(profile.target_soc);
    writer.key("temperature").number(profile.temperature_c, 1);
  }
  append(writer.endObject().text());
}

void ActuatorLogFile::onTimerFrame(VehicleOperation operation, device::Timers timers, Instant) {
  char line[kLineBytes];
  protocol::JsonWriter writer(line);
  begin(writer, operation);
  writer.key("timers").beginArray();
  for (std::size_t timer = 1; timer < device::kProfileSlots; ++timer) {
    if (timers.enabled(timer)) writer.integer(static_cast<std::int64_t>(timer));
  }
  append(writer.endArray().endObject().text());
}

// In one write, so that lines of two processes do not mix.
void ActuatorLogFile::append(std::string_view line) {
  char text[kLineBytes + 1];
  std::copy(line.begin(), line.end(), text);
  text[line.size()] = '\n';
  [[maybe_unused]] const ssize_t written = ::write(file_.get(), text, line.size() + 1);
}

}  // namespace smartkar::ports
