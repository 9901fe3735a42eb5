#pragma once

#include <functional>
#include <vector>

#include "device/platform/modem_pins.hpp"

namespace smartkar::device {

// Pins that remember, and tell a test when PWRKEY is released or the supply switched.
class FakePins : public ModemPins {
 public:
  void setPowerKey(bool pressed) override {
    if (power_key && !pressed) {
      ++pulses;
      if (on_pulse) on_pulse();
    }
    power_key = pressed;
  }
  void setDtr(bool high) override { dtr = high; }
  void setRail(bool on) override {
    if (rail && !on) ++rail_cuts;
    rail = on;
    if (on_rail) on_rail(on);
  }
  bool ri() const override { return true; }

  bool power_key = false;
  bool dtr = true;
  bool rail = true;
  int pulses = 0;
  int rail_cuts = 0;
  std::function<void()> on_pulse;
  std::function<void(bool)> on_rail;
};

}  // namespace smartkar::device
