#pragma once

#include "device/platform/vehicle.hpp"
#include "protocol/json_writer.hpp"

namespace smartkar::device {

// Writes everything known of the vehicle as members of the open object: the domains of the state under their names,
// each with its age, and what is unknown as null.
void writeState(protocol::JsonWriter& writer, const VehicleSnapshot& car);

}  // namespace smartkar::device
