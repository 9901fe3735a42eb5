#pragma once

#include "base/time.hpp"

namespace smartkar::device {

// How long a turn of the loop may take together with the wait before it. A device that is awake wants a turn every 5 s
// at least, and a turn takes milliseconds.
inline constexpr Duration kWatchdogLimit = 30s;

// Resets the processor (WakeCause::Watchdog) when it was not fed for kWatchdogLimit. Runs from the begin of a run to
// its end, not in deep sleep.
class Watchdog {
 public:
  virtual ~Watchdog() = default;
  // Called at the end of every turn.
  virtual void feed() = 0;
};

}  // namespace smartkar::device
