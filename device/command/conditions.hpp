#pragma once

#include <optional>

#include "base/time.hpp"
#include "device/command/outcome.hpp"
#include "device/platform/vehicle.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// True if the command named a condition.
bool conditional(const protocol::Parameters& parameters);

// The first condition of the command that does not hold. heard_within: what the car has not said for longer is unknown,
// and what is unknown does not hold.
std::optional<Unmet> firstUnmet(const protocol::Parameters& parameters, const VehicleSnapshot& car,
                                Duration heard_within);

}  // namespace smartkar::device
