// A car that speaks over a connection of its own, and changes between it and the broker.
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

bool closed(const World& world) { return world.latest<CloseTcp>().has_value(); }

TEST(CarOverTcp, GetsACommandOnceWithoutABroker) {
  World world;
  world.disconnectBroker();
  world.moveCarToTcp();
  EXPECT_EQ(world.device().presence, Presence::Awake);
  const CommandId id = world.request("vehicle.startCharging");
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
  EXPECT_EQ(world.published.back().tcp, world.tcp());
}

TEST(CarOverTcp, IsRungOverItsConnectionWhenItSleeps) {
  World world;
  world.moveCarToTcp();
  world.run(1min);
  ASSERT_EQ(world.device().presence, Presence::Asleep);
  world.disconnectBroker();
  const CommandId id = world.request("vehicle.startCharging");
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), 1);
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(CarOverTcp, OutcomeIsAcknowledgedInItsContact_P3) {
  World world;
  world.moveCarToTcp();
  world.request("vehicle.startCharging");
  world.run(10s);
  EXPECT_EQ(world.car.outboxSize(), 0u);
}

TEST(CarOverTcp, ReturnsToTheBrokerInTheMiddleOfACommand_P1_P3) {
  World world;
  world.moveCarToTcp();
  world.lost_to_server = [](const auto& message) { return message.channel == Channel::Response; };
  const CommandId id = world.request("vehicle.startCharging");
  world.run(4s);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  world.lost_to_server = [](const auto&) { return false; };
  world.moveCarToBroker();
  EXPECT_TRUE(closed(world));
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(CarOverTcp, TakesOverWhatTheBrokerDidNotDeliver_P1_P3) {
  World world;
  world.wakeCar();
  world.lost_to_car = [](const PublishCommand& message) { return message.kind == PublishKind::Command; };
  const CommandId id = world.request("vehicle.startCharging");
  world.disconnectBroker();
  world.run(20s);
  world.lost_to_car = [](const auto&) { return false; };
  world.moveCarToTcp();
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(CarOverTcp, WillOfItsEarlierSessionDoesNotEndItsContact_P6) {
  World world;
  world.wakeCar();
  const std::uint32_t conn = world.car.conn();
  world.moveCarToTcp();
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":)" + std::to_string(conn) + "}");
  world.receive(Channel::Status, "offline");
  EXPECT_EQ(world.device().presence, Presence::Awake);
  const CommandId id = world.request("vehicle.startCharging");
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(CarOverTcp, IsNotTouchedByABrokerThatForgotItsSessions) {
  World world;
  world.moveCarToTcp();
  world.disconnectBroker();
  world.connectBroker(false);
  EXPECT_TRUE(world.device().reachable);
  const CommandId id = world.request("vehicle.startCharging");
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(CarOverTcp, IsLostWhenItsConnectionEndsAwake_P6) {
  World world;
  world.moveCarToTcp();
  world.endTcp(world.tcp(), true);
  EXPECT_EQ(world.device().presence, Presence::Lost);
  EXPECT_FALSE(world.device().reachable);
}

TEST(CarOverTcp, SleepsOnButOutOfReachWhenItsConnectionEndsAsleep_P6) {
  World world;
  world.moveCarToTcp();
  world.run(1min);
  world.endTcp(world.tcp(), true);
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_FALSE(world.device().reachable);
}

TEST(CarOverTcp, EndOfAnEarlierConnectionMeansNothing) {
  World world;
  world.moveCarToTcp();
  const std::uint64_t earlier = world.tcp();
  world.moveCarToTcp();
  world.endTcp(earlier, true);
  EXPECT_EQ(world.device().presence, Presence::Awake);
}

TEST(CarOverTcp, ConnectsAgainAfterAServerCrash) {
  World world;
  world.moveCarToTcp();
  const CommandId id = world.request("vehicle.startCharging");
  world.restartServer();
  world.moveCarToTcp();
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

}  // namespace
}  // namespace smartkar::server
