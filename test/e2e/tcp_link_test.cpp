// The car's TCP link when there is no broker, against the real server.
#include <gtest/gtest.h>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

const boost::json::object kStartCharging = {{"action", "vehicle.startCharging"}, {"params", {{"targetSoc", 80}}}};

// The first failure leads to the next link.
const Arguments kAwake = {"--set", "linkFailures=1", "--idle", "600"};

TEST(TcpLink, P3CommandIsCarriedOutOnceWithoutABroker) {
  World world;
  world.startServer();
  world.startCar({}, kAwake);
  EXPECT_EQ(world.waitForPresence("awake", 60s).at("link").as_string(), "tcp");

  const auto id = world.post(kStartCharging);
  EXPECT_EQ(world.waitForFinal(id, 60s).at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(TcpLink, P1CommandUnderWayWhenTheBrokerDiesEndsOverTcpOnce) {
  World world;
  world.startAll({}, kAwake);
  world.waitForPresence("awake", 60s);

  const auto id = world.post(kStartCharging);
  ASSERT_TRUE(world.device().waitForText("command " + std::to_string(id), World::patient(30s)));
  world.broker().kill();

  EXPECT_EQ(world.waitForFinal(id, 120s).at("state").as_string(), "completed");
  EXPECT_EQ(world.presence().at("link").as_string(), "tcp");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(TcpLink, SleepingCarIsRungOverItAndReturnsToTheBroker) {
  World world;
  world.startServer();
  world.startCar({}, {"--set", "linkFailures=1", "--set", "linkReturnWakes=1", "--idle", "1"});
  world.waitUntilAsleep(60s);
  EXPECT_EQ(world.presence().at("link").as_string(), "tcp");

  world.startBroker();
  ASSERT_TRUE(world.server().waitForText("smartkar-server-control: connected", 60s));
  const auto id = world.post(kStartCharging);
  EXPECT_EQ(world.waitForFinal(id, 120s).at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
  ASSERT_TRUE(world.server().waitForText("connection ended", World::patient(60s)));
  const auto second = world.post(kStartCharging);
  EXPECT_EQ(world.waitForFinal(second, 120s).at("state").as_string(), "completed");
  EXPECT_EQ(world.presence().at("link").as_string(), "mqtt");
  EXPECT_EQ(world.effects(), 2u);
}

}  // namespace
}  // namespace smartkar::test
