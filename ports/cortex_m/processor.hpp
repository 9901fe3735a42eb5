#pragma once

#include "device/app/retained_state.hpp"
#include "device/platform/wake.hpp"
#include "device/platform/watchdog.hpp"

namespace smartkar::ports {

// The processor: what its memory keeps through a reset, and the watchdog.
class Processor : public device::Watchdog {
 public:
  // From now on a broken invariant is recorded and resets it.
  Processor();

  device::RetainedMemory& retained();
  // Why it was started: FreshBoot, or Watchdog.
  device::WakeCause cause() const { return cause_; }

  // Also starts the watchdog.
  void feed() override;
  void stopWatchdog();

 private:
  device::WakeCause cause_;
};

}  // namespace smartkar::ports
