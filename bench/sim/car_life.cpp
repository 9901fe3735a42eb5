#include "bench/sim/car_life.hpp"

#include <ctime>

#include "sim/world.hpp"

namespace smartkar::bench {
namespace {

using sim::World;

Duration processorTime() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(used.tv_sec) +
                                              std::chrono::nanoseconds(used.tv_nsec));
}

sim::SimCarSettings ordinaryCar() {
  sim::SimCarSettings car = sim::defaultCar();
  car.device.controller.link_keep_alive = 300s;
  return car;
}

void liveADay(World& world) {
  world.time.runFor(8h);
  world.car.vehicle().setPlugged(false, false, world.car.clock());
  world.car.vehicle().setIgnition(true, world.car.clock());
  world.time.runFor(1h);
  world.car.vehicle().setIgnition(false, world.car.clock());
  world.time.runFor(15h);
}

}  // namespace

CarLife liveQuietly(int days) {
  CarLife life;
  const Duration began = processorTime();
  NullLogSink log;
  World world(1, log, ordinaryCar());
  world.car.on_start = [&](device::WakeCause) { ++life.starts; };
  world.broker.on_published = [&](const sim::BrokerMessage& message) {
    life.samples += message.topic.ends_with("/state");
  };
  for (int day = 0; day < days; ++day) liveADay(world);
  const auto known = world.server.device(sim::kCcid);
  life.in_touch = known && known->proved_at && world.time.wall() - *known->proved_at < std::chrono::minutes(185);
  life.lived = world.time.now() - Instant{};
  life.processor_time = processorTime() - began;
  return life;
}

}  // namespace smartkar::bench
