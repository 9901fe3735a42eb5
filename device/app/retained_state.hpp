#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

#include "device/command/outbox.hpp"
#include "device/command/system_handler.hpp"
#include "device/link/saved_session.hpp"
#include "device/power/cell_policy.hpp"
#include "device/power/sleep_policy.hpp"
#include "device/telemetry/event_detector.hpp"
#include "device/telemetry/profile_events.hpp"
#include "device/telemetry/state_reporter.hpp"

namespace smartkar::device {

// What survives deep sleep but not a power cut: only what may be lost. The wall clock is not among it: the car learns
// the time anew in every contact, so a clock that drifted for hours can never decide anything.
struct RetainedState {
  std::uint32_t boot = 0;
  std::uint32_t conn = 0;            // MQTT connections opened in this boot
  std::uint32_t status_seq = 0;      // status messages of this boot
  std::uint32_t offline_sleeps = 0;  // in a row without a contact
  CellLevel cell = CellLevel::Good;
  bool modem_off = false;  // the run before ended for want of energy
  EnergyBudget budget;
  std::optional<Configuration> configuration;  // by system.configure
  PublishedState published;
  EventMemory events;
  ProfileMemory profiles;
  OutboxState outbox;
  SavedSession mqtt;
};
static_assert(std::is_trivially_copyable_v<RetainedState>);

// The retained state with a checksum, as it lies in the memory the port keeps through deep sleep.
struct RetainedMemory {
  std::uint32_t crc = 0;
  RetainedState state;

  // True if state is what seal() left; else it is reset.
  bool restore();
  // Before a deep sleep.
  void seal();
  // From now on restore() fails: the next run begins anew.
  void invalidate();
};

}  // namespace smartkar::device
