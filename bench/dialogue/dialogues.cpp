#include "bench/dialogue/dialogues.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "protocol/topics.hpp"

namespace smartkar::bench {
namespace {

using sim::kCcid;
using sim::World;

constexpr Duration kSoon = 10min;

std::optional<sim::SimCarSettings> carWith(Engine engine) {
  if (engine != Engine::Native) return std::nullopt;
  return sim::defaultCar();
}

std::string commandTopic() {
  return std::string(
      protocol::makeTopic(protocol::kDefaultTopicPrefix, kCcid, protocol::Channel::Command).value().view());
}

void require(bool done) { SK_ASSERT(done); }

// One car and what its dialogues cost, one after the other.
class Scene {
 public:
  Scene(const sim::SimCarSettings& car, std::uint64_t seed) : world_(seed, log_, car), meter_(world_) {}

  Cost start() {
    return meter_.until([this] { return world_.broker.subscribed(kCcid, commandTopic()); });
  }
  void inContact() {
    require(world_.untilInContact(kSoon));
    meter_.untilQuiet();
  }
  // Long enough for an idle radio and a modem that sleeps.
  void asleep() {
    require(world_.untilAsleep(kSoon));
    world_.time.runFor(1min);
    require(!world_.car.awake());
  }
  // The broker forgets the session meanwhile.
  void powerCut() {
    world_.car.setPower(false);
    world_.broker.restart(false);
    world_.time.runFor(10s);
    world_.car.setPower(true);
  }
  Cost wakeByRing() {
    world_.order("vehicle.stopCharging");
    return untilAnnounced();
  }
  Cost wakeByBroker() {
    world_.broker.restart(false);
    return untilAnnounced();
  }
  Cost wakeForStop() {
    const auto id = ringForStop();
    return meter_.until([&] { return server::isFinal(world_.command(id).state) && !meter_.publishing(); });
  }
  Cost wakeForStopUntilAsleep() {
    ringForStop();
    bool woke = false;
    return meter_.until([&] { return (woke = woke || world_.car.awake()) && !world_.car.awake(); });
  }
  // A message that is answered by nothing: the farewell.
  Cost publish() {
    return meter_.until([this] { return meter_.confirmedPublishes() > 0; });
  }
  // A message that cannot be answered.
  Cost receive() {
    world_.broker.publish({commandTopic(), "{}", mqtt::Qos::AtLeastOnce, false, kNever});
    return meter_.untilQuiet();
  }
  const std::vector<std::string>& lines() const { return meter_.lines(); }

 private:
  Cost untilAnnounced() {
    return meter_.until([this] { return meter_.confirmedPublishes() > 0; });
  }
  // The vehicle wakes as the modem rings: earlier it would wake the car itself.
  server::CommandId ringForStop() {
    const auto id = world_.order("vehicle.stopCharging");
    require(world_.time.runUntil([this] { return !world_.car.modem().ri(); }, kSoon));
    world_.car.vehicle().stir(world_.time.now());
    return id;
  }

  NullLogSink log_;
  World world_;
  DialogueMeter meter_;
};

}  // namespace

std::string_view engineName(Engine engine) {
  switch (engine) {
    case Engine::Native:
      return "native";
    case Engine::Socket:
      return "socket";
    case Engine::Tcp:
      break;
  }
  return "tcp";
}

std::optional<Dialogues> measureDialogues(Engine engine) {
  const auto car = carWith(engine);
  if (!car) return std::nullopt;
  Dialogues all;
  Scene scene(*car, 1);
  all.first_start = scene.start();
  scene.inContact();
  all.receive = scene.receive();
  all.publish = scene.publish();
  scene.powerCut();
  all.cold_to_subscribed = scene.start();
  scene.inContact();
  scene.asleep();
  all.wake_to_first_publish = scene.wakeByRing();
  scene.inContact();
  scene.asleep();
  all.wake_without_session = scene.wakeByBroker();
  scene.inContact();
  scene.asleep();
  all.wake_cycle = scene.wakeForStop();
  scene.asleep();
  all.wake_until_asleep = scene.wakeForStopUntilAsleep();
  return all;
}

Latency measureRingToFirstPuback(int seeds) {
  std::vector<Duration> times;
  for (int seed = 1; seed <= seeds; ++seed) {
    Scene scene(sim::defaultCar(), static_cast<std::uint64_t>(seed));
    scene.inContact();
    scene.asleep();
    times.push_back(scene.wakeByRing().time);
  }
  std::ranges::sort(times);
  const auto rank = [&](std::size_t percent) { return times[(times.size() * percent + 99) / 100 - 1]; };
  return {rank(50), rank(99)};
}

}  // namespace smartkar::bench
