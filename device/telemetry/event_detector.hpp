#pragma once

#include "device/platform/vehicle.hpp"
#include "protocol/event.hpp"

namespace smartkar::device {

class EventSink {
 public:
  virtual ~EventSink() = default;
  // event: without time, boot and seq, which the sink adds. Valid only during the call.
  virtual void onEvent(const protocol::Event& event) = 0;
};

// Tells the sink what happened between two looks at the vehicle (protocol v2.2 section 10.1). A value that is unknown
// on either side says nothing.
void detectEvents(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink);

}  // namespace smartkar::device
