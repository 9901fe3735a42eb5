#pragma once

#include "device/platform/vehicle.hpp"

namespace smartkar::device {

// Takes out what the car's frames hold although it means nothing (docs/sources.md, e-Golf): the values that stand for
// "no data", and what was running when the bus fell silent. For whoever fills in a snapshot from frames.
VehicleSnapshot withoutNoData(VehicleSnapshot car);

}  // namespace smartkar::device
