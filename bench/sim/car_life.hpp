#pragma once

#include "base/time.hpp"

namespace smartkar::bench {

// What a stretch of a car's life came to, and what it cost to play.
struct CarLife {
  Duration lived{};
  Duration processor_time{};
  int starts = 0;         // of the car's processor
  int samples = 0;        // states that the server has
  bool in_touch = false;  // the server has heard of the car in its last 3 h and 5 min

  double realtimeFactor() const {
    return static_cast<double>(lived.count()) / static_cast<double>(processor_time.count());
  }
};

// One car with nothing in its way: keep-alive 300 s, a timer wake every 3 h, an hour of driving a day.
CarLife liveQuietly(int days);

}  // namespace smartkar::bench
