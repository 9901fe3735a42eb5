#pragma once

#include <string>
#include <utility>

#include "device/power/simulated_power_chip.hpp"

namespace smartkar::ports {

// A power chip whose reading somebody writes into a file while the program runs: `percent=9 supply=no charging=no
// mv=3480`, in any order; what is left out stays. Without a file it is full and supplied.
class PowerFile : public device::PowerChip {
 public:
  // path: empty for none. A file that is missing or makes no sense changes nothing.
  explicit PowerFile(std::string path) : path_(std::move(path)) {}

  device::PowerReading read() override {
    refresh();
    return chip_.read();
  }
  device::PowerEvents takeEvents() override {
    refresh();
    return chip_.takeEvents();
  }
  // True if the chip ends a deep sleep that arms the given part of it.
  bool wakes(device::PowerWake armed) {
    refresh();
    return chip_.wakes(armed);
  }
  // False: nothing will ever change.
  bool watched() const { return !path_.empty(); }

 private:
  void refresh();

  std::string path_;
  device::SimulatedPowerChip chip_;
};

}  // namespace smartkar::ports
