#include "ports/linux/actuator_log_file.hpp"

#include <fcntl.h>
#include <time.h>

#include <cerrno>
#include <cstring>

#include "protocol/json_writer.hpp"

namespace smartkar::ports {
namespace {

using device::VehicleOperation;

std::string_view operationName(VehicleOperation operation) {
  switch (operation) {
    case VehicleOperation::Wake:
      return "wake";
    case VehicleOperation::WriteProfile:
      return "write_profile";
    case VehicleOperation::Start:
      return "start";
    case VehicleOperation::Stop:
      return "stop";
  }
  return "unknown";
}

}  // namespace

Result<ActuatorLogFile, std::string> ActuatorLogFile::open(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!file.valid()) return Failure{path + ": " + std::strerror(errno)};
  return ActuatorLogFile(std::move(file));
}

void ActuatorLogFile::onActuatorFrame(VehicleOperation operation, const device::ImmediateProfile& profile, Instant) {
  char line[320];
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  protocol::JsonWriter writer(std::span<char>(line, sizeof(line) - 1));
  writer.beginObject().key("time").number(static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9, 3);
  writer.key("op").string(operationName(operation));
  if (operation != VehicleOperation::Stop) {
    writer.key("charge").boolean(profile.charge).key("climate").boolean(profile.climate);
    writer.key("climateOnBattery").boolean(profile.climate_on_battery);
    writer.key("maxCurrent").integer(profile.max_current_a).key("targetSoc").integer(profile.target_soc);
    writer.key("temperature").number(profile.temperature_c, 1);
  }
  writer.endObject();
  const std::size_t size = writer.text().size();
  line[size] = '\n';
  [[maybe_unused]] const ssize_t written = ::write(file_.get(), line, size + 1);
}

}  // namespace smartkar::ports
