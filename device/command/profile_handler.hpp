#pragma once

#include "base/time.hpp"
#include "device/command/reply.hpp"
#include "device/platform/vehicle.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::device {

// The queries of the profiles domain, answered with what the car has told; what changes a profile is carried out by
// Execution.
class ProfileHandler {
 public:
  // vehicle: must outlive the handler.
  explicit ProfileHandler(Vehicle& vehicle) : vehicle_(vehicle) {}
  // True for the actions of this domain that handle() takes.
  static bool handles(protocol::Action action) {
    using protocol::Action;
    return action == Action::GetProfiles || action == Action::GetProfile || action == Action::RefreshProfiles;
  }
  // parameters: of an action that it handles.
  void handle(const protocol::Parameters& parameters, Instant now, Reply& reply);

 private:
  void writeAll(Instant now, Reply& reply) const;

  Vehicle& vehicle_;
};

}  // namespace smartkar::device
