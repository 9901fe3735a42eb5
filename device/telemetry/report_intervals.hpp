#pragma once

#include "base/time.hpp"

namespace smartkar::device {

// A domain is reported at least this often, whether it changed or not (docs/sources.md, telemetry).
struct ReportIntervals {
  Duration asleep = 5min;  // every domain
  Duration awake = 30s;    // battery, climate and range while the vehicle is awake
  Duration driving = 10s;  // driving and position while it is driven
};

}  // namespace smartkar::device
