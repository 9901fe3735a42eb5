#include "device/command/vehicle_handler.hpp"

#include "device/command/state_json.hpp"

namespace smartkar::device {

void VehicleHandler::handle(const protocol::Parameters& parameters, Instant now, Reply& reply) {
  if (parameters.spec().action == protocol::Action::RequestState) return requestState(now, reply);
  writeState(reply.result(), vehicle_.snapshot(now));
}

void VehicleHandler::requestState(Instant now, Reply& reply) {
  const bool requested = vehicle_.refresh(now);
  for (const std::string_view name : {"plugRequested", "chargeRequested", "climateRequested"}) {
    reply.result().key(name).boolean(requested);
  }
}

}  // namespace smartkar::device
