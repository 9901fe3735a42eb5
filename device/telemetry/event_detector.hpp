#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "device/platform/vehicle.hpp"
#include "device/telemetry/soc_levels.hpp"
#include "protocol/event.hpp"

namespace smartkar::device {

inline constexpr std::size_t kWatchedFlags = 10;

// What the detection remembers of the looks before. Trivially copyable: survives deep sleep, so that what changed
// during one is told after it.
struct EventMemory {
  std::array<std::optional<bool>, kWatchedFlags> flags;  // as last known: a car that says nothing yet hides no change
  SocLevels soc_levels;
  ChargeGoal charge_goal;
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  // event: without time, boot and seq, which the sink adds. Valid only during the call.
  virtual void onEvent(const protocol::Event& event) = 0;
};

// Tells the sink what happened to the vehicle since the looks that memory keeps (protocol v2.2 section 10.1); a first
// look tells nothing. A value that is unknown says nothing; known again, it is compared with the last one known.
void detectEvents(EventMemory& memory, const VehicleSnapshot& now, EventSink& sink);

}  // namespace smartkar::device
