#pragma once

#include "device/platform/clock.hpp"

namespace smartkar::ports {

// Time from two 32-bit timers (DDI 0479, 4.1): one counts for ever, one ends a wait. No tick in between.
class TicklessClock : public device::Clock {
 public:
  // Once, before the first use.
  static void begin();
  Instant now() const override;
  // From now on an interrupt comes at the deadline, or after 100 s: the caller looks again then.
  void alarmAt(Instant deadline) const;
  // It has not come yet.
  bool alarmPending() const;
};

}  // namespace smartkar::ports
