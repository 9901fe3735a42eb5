// Every dialogue of the MQTT manager with a fault at each of its steps in turn; what it then believes is compared with
// what the modem was told.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "device/at/testing/at_bench.hpp"
#include "device/link/mqtt_manager.hpp"
#include "device/link/native_engine.hpp"
#include "device/modem/testing/fault_harness.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {
namespace {

constexpr std::string_view kPayload = "{\"soc\":80,\"range_km\":312}";
const std::string kCa(1500, 'c');
const std::string kCertificate(900, 'd');
const std::string kKey(700, 'k');

class CountingSink : public InboundSink {
 public:
  void onCommand(std::string_view) override { ++received; }
  int received = 0;
};

MqttSettings settingsOf(bool tls) {
  MqttSettings settings;
  settings.broker.host = "broker.example";
  settings.tls = tls;
  settings.client_id = "8949000000000000001";
  settings.ccid = "8949000000000000001";
  if (!tls) return settings;
  settings.identity.ca = {"ca.pem", kCa};
  settings.identity.certificate = {"car.pem", kCertificate};
  settings.identity.key = {"car.key", kKey};
  return settings;
}

struct World {
  explicit World(bool with_tls) : tls(with_tls) {
    model.switchOff();
    mqtt.setWill("{\"online\":false}");
  }
  void connectFirst() {
    model.start(true);
    EXPECT_TRUE(bench.run(modem.connect()).ok());
    bench.runFor(60s);
  }
  void openFirst() {
    connectFirst();
    EXPECT_TRUE(bench.run(mqtt.open()).ok());
    modem.onLinkSuccess();
  }

  Task<void> open() {
    const auto done = co_await mqtt.open();
    EXPECT_TRUE(!done.ok() || (mqtt.up() && model.session > 0 && model.subscribed));
  }
  Task<void> publish() {
    const auto done = co_await mqtt.publish(protocol::Channel::State, kPayload, true);
    EXPECT_TRUE(!done.ok() || bench.modem.blocks.back() == kPayload);
  }
  Task<void> close() {
    const auto done = co_await mqtt.close();
    EXPECT_TRUE(!done.ok() || model.session == 0);
  }
  Task<void> check() {
    const auto claim = co_await engine.check();
    EXPECT_TRUE(claim == SessionClaim::Unknown || (claim == SessionClaim::Down) == (model.session == 0));
  }

  void expectDefined() {
    EXPECT_FALSE(pins.power_key);
    EXPECT_EQ(frames.used(), 0u) << "frames left";
    EXPECT_EQ(bench.arena().used(), 0u);
  }
  void expectRecovery(bool at_once) {
    if (!at_once) {
      bench.runFor(60s);
      EXPECT_TRUE(bench.at.idle());
    }
    // That it hangs may become known only by this call, which then ends in a timeout.
    const bool opened = bench.run(mqtt.open()).ok() || (model.hung && bench.run(mqtt.open()).ok());
    EXPECT_TRUE(opened && mqtt.up());
    EXPECT_TRUE(model.session > 0 && model.subscribed && model.was("AT+SMCONF=\"SUBHEX\",1"));
    EXPECT_TRUE(bench.run(mqtt.publish(protocol::Channel::State, kPayload, true)).ok());
    EXPECT_EQ(bench.modem.blocks.back(), kPayload);
    if (tls) expectFiles();
    bench.modem.say(wire("+SMSUB: \"smartkar/8949000000000000001/command\",\"7B7D\""));
    bench.runFor(1s);
    EXPECT_EQ(sink.received, 1);
  }
  void expectFiles() {
    EXPECT_TRUE(model.files["ca.pem"] == kCa && model.files["car.pem"] == kCertificate);
    EXPECT_EQ(model.files["car.key"], kKey);
    EXPECT_EQ(model.converted.size(), 3u) << "a file that was written is not converted";
  }
  Arena& arena() { return bench.arena(); }

  const bool tls;
  AtBench bench;
  FakePins pins;
  ModelModem model{bench.modem, pins};
  FixedArena<kLinkArenaBytes> frames;
  ModemManager modem{bench.at, pins, bench.scheduler, frames, bench.log, {.apn = "iot.apn"}};
  CommandSender sender{bench.at, frames};
  TlsFiles files{sender, settingsOf(tls).identity};
  CountingSink sink;
  MqttProfile profile{settingsOf(tls)};
  SavedSession saved;
  NativeEngine engine{{sender, files, sink, bench.log, profile}, saved};
  MqttManager mqtt{bench.at, modem, engine, profile};
};
struct PlainWorld : World {
  PlainWorld() : World(false) {}
};
struct TlsWorld : World {
  TlsWorld() : World(true) {}
};

template <class AnyWorld>
std::vector<Operation<AnyWorld>> operations() {
  const auto connected = [](AnyWorld& world) { world.connectFirst(); };
  const auto opened = [](AnyWorld& world) { world.openFirst(); };
  const auto asleep = [](AnyWorld& world) {
    world.openFirst();
    EXPECT_TRUE(world.bench.run(world.modem.prepareForSleep()).ok());
  };
  const auto lost = [](AnyWorld& world) {
    world.openFirst();
    world.model.session = 0;
    world.bench.modem.say(wire("+SMSTATE: 0"));
    world.bench.runFor(1s);
  };
  return {
      {"cold open", [](AnyWorld&) {}, &AnyWorld::open},
      {"open", connected, &AnyWorld::open},
      {"adopt after sleep", asleep, &AnyWorld::open},
      {"open after loss", lost, &AnyWorld::open},
      {"publish", opened, &AnyWorld::publish},
      {"check", opened, &AnyWorld::check},
      {"close", opened, &AnyWorld::close},
  };
}

template <class AnyWorld>
class MqttFaults : public ::testing::Test {};
using Worlds = ::testing::Types<PlainWorld, TlsWorld>;
TYPED_TEST_SUITE(MqttFaults, Worlds);

TYPED_TEST(MqttFaults, AtEveryStep_EndDefinedAndTheNextOpenAndPublishWork) {
  int runs = 0;
  for (const auto& operation : operations<TypeParam>()) {
    FaultHarness<TypeParam> harness(operation);
    runs += harness.injectEverywhere();
    this->RecordProperty(operation.name, static_cast<int>(harness.steps()));
  }
  this->RecordProperty("runs", runs);
}

// Any dialogue in any order, ended or cancelled, while every tenth exchange goes wrong in any way.
template <class AnyWorld>
void disturb(AnyWorld& world, Random& random) {
  static constexpr Task<void> (World::*kDialogues[])() = {&World::open, &World::open, &World::publish, &World::check,
                                                          &World::close};
  world.model.misfortune = [&random]() -> std::optional<Fault> {
    if (!random.chance(0.1)) return std::nullopt;
    return kFaults[random.below(std::size(kFaults))];
  };
  for (int turn = 0; turn < 8; ++turn) {
    Task<void> task = (world.*kDialogues[random.below(std::size(kDialogues))])();
    task.start();
    if (random.chance(0.3)) {
      world.bench.runFor(Duration(1ms) * random.between(0, 20000));
    } else {
      world.bench.finish(task);
      ASSERT_TRUE(task.done()) << "does not end";
    }
    task.cancel();
    world.expectDefined();
  }
  world.model.misfortune = nullptr;
}

// Promise P5: after the last fault a contact within 60 s, of which the back-off may take half.
TYPED_TEST(MqttFaults, AtRandom_EndDefinedAndOpenIsBackWithinAMinute) {
  Duration longest{};
  for (std::uint64_t seed = 0; seed < 400 && !this->HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TypeParam world;
    Random random(seed);
    disturb(world, random);
    const Instant calm = world.bench.now;
    bool open = false;
    while (!open && world.bench.now - calm < 1h) open = world.bench.run(world.mqtt.open()).ok();
    longest = std::max(longest, world.bench.now - calm);
    EXPECT_LE(longest / 1s, 60);
    EXPECT_TRUE(world.mqtt.up() && world.model.session > 0 && world.model.subscribed);
    if (world.tls) world.expectFiles();
  }
  this->RecordProperty("longest_seconds", static_cast<int>(longest / 1s));
}

}  // namespace
}  // namespace smartkar::device
