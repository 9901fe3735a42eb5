#pragma once

#include <cstdint>
#include <type_traits>

#include "device/app/modem_port.hpp"
#include "device/app/restart_memory.hpp"
#include "device/command/outbox.hpp"
#include "device/link/adaptive_keep_alive.hpp"
#include "device/link/link_policy.hpp"
#include "device/link/saved_session.hpp"
#include "device/power/cell_policy.hpp"
#include "device/telemetry/event_detector.hpp"
#include "device/telemetry/profile_events.hpp"
#include "device/telemetry/state_reporter.hpp"

namespace smartkar::device {

// What survives deep sleep but not a power cut: only what may be lost. The wall clock is not among it: the car learns
// the time anew in every contact, so a clock that drifted for hours can never decide anything.
struct RetainedState {
  std::uint32_t boot = 0;
  std::uint32_t conn = 0;            // connections opened in this boot
  std::uint32_t status_seq = 0;      // status messages of this boot
  std::uint32_t offline_sleeps = 0;  // in a row without a contact
  SimNumber sim_number;              // asked for once: who changes the SIM cuts the supply
  CellLevel cell = CellLevel::Good;
  bool modem_off = false;  // the run before ended for want of energy
  KeepAliveState keep_alive;
  LinkChoice link;
  PublishedState published;
  EventMemory events;
  ProfileMemory profiles;
  OutboxState outbox;
  SavedSession mqtt;
};
static_assert(std::is_trivially_copyable_v<RetainedState>);

// What the port keeps through deep sleep: the retained state with a checksum. Through resets it keeps it too, but only
// `restart` has a meaning then.
struct RetainedMemory {
  std::uint32_t crc = 0;
  RetainedState state;
  RestartMemory restart;

  // True if state is what seal() left; else it is reset.
  bool restore();
  // Before a deep sleep.
  void seal();
  // From now on restore() fails: the next run begins anew.
  void invalidate();
};

}  // namespace smartkar::device
