#pragma once

#include <utility>

#include "device/platform/power_chip.hpp"
#include "device/platform/wake.hpp"

namespace smartkar::device {

// A power chip in memory, full and supplied at first: for a car without one, and for tests.
class SimulatedPowerChip : public PowerChip {
 public:
  // The chip's warnings are latched when the gauge falls to them (docs/sources.md, board).
  static constexpr int kLowPercent = 10;
  static constexpr int kCriticalPercent = 5;

  void set(const PowerReading& reading) {
    const auto falls = [&](int level) { return percent(reading_) > level && percent(reading) <= level; };
    events_.cell_low |= falls(kLowPercent);
    events_.cell_critical |= falls(kCriticalPercent);
    events_.supply_inserted |= reading.supply && !reading_.supply;
    reading_ = reading;
  }
  PowerReading read() override { return reading_; }
  PowerEvents takeEvents() override { return std::exchange(events_, {}); }
  // True if what is latched ends a deep sleep that arms the given part of it.
  bool wakes(PowerWake armed) const {
    switch (armed) {
      case PowerWake::CellWarning:
        return events_.cell_low || events_.cell_critical;
      case PowerWake::SupplyInserted:
        return events_.supply_inserted;
      case PowerWake::None:
        break;
    }
    return false;
  }

 private:
  static int percent(const PowerReading& reading) { return reading.cell_percent.value_or(100); }

  PowerReading reading_{.cell_mv = 4150, .cell_percent = 100, .supply = true, .charging = false};
  PowerEvents events_;
};

}  // namespace smartkar::device
