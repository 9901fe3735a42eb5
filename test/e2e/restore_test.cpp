#include <gtest/gtest.h>

#include <map>

#include "test/e2e/world.hpp"

// A server restored from a backup knows less than its car does.
namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

std::string stateOf(const boost::json::object& command) { return std::string(command.at("state").as_string()); }
std::string actionOf(const boost::json::object& command) { return std::string(command.at("action").as_string()); }

class Restore : public ::testing::Test {
 protected:
  // Sends a command and returns it once it has ended.
  boost::json::object done(const char* action) { return world_.waitForFinal(world_.post({{"action", action}}), 60s); }

  // The car sleeps, and no ring wakes it.
  void startAllWithADeafCar() {
    world_.startAll({}, {"--idle", "1"});
    world_.waitUntilAsleep(60s);
    setRings(false);
  }
  void setRings(bool heard) {
    ASSERT_EQ(world_.modemControl(heard ? "set ri_on_smsub true" : "set ri_on_smsub false"), "ok");
  }
  void backUp() {
    world_.backUp();
    world_.stopServer();
  }
  void restore() {
    world_.stopServer();
    world_.restore();
    world_.startServer();
  }
  // An awake car announces itself anew.
  void forceContact() {
    const std::size_t before = world_.device().lineCount();
    world_.broker().kill();
    world_.startBroker();
    ASSERT_TRUE(world_.device().waitForText("in contact", 60s, before));
  }
  // Runs ten commands and returns them by id.
  std::map<std::int64_t, boost::json::object> runTen() {
    static constexpr const char* kActions[] = {"vehicle.startCharging", "vehicle.startClimate", "vehicle.stopCharging",
                                               "vehicle.stopClimate", "vehicle.startCharging"};
    std::map<std::int64_t, boost::json::object> commands;
    for (int i = 0; i < 10; ++i) {
      boost::json::object command = done(kActions[i % 5]);
      commands[command.at("id").as_int64()] = std::move(command);
    }
    return commands;
  }
  // Expects that each is known again, with its outcome.
  void expectFound(const std::map<std::int64_t, boost::json::object>& forgotten) {
    world_.waitForCommand(
        forgotten.rbegin()->first, [](const auto& command) { return command.contains("state"); }, 30s);
    for (const auto& [id, before] : forgotten) {
      const boost::json::object now = world_.command(id);
      ASSERT_TRUE(now.contains("state")) << id;
      EXPECT_EQ(stateOf(now), stateOf(before)) << id;
      EXPECT_EQ(actionOf(now), actionOf(before)) << id;
      EXPECT_EQ(now.at("history").at(0).at("detail").as_string(), "found in the car's journal") << id;
    }
  }

  World world_;
};

TEST_F(Restore, P1P4TenCommandsAfterTheBackupReappearFromTheCarsJournal) {
  world_.startAllAwake();
  const boost::json::object kept = done("vehicle.startClimate");
  backUp();
  world_.startServer();
  const auto forgotten = runTen();
  ASSERT_EQ(forgotten.size(), 10u);
  ASSERT_EQ(world_.effects(), 11u);

  restore();
  forceContact();
  const boost::json::object next = done("vehicle.stopClimate");
  EXPECT_EQ(stateOf(next), "completed");
  EXPECT_GT(next.at("id").as_int64(), forgotten.rbegin()->first);
  EXPECT_EQ(world_.effects(), 12u);
  expectFound(forgotten);
  const auto listed = world_.get("/devices/" + world_.ccid() + "/commands").at("commands").as_array();
  ASSERT_EQ(listed.size(), 12u);
  EXPECT_EQ(listed.front(), boost::json::value(next));
  EXPECT_EQ(listed.back(), boost::json::value(kept));
}

TEST_F(Restore, CommandBeforeTheFirstContactDoesNotHideWhatTheCarRemembers) {
  world_.startAllAwake();
  backUp();
  world_.startServer();
  const auto forgotten = runTen();

  restore();
  EXPECT_EQ(stateOf(done("vehicle.stopClimate")), "completed");
  expectFound(forgotten);
}

TEST_F(Restore, P1CommandThatWasQueuedInTheBackupIsNotDoneAgain) {
  startAllWithADeafCar();
  const auto id = world_.post({{"action", "vehicle.startCharging"}});
  backUp();
  setRings(true);
  world_.startServer();
  ASSERT_EQ(stateOf(world_.waitForFinal(id, 60s)), "completed");
  ASSERT_EQ(world_.effects(), 1u);

  restore();
  const boost::json::object command = world_.waitForFinal(id, 90s);
  EXPECT_EQ(stateOf(command), "completed");
  EXPECT_EQ(world_.effects(), 1u);
}

TEST_F(Restore, P4CommandThatTheRestoredServerClosedByItselfIsCorrected) {
  startAllWithADeafCar();
  const auto id = world_.post({{"action", "vehicle.startCharging"}, {"ttl", 25}});
  backUp();
  setRings(true);
  world_.startServer();
  ASSERT_EQ(stateOf(world_.waitForFinal(id, 24s)), "completed");
  world_.device().kill();

  restore();
  ASSERT_EQ(stateOf(world_.waitForFinal(id, 40s)), "expired");
  world_.startDevice();
  const auto corrected = [](const boost::json::object& command) { return stateOf(command) == "completed"; };
  world_.waitForCommand(id, corrected, 60s);
  EXPECT_EQ(world_.effects(), 1u);
}

}  // namespace
}  // namespace smartkar::test
