#include "ports/cortex_m/processor.hpp"

#include "device/app/assertion_record.hpp"
#include "ports/cortex_m/interrupts.hpp"
#include "ports/cortex_m/registers.hpp"

namespace smartkar::ports {
namespace {

// Left to itself before every reset; anything else is what a power cut leaves.
constexpr std::uint32_t kWatchdogBit = 0x57444F47;  // "WDOG"

// The longest the 24-bit timer counts, and how many times that is the limit.
constexpr std::uint32_t kTickMax = 0x00FFFFFF;
constexpr std::uint32_t kTicksMax = static_cast<std::uint32_t>(device::kWatchdogLimit / std::chrono::microseconds(1) *
                                                               (kClockHz / 1'000'000) / kTickMax) +
                                    1;
constexpr std::uint32_t kTickRun = 7;  // processor clock, interrupt, run

struct Retained {
  std::uint32_t reset_by;
  device::RetainedMemory memory;
};

alignas(Retained) [[gnu::section(".retained")]] std::byte retained_bytes[sizeof(Retained)];

Retained& retainedMemory() { return reinterpret_cast<Retained&>(retained_bytes); }

volatile std::uint32_t ticks_left = 0;

}  // namespace

void onTick() {
  const std::uint32_t left = ticks_left;
  if (left > 1) {
    ticks_left = left - 1;
    return;
  }
  retainedMemory().reset_by = kWatchdogBit;
  resetProcessor();
}

Processor::Processor() {
  Retained& kept = retainedMemory();
  cause_ = kept.reset_by == kWatchdogBit ? device::WakeCause::Watchdog : device::WakeCause::FreshBoot;
  kept.reset_by = 0;
  device::recordAssertions(kept.memory.restart, [] { resetProcessor(); });
}

device::RetainedMemory& Processor::retained() { return retainedMemory().memory; }

void Processor::feed() {
  ticks_left = kTicksMax;
  at(kTickReload) = kTickMax;
  at(kTickValue) = 0;
  at(kTickControl) = kTickRun;
}

void Processor::stopWatchdog() { at(kTickControl) = 0; }

}  // namespace smartkar::ports
