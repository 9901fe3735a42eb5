#pragma once

#include "base/time.hpp"
#include "device/command/reply.hpp"
#include "device/platform/vehicle.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// The queries of the vehicle domain; what changes the vehicle is carried out by Execution.
class VehicleHandler {
 public:
  // vehicle: must outlive the handler.
  explicit VehicleHandler(Vehicle& vehicle) : vehicle_(vehicle) {}
  // parameters: of vehicle.getState or vehicle.requestState.
  void handle(const protocol::Parameters& parameters, Instant now, Reply& reply);

 private:
  void requestState(Instant now, Reply& reply);

  Vehicle& vehicle_;
};

}  // namespace smartkar::device
