#include <gtest/gtest.h>
#include <signal.h>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

const boost::json::object kStartCharging = {{"action", "vehicle.startCharging"}, {"params", {{"targetSoc", 80}}}};

bool reached(const boost::json::object& command, std::string_view state) {
  for (const auto& entry : command.at("history").as_array()) {
    if (entry.at("state").as_string() == state) return true;
  }
  return false;
}

TEST(Fault, P5BrokerKilledUnderAnAwakeCarIsFollowedByANewContact) {
  World world;
  world.startAllAwake();

  world.broker().kill();
  world.startBroker();
  const auto id = world.post(kStartCharging);
  const boost::json::object command = world.waitForFinal(id, 60s);

  EXPECT_EQ(command.at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(Fault, P4OutcomeArrivesAlthoughTheBrokerDiedRightAfterAcknowledgingIt) {
  World world;
  world.startAllAwake();

  const auto id = world.post(kStartCharging);
  world.waitForCommand(
      id, [](const auto& command) { return reached(command, "accepted"); }, 30s);
  // The server hears nothing while the broker takes the outcome and dies with it.
  world.server().signal(SIGSTOP);
  const std::string finished = "command " + std::to_string(id) + " completed";
  ASSERT_TRUE(world.device().waitForText(finished, 60s));
  const std::size_t seen = world.broker().lineCount();
  ASSERT_TRUE(world.broker().waitForText("Sending PUBACK to " + world.ccid(), 30s, seen > 20 ? seen - 20 : 0));
  world.broker().kill();
  world.server().signal(SIGCONT);
  world.startBroker();

  EXPECT_EQ(world.waitForFinal(id, 90s).at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(Fault, P7ServerKilledBetweenSendingAndResponseGoesOnWithTheSameCommand) {
  World world;
  world.startAllAwake();

  const auto id = world.post(kStartCharging);
  world.waitForCommand(
      id, [](const auto& command) { return reached(command, "sent"); }, 30s);
  world.server().kill();
  world.startServer();

  EXPECT_EQ(world.waitForFinal(id, 90s).at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(Fault, BadMessagesAreAnsweredOrDroppedAndTheNextCommandWorks) {
  World world;
  world.startAllAwake();

  const auto responses = world.listen("response");
  world.publishRaw("{\"id\":");
  world.publishRaw(R"({"id":7,"action":"vehicle.flyAway"})");
  world.publishRaw(R"({"id":8,"action":"vehicle.startCharging","targetSoc":"full"})");
  world.publishRaw(R"({"id":9,"action":"vehicle.startCharging","targetSoc":50,"mac":"00000000"})");
  world.publishRaw(R"({"id":10,"action":"vehicle.startCharging","note":")" + std::string(2048, 'x') + "\"}");
  const auto id = world.post(kStartCharging);

  EXPECT_EQ(world.waitForFinal(id, 60s).at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
  EXPECT_TRUE(responses->waitForLine(
      [](const auto& line) { return line.find("\"id\":7,") != line.npos && line.find("not_supported") != line.npos; },
      5s));
  EXPECT_TRUE(responses->waitForLine(
      [](const auto& line) { return line.find("\"id\":8,") != line.npos && line.find("targetSoc") != line.npos; }, 5s));
  // Nothing in a message with a wrong mac can be trusted, its id included; the long one never leaves the broker.
  EXPECT_FALSE(responses->waitForText("\"id\":9,", 0s));
  EXPECT_FALSE(responses->waitForText("\"id\":10,", 0s));
  EXPECT_TRUE(world.device().running());
  EXPECT_TRUE(world.server().running());
}

TEST(Fault, CarKilledMidCommandSaysTheTruthAfterItsRestart) {
  World world;
  world.startAllAwake();

  const auto id = world.post(kStartCharging);
  world.waitForCommand(
      id, [](const auto& command) { return reached(command, "accepted"); }, 30s);
  world.device().kill();
  const std::size_t before = world.effects();
  world.startDevice();

  const boost::json::object command = world.waitForFinal(id, 90s);
  EXPECT_EQ(command.at("state").as_string(), before == 0 ? "failed" : "unknown");
  EXPECT_EQ(world.effects(), before);
}

TEST(Fault, CarThatVanishesIsLostByItsWill) {
  World world;
  world.startAllAwake();
  world.modem().kill();
  world.device().kill();
  EXPECT_EQ(world.waitForPresence("lost", 60s).at("presence").as_string(), "lost");
}

TEST(Fault, Defect60CarThatItsWatchdogResetIsBackWithARecordP5) {
  World world;
  world.startAllAwake();
  const auto events = world.listen("event");

  world.device().signal(SIGALRM);  // of the watchdog's timer
  ASSERT_TRUE(world.device().waitForText("the run before crashed: watchdog", 10s));
  ASSERT_TRUE(events->waitForText(R"("name":"crashed","cause":"watchdog","crashedBoot":1)", 60s));

  const auto id = world.post(kStartCharging);
  EXPECT_EQ(world.waitForFinal(id, 60s).at("state").as_string(), "completed");
}

}  // namespace
}  // namespace smartkar::test
