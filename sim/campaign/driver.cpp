#include "sim/campaign/driver.hpp"

namespace smartkar::sim {

void Driver::start() {
  pause_ = within(1h, 10h);
  planNext();
}

void Driver::stop() {
  stopped_ = true;
  const Instant now = car_.clock();
  car_.vehicle().setIgnition(false, now);
  car_.vehicle().setPlugged(true, true, now);
}

void Driver::planNext() {
  time_.after(within(1min, 2 * pause_), [this] {
    if (stopped_) return;
    if (!driving_) use();
    planNext();
  });
}

void Driver::use() {
  used_at_ = time_.now();
  device::EGolfModel& vehicle = car_.vehicle();
  const Instant now = car_.clock();
  switch (random_.below(4)) {
    case 0:
      return drive(within(5min, 40min));
    case 1:
      return vehicle.setPlugged(random_.chance(0.6), random_.chance(0.9), now);
    case 2:
      return vehicle.setLocked(random_.chance(0.5), now);
    default:
      return vehicle.stir(now);
  }
}

void Driver::drive(Duration how_long) {
  driving_ = true;
  car_.vehicle().setPlugged(false, false, car_.clock());
  car_.vehicle().setIgnition(true, car_.clock());
  time_.after(how_long, [this] {
    driving_ = false;
    if (!stopped_) car_.vehicle().setIgnition(false, car_.clock());
  });
}

}  // namespace smartkar::sim
