// What a car does with either MQTT engine: the contract of device/link/mqtt_engine.hpp, seen from outside.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mqtt/encoder.hpp"
#include "sim/world.hpp"

namespace smartkar::sim {
namespace {

using device::MqttEngineKind;
using server::CommandState;
using server::Presence;

const std::string kCommandTopic = std::string("smartkar/") + kCcid + "/command";
const std::string kStatusTopic = std::string("smartkar/") + kCcid + "/status";

class StatusRecorder : public LocalClient {
 public:
  void onMessage(const BrokerMessage& message) override { payloads.push_back(message.payload); }
  std::vector<std::string> payloads;
};

struct Engine : testing::TestWithParam<MqttEngineKind> {
  Engine() { world.broker.attach(status, {kStatusTopic}); }
  static SimCarSettings car() {
    SimCarSettings settings = defaultCar();
    settings.device.mqtt.engine = GetParam();
    settings.device.controller.link_keep_alive = 300s;  // connections are not opened anew to learn another
    return settings;
  }
  void expectCompletes(const std::string& action, Duration span = 60s) {
    const auto id = world.order(action);
    EXPECT_TRUE(world.untilFinal(id, span));
    EXPECT_EQ(world.command(id).state, CommandState::Completed);
    EXPECT_TRUE(world.command(id).decided_by_car);
  }
  std::uint32_t connections() const { return world.server.device(kCcid)->conn.value_or(0); }
  void loseContact(Duration span) {
    ASSERT_TRUE(world.time.runUntil([&] { return !world.car.inContact(); }, span));
  }
  static std::string describe(const testing::TestParamInfo<MqttEngineKind>& engine) {
    return engine.param == MqttEngineKind::Native ? "Native" : "Socket";
  }

  NullLogSink log;
  World world{1, log, car()};
  StatusRecorder status;
};
INSTANTIATE_TEST_SUITE_P(Both, Engine, testing::Values(MqttEngineKind::Native, MqttEngineKind::Socket),
                         Engine::describe);

TEST_P(Engine, OpensPublishesAndReceives) {
  ASSERT_TRUE(world.untilInContact(60s));
  EXPECT_EQ(world.server.device(kCcid)->presence, Presence::Awake);
  EXPECT_EQ(connections(), 1u);
  expectCompletes("vehicle.startCharging");
}

TEST_P(Engine, SleepsWithItsSessionAndAdoptsItWhenRung) {
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  world.time.runFor(1h);
  EXPECT_TRUE(world.broker.connected(kCcid));
  expectCompletes("vehicle.startCharging");
  EXPECT_EQ(connections(), 1u) << "a new connection was opened";
}

// The answer to the farewell rings for longer than the modem takes to come to rest.
TEST_P(Engine, GoesToSleepAtOnceAlthoughItsFarewellRings) {
  world.car.modem().timing().ri_width = 1s;
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  ASSERT_EQ(status.payloads.size(), 2u) << "one announcement, one farewell";
}

TEST_P(Engine, AdoptsItsSessionWakeAfterWake) {
  ASSERT_TRUE(world.untilInContact(60s));
  for (int wake = 0; wake < 5; ++wake) {
    ASSERT_TRUE(world.untilAsleep(10min));
    ASSERT_TRUE(world.untilInContact(3h + 1min));
  }
  EXPECT_EQ(connections(), 1u);
}

TEST_P(Engine, OpensAnewAfterALossWithAndWithoutSessionAtTheBroker) {
  ASSERT_TRUE(world.untilInContact(60s));
  for (const bool session_kept : {true, false}) {
    world.network.resetAll();
    world.broker.restart(session_kept);
    loseContact(30s);
    expectCompletes("vehicle.startCharging");
  }
  EXPECT_EQ(connections(), 3u);
}

// No line tells, and nothing is to be sent.
TEST_P(Engine, P5LossThatTheModemKeepsToItselfIsFoundWithinAMinute) {
  SimCarSettings awake = car();
  awake.device.controller.sleep.idle = 1h;
  awake.modem.behaviour.smstate_urc_on_close = false;
  World quiet(1, log, awake);
  ASSERT_TRUE(quiet.untilInContact(60s));
  quiet.time.runFor(2min);
  quiet.network.resetAll();
  quiet.broker.restart(false);
  EXPECT_TRUE(
      quiet.time.runUntil([&] { return quiet.server.device(kCcid)->conn == 2u && quiet.car.inContact(); }, 60s));
}

TEST_P(Engine, CommandsOrderedWhileTheConnectionIsBrokenArriveOnce) {
  ASSERT_TRUE(world.untilInContact(60s));
  world.network.resetAll();
  const auto id = world.order("vehicle.startCharging");
  EXPECT_TRUE(world.untilFinal(id, 60s));
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(std::ranges::count(world.car.acts(), device::VehicleOperation::Start, &VehicleAct::operation), 1);
}

TEST_P(Engine, SessionLostInSleepIsNoticedAtTheNextWake) {
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  world.car.modem().dropNat(world.time.now());
  world.broker.restart(true);
  ASSERT_TRUE(world.untilInContact(3h + 5min));
  EXPECT_EQ(connections(), 2u);
}

TEST_P(Engine, ComesBackAfterTheBearerIsLost) {
  ASSERT_TRUE(world.untilInContact(60s));
  world.car.modem().dropPdp(world.time.now());
  loseContact(30s);
  EXPECT_TRUE(world.untilInContact(60s));
}

TEST_P(Engine, ComesBackAfterTheModemRestarted) {
  ASSERT_TRUE(world.untilInContact(60s));
  world.car.modem().brownOut(world.time.now());
  loseContact(30s);
  EXPECT_TRUE(world.untilInContact(60s));
  expectCompletes("vehicle.startCharging");
}

TEST_P(Engine, ModemThatRestartsInSleepIsUsedAnewAfterTheNextWake) {
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  world.car.modem().brownOut(world.time.now());
  ASSERT_TRUE(world.untilInContact(3h + 5min));
  expectCompletes("vehicle.startCharging");
}

// A broker repeats what was not acknowledged, so a message that cannot be taken must not end every session to come.
TEST_P(Engine, MessagesThatAreTooLongAreDroppedAndDoNotKeepTheCarOffline) {
  ASSERT_TRUE(world.untilInContact(60s));
  for (const std::size_t size : {481u, 1100u, 5000u}) {
    world.broker.publish({kCommandTopic, std::string(size, 'x'), mqtt::Qos::AtLeastOnce});
    world.time.runFor(5s);
    expectCompletes("vehicle.startCharging", 90s);
  }
}

TEST_P(Engine, WillIsPublishedWhenTheConnectionBreaksAndNotWhenItIsClosed) {
  ASSERT_TRUE(world.untilInContact(60s));
  const auto wills = [this] {
    return std::ranges::count_if(status.payloads, [](const std::string& payload) {
      return payload.find("false") != std::string::npos && payload.find("reason") == std::string::npos;
    });
  };
  EXPECT_EQ(wills(), 0);
  world.network.resetAll();
  loseContact(30s);
  EXPECT_EQ(wills(), 1);
  ASSERT_TRUE(world.untilInContact(60s));
  expectCompletes("system.reboot");
  ASSERT_TRUE(world.untilInContact(90s));
  EXPECT_EQ(wills(), 1);
}

// Somebody with the same client id, such as a copy of the car, cuts it off.
TEST_P(Engine, TakenOverByTheSameClientIdItComesBack) {
  ASSERT_TRUE(world.untilInContact(60s));
  std::uint8_t packet[64];
  const auto size = mqtt::encode(mqtt::Connect{.client_id = kCcid}, packet);
  constexpr ConnectionId kStranger = 1'000'000;
  world.broker.opened(kStranger);
  world.broker.received(kStranger, {reinterpret_cast<const char*>(packet), *size});
  loseContact(30s);
  EXPECT_TRUE(world.untilInContact(60s));
  expectCompletes("vehicle.startCharging");
}

}  // namespace
}  // namespace smartkar::sim
