#pragma once

#include <chrono>

#include "device/platform/clock.hpp"

namespace smartkar::ports {

class OsClock : public device::Clock {
 public:
  Instant now() const override {
    return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
  }
};

}  // namespace smartkar::ports
