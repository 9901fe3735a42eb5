#include "ports/cortex_m/tickless_clock.hpp"

#include <algorithm>
#include <cstdint>

#include "ports/cortex_m/interrupts.hpp"
#include "ports/cortex_m/registers.hpp"

namespace smartkar::ports {
namespace {

constexpr std::uint32_t kControl = 0x0;
constexpr std::uint32_t kValue = 0x4;
constexpr std::uint32_t kReload = 0x8;
constexpr std::uint32_t kInterrupt = 0xC;
constexpr std::uint32_t kRun = 1U << 0;
constexpr std::uint32_t kInterruptEnable = 1U << 3;

constexpr std::int64_t kTicksPerMicrosecond = kClockHz / 1'000'000;
constexpr Duration kAlarmMax = 100s;  // 2^32 ticks are 171 s

volatile std::uint32_t wraps = 0;

}  // namespace

void onTimer0() {
  at(kTimer0 + kInterrupt) = 1;
  wraps = wraps + 1;
}

void onTimer1() {
  at(kTimer1 + kInterrupt) = 1;
  at(kTimer1 + kControl) = 0;
}

void TicklessClock::begin() {
  at(kTimer0 + kReload) = 0xFFFFFFFF;
  at(kTimer0 + kValue) = 0xFFFFFFFF;
  at(kTimer0 + kControl) = kRun | kInterruptEnable;
  enableInterrupt(kTimer0Irq);
  enableInterrupt(kTimer1Irq);
}

Instant TicklessClock::now() const {
  std::uint64_t high = 0;
  std::uint32_t value = 0;
  do {  // a wrap between the two is served at once
    high = wraps;
    value = at(kTimer0 + kValue);
  } while (high != wraps);
  const std::uint64_t ticks = high << 32 | (0xFFFFFFFF - value);
  return Instant{Duration(static_cast<std::int64_t>(ticks) / kTicksPerMicrosecond)};
}

void TicklessClock::alarmAt(Instant deadline) const {
  const Instant present = now();
  const Duration pause = deadline <= present ? Duration(1) : std::min(deadline - present, kAlarmMax);
  at(kTimer1 + kControl) = 0;
  at(kTimer1 + kReload) = 0;
  at(kTimer1 + kValue) = static_cast<std::uint32_t>(pause.count() * kTicksPerMicrosecond);
  at(kTimer1 + kControl) = kRun | kInterruptEnable;
}

bool TicklessClock::alarmPending() const { return at(kTimer1 + kControl) != 0; }

}  // namespace smartkar::ports
