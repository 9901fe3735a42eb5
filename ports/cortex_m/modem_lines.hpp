#pragma once

#include <string_view>

#include "base/fixed_string.hpp"
#include "device/platform/modem_pins.hpp"
#include "ports/cortex_m/uart.hpp"

namespace smartkar::ports {

// The lines of a simulated modem, told and heard on its control socket (docs/modem-sim.md), which a UART carries.
class ModemLines : public device::ModemPins {
 public:
  explicit ModemLines(Uart& uart) : uart_(uart) {}

  void setPowerKey(bool pressed) override { tell(pressed ? "pwrkey press\n" : "pwrkey release\n"); }
  void setDtr(bool high) override { tell(high ? "dtr high\n" : "dtr low\n"); }
  void setRail(bool on) override { tell(on ? "vbat on\n" : "vbat off\n"); }
  bool ri() const override { return ri_high_; }

  // True if RI has fallen since the last call.
  bool takeRing();
  void setHostAsleep(bool asleep) { tell(asleep ? "host asleep\n" : "host awake\n"); }

 private:
  void tell(std::string_view line);
  void onCharacter(char c);

  Uart& uart_;
  FixedString<64> line_;
  bool line_fits_ = true;
  bool ri_high_ = true;
  bool rang_ = false;
};

}  // namespace smartkar::ports
