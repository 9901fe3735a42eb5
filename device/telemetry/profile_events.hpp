#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "device/platform/charging_profile.hpp"
#include "device/telemetry/event_detector.hpp"

namespace smartkar::device {

// What was last told of the timers. Trivially copyable: survives deep sleep, so that what the driver changed during one
// is told after it.
struct ProfileMemory {
  std::array<std::optional<std::uint32_t>, kProfileSlots> fingerprints;
  std::optional<Timers> timers;
};

// Tells the sink which timers changed since the looks that memory keeps (protocol v2.2 section 10.2); what is told for
// the first time is no change. What start commands do to their own profile is no event.
void detectProfileEvents(ProfileMemory& memory, const ProfileBook& book, EventSink& sink);

}  // namespace smartkar::device
