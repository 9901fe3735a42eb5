#pragma once

#include "base/time.hpp"

namespace smartkar::device {

// Monotonic time, also of deep sleep; it begins anew at a power cut. Wall-clock time is not the platform's business:
// the car learns it from the server.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

}  // namespace smartkar::device
