#pragma once

#include "device/platform/charging_profile.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// What profiles.updateProfile makes of the profile the car keeps: what is not given stays.
ChargingProfile changed(ChargingProfile profile, const protocol::Parameters& parameters);

}  // namespace smartkar::device
