#pragma once

#include "device/app/retained_state.hpp"
#include "device/platform/wake.hpp"
#include "device/platform/watchdog.hpp"

namespace smartkar::ports {

// The processor, as far as a process can be one: its reset is a new start of the program, in which nothing is left of
// the old one but the retained memory. The end of the program is the power cut. One a program, first of all objects.
class Processor : public device::Watchdog {
 public:
  // argv: of main(). From now on a broken invariant is recorded and resets it. limit: of the watchdog, in real time:
  // a program that is stopped for so long starts anew when it goes on. Without memory to share it ends by an assertion.
  explicit Processor(char** argv, Duration limit = device::kWatchdogLimit);

  device::RetainedMemory& retained() { return shared_->retained; }
  // Why the program was started: FreshBoot, or Watchdog.
  device::WakeCause cause() const { return cause_; }

  // Also starts the watchdog.
  void feed() override;
  // Until it is fed again.
  void stopWatchdog();

 private:
  struct Shared {
    device::WakeCause cause;  // of the next start
    device::RetainedMemory retained;
  };

  static void onBite(int signal);
  [[noreturn]] static void reset();

  // Of the one processor, because signal and assertion handlers have no object.
  static inline char** argv_ = nullptr;
  static inline Shared* shared_ = nullptr;

  const Duration limit_;
  device::WakeCause cause_;
};

}  // namespace smartkar::ports
