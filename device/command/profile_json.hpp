#pragma once

#include <cstddef>

#include "base/time.hpp"
#include "device/platform/charging_profile.hpp"
#include "protocol/json_writer.hpp"

namespace smartkar::device {

// Writes one profile as an object, as protocol v2.2 section 7.4 has it, with its age in place of a time since boot. A
// slot that the car has not told yet has `valid` false and little else. slot: 0 … 3.
void writeProfile(protocol::JsonWriter& writer, const ProfileBook& book, std::size_t slot, Instant now);

// Writes the settings an owner looks at first; fits a response that is kept until acknowledged.
void writeShortProfile(protocol::JsonWriter& writer, const ChargingProfile& profile, std::size_t slot);

}  // namespace smartkar::device
