#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::FakeCar;
using testing::kCcid;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }
bool isCancel(const PublishCommand& message) { return message.kind == PublishKind::Cancel; }

TEST(Cancel, BeforeItWasSentIsTheServersOwnDecision) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(world.cancel(id), std::nullopt);
  EXPECT_EQ(world.command(id).state, CommandState::Cancelled);
  EXPECT_EQ(world.command(id).history.back().detail, "by anna");
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
  EXPECT_EQ(world.publishedCount(PublishKind::Cancel), 0);
  EXPECT_EQ(world.car.effects[id], 0);
}

TEST(Cancel, OfACommandLostOnTheWayLeavesATombstone_P1_P4) {
  World world;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging);
  ASSERT_EQ(world.command(id).state, CommandState::Sent);
  EXPECT_EQ(world.cancel(id), std::nullopt);
  EXPECT_EQ(world.command(id).state, CommandState::Cancelled);
  EXPECT_TRUE(world.command(id).decided_by_car);
  // The copy that was thought lost arrives after all.
  for (const PublishCommand& message : world.published) {
    if (isCommand(message)) world.car.receive(message.payload, world.now(), world.wall());
  }
  world.run(1min);
  EXPECT_EQ(world.car.effects[id], 0);
}

TEST(Cancel, IsNotSaidOnAGuessWhileTheCarDoesNotAnswer_P4) {
  World world;
  world.car.hears_rings = false;
  world.wakeCar();
  world.lost_to_car = [](const PublishCommand& m) { return isCommand(m) || isCancel(m); };
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(world.cancel(id), std::nullopt);
  world.run(2min);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  EXPECT_EQ(world.command(id).withdrawal, Withdrawal::Cancelled);
  EXPECT_TRUE(world.command(id).unconfirmed);
  world.lost_to_car = [](const PublishCommand&) { return false; };
  world.wakeCar();
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Cancelled);
  EXPECT_EQ(world.command(id).history.back().detail, "the car never had it");
}

TEST(Cancel, OfARunningCommandThatCanStillBeStopped) {
  World world;
  world.car.acts_at_once = false;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging);
  ASSERT_EQ(world.command(id).state, CommandState::InProgress);
  EXPECT_EQ(world.cancel(id), std::nullopt);
  EXPECT_EQ(world.command(id).state, CommandState::Cancelled);
  world.run(1min);
  EXPECT_EQ(world.car.effects[id], 0);
}

TEST(Cancel, ThatComesTooLateLetsTheCommandGoOn_P4) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(world.cancel(id), std::nullopt);
  EXPECT_EQ(world.command(id).state, CommandState::InProgress);
  EXPECT_EQ(world.command(id).withdrawal, Withdrawal::None);
  EXPECT_EQ(world.command(id).history.back().detail, "too late to cancel");
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
  EXPECT_EQ(world.cancel(id), CancelRefusal::Ended);
  EXPECT_EQ(world.cancel(id + 1), CancelRefusal::UnknownCommand);
}

TEST(Cancel, OfABusyCommandAsksTheCarBecauseACopyMayBeOut_P4) {
  World world;
  world.car.works_for = 40s;
  world.wakeCar();
  const CommandId first = world.request(kStartCharging);
  world.misleadAbout(first);
  const CommandId second = world.request("vehicle.startClimate");
  ASSERT_EQ(world.command(second).state, CommandState::Queued);
  ASSERT_EQ(world.command(second).attempts, 1u);
  EXPECT_EQ(world.cancel(second), std::nullopt);
  EXPECT_EQ(world.car.cancels, 1);
  EXPECT_EQ(world.command(second).state, CommandState::Cancelled);
  EXPECT_TRUE(world.command(second).decided_by_car);
}

TEST(Cancel, SurvivesAServerCrash) {
  World world;
  world.wakeCar();
  world.lost_to_car = [](const PublishCommand& m) { return isCommand(m) || isCancel(m); };
  const CommandId id = world.request(kStartCharging);
  world.cancel(id);
  world.restartServer();
  EXPECT_EQ(world.command(id).withdrawal, Withdrawal::Cancelled);
  world.lost_to_car = [](const PublishCommand&) { return false; };
  world.wakeCar();
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Cancelled);
  EXPECT_EQ(world.car.effects[id], 0);
}

TEST(Expiry, SentButUnansweredCommandIsCalledOffAndThenExpired_P4) {
  World world;
  world.car.awake_for = 10min;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging, "", 20);
  world.run(25s);
  EXPECT_EQ(world.publishedCount(PublishKind::Cancel), 1);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  EXPECT_TRUE(world.command(id).decided_by_car);
}

TEST(Expiry, BusyCommandIsNotCalledExpiredBeforeTheCarSaysSo_P4) {
  World world;
  world.car.works_for = 50s;
  world.wakeCar();
  const CommandId first = world.request(kStartCharging);
  world.misleadAbout(first);
  const CommandId second = world.request("vehicle.startClimate", "", 15);
  ASSERT_EQ(world.command(second).state, CommandState::Queued);
  world.lost_to_car = [](const PublishCommand& m) { return isCommand(m) || isCancel(m); };
  world.run(20s);
  EXPECT_FALSE(isFinal(world.command(second).state));
}

TEST(NeverReceived, OfAnEarlierContactReleasesNothing_P4) {
  World world;
  world.wakeCar();
  const std::uint32_t earlier = world.car.contact();
  world.lost_to_server = [](const FakeCar::Message& m) { return m.channel == Channel::Response; };
  const CommandId id = world.request(kStartCharging);
  world.car.reconnect(world.now());
  world.run(0s);
  world.receive(Channel::Response, R"({"id":)" + std::to_string(id) + R"(,"ok":false,"status":"never_received",)" +
                                       R"("contact":)" + std::to_string(earlier) + R"(,"boot":1,"seq":90})");
  EXPECT_NE(world.command(id).last_contact, 0u);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
}

}  // namespace
}  // namespace smartkar::server
