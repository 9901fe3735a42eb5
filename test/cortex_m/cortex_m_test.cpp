// The device core on an emulated Cortex-M4, against real server, broker and the simulated modem.
#include <gtest/gtest.h>

#include "test/cortex_m/microcontroller.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

struct CortexM : testing::Test {
  void start(const std::string& settings) {
    world.startBroker();
    world.startServer();
    world.startModem();
    car.emplace(world, settings);
    car->powerOn();
  }

  World world;
  std::optional<Microcontroller> car;
};

TEST_F(CortexM, SleepingCarIsRungAwakeAndActsOnce) {
  start("idle_s=1\n");
  ASSERT_TRUE(car->processor().waitForText("car asleep", 60s)) << testing::PrintToString(car->processor().lines());
  world.waitForPresence("asleep", 10s);

  const auto send = world.send("vehicle.startCharging", {"targetSoc=80"});
  EXPECT_EQ(send->waitForExit(60s), 0) << testing::PrintToString(car->processor().lines());
  EXPECT_TRUE(send->waitForText("completed", 0s));
  EXPECT_EQ(world.presence().at("wakeCause").as_string(), "modem_ri");
  EXPECT_EQ(car->effects(), 1u);
}

TEST_F(CortexM, P1RepeatedCommandAfterAPowerCutIsAnsweredFromTheJournal) {
  start("idle_s=600\n");
  world.waitForPresence("awake", 60s);
  const auto commands = world.listen("command");
  const auto id = world.post({{"action", "vehicle.startClimate"}});
  EXPECT_EQ(world.waitForFinal(id, 60s).at("state").as_string(), "completed");
  EXPECT_EQ(car->effects(), 1u);
  const auto sent = commands->waitForText("\"id\":" + std::to_string(id), 10s);
  ASSERT_TRUE(sent);

  car->cutPower();
  const auto responses = world.listen("response");
  car->powerOn();
  ASSERT_TRUE(car->processor().waitForText("in contact", 60s)) << testing::PrintToString(car->processor().lines());
  world.publishRaw(*sent);
  EXPECT_TRUE(responses->waitForText("\"id\":" + std::to_string(id), 30s));
  const auto next = world.post({{"action", "vehicle.stopClimate"}});
  EXPECT_EQ(world.waitForFinal(next, 60s).at("state").as_string(), "completed");
  EXPECT_EQ(car->effects(), 1u) << "only the stop";
}

}  // namespace
}  // namespace smartkar::test
