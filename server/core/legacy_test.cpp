#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

std::string answer(CommandId id, const std::string& rest) {
  return R"({"id":)" + std::to_string(id) + "," + rest + "}";
}

int sentTo(const World& world) {
  return static_cast<int>(std::count_if(world.effects.begin(), world.effects.end(),
                                        [](const Effect& e) { return std::holds_alternative<SendLegacy>(e); }));
}

TEST(OldFirmware, GetsACommandOnceAndItsSilenceIsUnknown_P1_P4) {
  World world;
  world.connectLegacy();
  const CommandId id = world.request("vehicle.startCharging");
  EXPECT_EQ(sentTo(world), 1);
  world.run(59s);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  world.run(1h);
  world.disconnectLegacy();
  world.connectLegacy();
  world.run(10min);
  EXPECT_EQ(sentTo(world), 1);
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
  world.receive(Channel::Response, answer(id, R"("ok":true,"status":"completed")"));
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(OldFirmware, IsNotAskedAgainAfterAServerCrash) {
  World world;
  world.connectLegacy();
  const CommandId id = world.request("vehicle.startCharging");
  world.restartServer();
  world.connectLegacy();
  world.run(30s);
  EXPECT_EQ(sentTo(world), 1);
  EXPECT_EQ(world.command(id).state, CommandState::Sent) << world.command(id).history.back().detail;
}

TEST(OldFirmware, BusyIsTheOnlyReasonToSendAgain) {
  World world;
  world.connectLegacy();
  const CommandId id = world.request("vehicle.startCharging");
  world.receive(Channel::Response, answer(id, R"("ok":false,"status":"busy")"));
  EXPECT_EQ(world.command(id).state, CommandState::Queued);
  world.run(15s);
  EXPECT_EQ(sentTo(world), 2);
  world.receive(Channel::Response, answer(id, R"("ok":true,"status":"in_progress","stage":"accepted")"));
  EXPECT_EQ(world.command(id).state, CommandState::Accepted);
  world.receive(Channel::Response, answer(id, R"("ok":true,"status":"completed")"));
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(OldFirmware, CannotBeAskedToGiveUpACommand) {
  World world;
  world.connectLegacy();
  const CommandId id = world.request("vehicle.startCharging");
  EXPECT_EQ(world.cancel(id), CancelRefusal::OldFirmware);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
}

TEST(OldFirmware, ActuatingCommandsGoOneAtATime) {
  World world;
  world.connectLegacy();
  const CommandId first = world.request("vehicle.startCharging");
  const CommandId second = world.request("vehicle.startClimate");
  EXPECT_EQ(world.command(second).state, CommandState::Queued);
  world.receive(Channel::Response, answer(first, R"("ok":true,"status":"completed")"));
  EXPECT_EQ(world.command(second).state, CommandState::Sent);
}

TEST(OldFirmware, AsleepWithAnOpenSessionIsSentToAndStaysAsleepWhenThatEnds_P6) {
  World world;
  world.connectLegacy();
  world.sleepLegacy();
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_TRUE(world.device().reachable);
  world.request("vehicle.startCharging");
  EXPECT_EQ(sentTo(world), 1);
  world.disconnectLegacy();
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_FALSE(world.device().reachable);
}

TEST(OldFirmware, NeverGetsACommandWithConditionsItWouldPassOver) {
  World world;
  world.connectLegacy();
  const CommandId id = world.request("vehicle.startCharging", R"({"onlyIf":{"parked":true}})");
  EXPECT_EQ(sentTo(world), 0);
  EXPECT_EQ(world.command(id).state, CommandState::Rejected);
  EXPECT_EQ(world.command(id).error, "old firmware cannot check onlyIf");
}

TEST(OldFirmware, ReplacedByNewFirmwareLeavesItsCommandUnknown_P4) {
  World world;
  world.connectLegacy();
  const CommandId id = world.request("vehicle.startCharging");
  world.disconnectLegacy();
  world.wakeCar();
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
  EXPECT_EQ(world.car.effects[id], 0);
}

TEST(OldFirmware, SessionIsClosedWhenTheCarSpeaksOverTheBroker) {
  World world;
  world.connectLegacy();
  world.wakeCar();
  EXPECT_TRUE(world.latest<CloseTcp>().has_value());
  const CommandId id = world.request("vehicle.startCharging");
  world.run(10s);
  EXPECT_EQ(sentTo(world), 0);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

}  // namespace
}  // namespace smartkar::server
