#include "bench/dialogue/dialogues.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/assert.hpp"
#include "protocol/topics.hpp"
#include "sim/tcp_gate.hpp"

namespace smartkar::bench {
namespace {

using sim::kCcid;
using sim::World;

constexpr Duration kSoon = 10min;

constexpr const char* kGate = "gate.example";
constexpr std::uint16_t kGatePort = 4590;

// TCP is the last of a car's links, so that the one that uses it has a broker that is not there.
sim::SimCarSettings carWith(Engine engine) {
  sim::SimCarSettings car = sim::defaultCar();
  if (engine == Engine::Socket) car.device.mqtt.engine = device::MqttEngineKind::Socket;
  if (engine != Engine::Tcp) return car;
  car.device.mqtt.broker.host = "nowhere.example";
  car.device.tcp.host = kGate;
  car.device.tcp.port = kGatePort;
  return car;
}

std::string commandTopic() {
  return std::string(
      protocol::makeTopic(protocol::kDefaultTopicPrefix, kCcid, protocol::Channel::Command).value().view());
}

void require(bool done) { SK_ASSERT(done); }

// One car and what its dialogues cost, one after the other.
class Scene {
 public:
  Scene(Engine engine, std::uint64_t seed) : Scene(engine, carWith(engine), seed) {}
  Scene(Engine engine, const sim::SimCarSettings& car, std::uint64_t seed) : engine_(engine), world_(seed, log_, car) {
    world_.network.serve(kGate, kGatePort, gate_);
  }

  Cost start() {
    return meter_.until([this] {
      return engine_ == Engine::Tcp ? world_.car.inContact() : world_.broker.subscribed(kCcid, commandTopic());
    });
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
    breakConnections();
    world_.time.runFor(10s);
    world_.car.setPower(true);
  }
  Cost wakeByRing() {
    world_.order("vehicle.stopCharging");
    return untilAnnounced();
  }
  Cost wakeByLoss() {
    breakConnections();
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
    if (engine_ == Engine::Tcp) {
      gate_.writeToAll("{}");
    } else {
      world_.broker.publish({commandTopic(), "{}", mqtt::Qos::AtLeastOnce, false, kNever});
    }
    return meter_.untilQuiet();
  }
  const std::vector<std::string>& lines() const { return meter_.lines(); }

 private:
  // Whoever the car is connected to forgets it.
  void breakConnections() {
    world_.broker.restart(false);
    world_.network.resetAll();
  }
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

  const Engine engine_;
  NullLogSink log_;
  World world_;
  sim::TcpGate gate_{world_.network, world_.server, kCcid};
  DialogueMeter meter_{world_, engine_};
};

// By a car that does not fall asleep meanwhile.
Cost measureReceive(Engine engine) {
  sim::SimCarSettings car = carWith(engine);
  car.device.controller.sleep.idle = 1h;
  Scene scene(engine, car, 1);
  scene.inContact();
  return scene.receive();
}

}  // namespace

Dialogues measureDialogues(Engine engine) {
  Dialogues all;
  Scene scene(engine, 1);
  all.first_start = scene.start();
  scene.inContact();
  all.publish = scene.publish();
  scene.powerCut();
  all.cold_to_subscribed = scene.start();
  scene.inContact();
  scene.asleep();
  all.wake_to_first_publish = scene.wakeByRing();
  scene.inContact();
  scene.asleep();
  all.wake_without_session = scene.wakeByLoss();
  scene.inContact();
  scene.asleep();
  all.wake_cycle = scene.wakeForStop();
  scene.asleep();
  all.wake_until_asleep = scene.wakeForStopUntilAsleep();
  all.receive = measureReceive(engine);
  return all;
}

Latency measureRingToFirstPuback(int seeds) {
  std::vector<Duration> times;
  for (int seed = 1; seed <= seeds; ++seed) {
    Scene scene(Engine::Native, static_cast<std::uint64_t>(seed));
    scene.inContact();
    scene.asleep();
    times.push_back(scene.wakeByRing().time);
  }
  std::ranges::sort(times);
  const auto rank = [&](std::size_t percent) { return times[(times.size() * percent + 99) / 100 - 1]; };
  return {rank(50), rank(99)};
}

}  // namespace smartkar::bench
