#pragma once

#include "ports/linux/file_descriptor.hpp"

namespace smartkar::ports {

// The signals the program understands, as something to poll.
class Signals {
 public:
  // Blocks them for the process; once, before threads.
  Signals();
  // Takes what arrived.
  void update();
  int descriptor() const { return signals_.get(); }

  // SIGTERM or SIGINT came at least once.
  bool stopRequested() const { return stop_requests_ > 0; }
  // More than once: somebody is impatient.
  bool stopDemanded() const { return stop_requests_ > 1; }
  // SIGUSR1 since the last call: the vehicle stirs.
  bool takeVehicleActivity();

 private:
  FileDescriptor signals_;
  int stop_requests_ = 0;
  bool vehicle_activity_ = false;
};

}  // namespace smartkar::ports
