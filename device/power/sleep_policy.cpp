#include "device/power/sleep_policy.hpp"

#include <algorithm>

namespace smartkar::device {

StayAwake whyAwake(const SleepSettings& settings, const Wakefulness& car) {
  if (car.command_active) return StayAwake::CommandActive;
  if (car.unsent) return StayAwake::Unsent;
  if (car.requested) return StayAwake::MaySleep;
  if (car.awake_for < settings.min_awake || car.since_sync < settings.after_sync) return StayAwake::MinimumAwake;
  if (car.vehicle_awake) return StayAwake::VehicleAwake;
  if (car.idle_for < settings.idle) return StayAwake::NotIdle;
  return StayAwake::MaySleep;
}

Duration recheckAfter(const SleepSettings& settings, const Wakefulness& car) {
  const Duration left = std::max(
      {settings.min_awake - car.awake_for, settings.idle - car.idle_for, settings.after_sync - car.since_sync});
  return std::max<Duration>(left, 1s);
}

Duration offlineSleep(const SleepSettings& settings, std::uint32_t failures) {
  const std::uint32_t doublings = std::min<std::uint32_t>(failures > 0 ? failures - 1 : 0, 10);
  return std::min(settings.offline_interval * (std::int64_t{1} << doublings), settings.wake_interval);
}

}  // namespace smartkar::device
