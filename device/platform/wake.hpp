#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace smartkar::device {

// Why this run began. Texts are those of protocol v2.2 (`wakeCause`), which has none for the watchdog.
enum class WakeCause : std::uint8_t { FreshBoot, Watchdog, Timer, ModemRi, PmuIrq, CanActivity, Unknown };

constexpr std::string_view wakeCauseText(WakeCause cause) {
  switch (cause) {
    case WakeCause::FreshBoot:
      return "fresh_boot";
    case WakeCause::Watchdog:
      return "watchdog";
    case WakeCause::Timer:
      return "timer";
    case WakeCause::ModemRi:
      return "modem_ri";
    case WakeCause::PmuIrq:
      return "pmu_irq";
    case WakeCause::CanActivity:
      return "can_activity";
    case WakeCause::Unknown:
      break;
  }
  return "unknown";
}

// True if the processor was reset: the run does not go on with what the one before left.
constexpr bool isReset(WakeCause cause) { return cause == WakeCause::FreshBoot || cause == WakeCause::Watchdog; }

// What the power chip may wake for.
enum class PowerWake : std::uint8_t { None, CellWarning, SupplyInserted };

// What may end a deep sleep.
struct WakeSources {
  std::optional<Duration> timer;
  bool modem_ri = true;
  bool vehicle = true;
  PowerWake power = PowerWake::CellWarning;
};

// What the controller wants from the port after each turn.
struct NextStep {
  enum class Kind : std::uint8_t {
    Wait,     // call again at `deadline` or when UART, RI or the vehicle has something
    Sleep,    // deep sleep: everything but the retained memory is lost; `wake` says what may end it
    Restart,  // start again at once, as after a reset
  };
  Kind kind = Kind::Wait;
  Instant deadline = kNever;
  WakeSources wake{};
};

}  // namespace smartkar::device
