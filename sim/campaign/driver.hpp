#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "sim/sim_car.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// Who uses one car: drives, opens doors, plugs it in.
class Driver {
 public:
  // time, car: outlive this.
  Driver(VirtualTime& time, SimCar& car, std::uint64_t seed) : time_(time), car_(car), random_(seed) {}

  void start();
  // Leaves the car for good, parked and plugged in.
  void stop();
  // When the vehicle was last used; nothing: never.
  std::optional<Instant> usedAt() const { return used_at_; }

 private:
  void planNext();
  void use();
  void drive(Duration how_long);
  Duration within(Duration low, Duration high) { return Duration(random_.between(low.count(), high.count())); }

  VirtualTime& time_;
  SimCar& car_;
  Random random_;
  Duration pause_{};
  bool stopped_ = false;
  bool driving_ = false;
  std::optional<Instant> used_at_;
};

}  // namespace smartkar::sim
