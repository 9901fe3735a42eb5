#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "device/platform/modem_pins.hpp"

namespace smartkar::ports {

// The modem's lines on Linux. They outlive a deep sleep of the car, because the hardware holds them.
class LinuxPins : public device::ModemPins {
 public:
  // For poll(): readable when RI may have changed; -1: RI has to be asked for now and then.
  virtual int fd() const = 0;
  // Takes what arrived. Returns true if RI was low at any time since the last call, which a 120 ms pulse may be over
  // by.
  virtual bool takeRing() = 0;
  // False once the other end is gone.
  virtual bool connected() const = 0;
  // Tells a simulated modem whether anybody listens to the UART; a real one needs no telling.
  virtual void setHostAsleep(bool asleep) = 0;
};

// The simulator's control socket (`smartkar-modem-sim`, PATH.ctl).
Result<std::unique_ptr<LinuxPins>, std::string> openControlPins(const std::string& socket_path);

// The modem control lines of a real serial port: DTR and RI. PWRKEY and the rail are not wired there; the modem must
// be on. path: the serial port.
Result<std::unique_ptr<LinuxPins>, std::string> openSerialPins(const std::string& path);

}  // namespace smartkar::ports
