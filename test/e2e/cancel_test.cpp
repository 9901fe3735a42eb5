#include <gtest/gtest.h>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

class Cancel : public ::testing::Test {
 protected:
  Cancel() { world_.startAllAwake(); }

  std::string stateOf(std::int64_t id) { return std::string(world_.command(id).at("state").as_string()); }
  // Starts charging and waits until the car has the command and wakes the vehicle for it.
  std::int64_t startCharging() {
    const auto id = world_.post({{"action", "vehicle.startCharging"}});
    const auto taken = [](const boost::json::object& command) { return command.at("state") == "in_progress"; };
    world_.waitForCommand(id, taken, 30s);
    return id;
  }
  int cancel(std::int64_t id) {
    return world_.ctl({"cancel", world_.ccid(), std::to_string(id), "--wait", "--timeout", "20s"}).exit_code;
  }

  World world_;
};

TEST_F(Cancel, CommandUnderWayIsGivenUpBeforeItActs) {
  const auto id = startCharging();
  EXPECT_EQ(cancel(id), 0);
  EXPECT_EQ(stateOf(id), "cancelled");
  EXPECT_EQ(world_.journal(id), "cancelled");
  EXPECT_EQ(cancel(id), 0) << "once more does no harm";
  EXPECT_EQ(world_.effects(), 0u);
}

TEST_F(Cancel, OfACommandThatHasActedSaysHowItEnded) {
  const auto id = startCharging();
  world_.waitForFinal(id, 60s);
  EXPECT_EQ(cancel(id), 1);
  EXPECT_EQ(stateOf(id), "completed");
}

TEST_F(Cancel, SupersedingCommandTakesThePlaceOfTheOneUnderWay) {
  const auto older = startCharging();
  const auto newer = world_.send("vehicle.stopCharging", {"--supersede"});
  EXPECT_EQ(newer->waitForExit(World::patient(60s)), 0) << testing::PrintToString(newer->lines());
  EXPECT_EQ(stateOf(older), "cancelled");
  EXPECT_EQ(world_.effects(), 1u);
  EXPECT_EQ(world_.actuatorFrames().back().at("op").as_string(), "stop");
}

}  // namespace
}  // namespace smartkar::test
