#include "server/core/contact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::FakeCar;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }

TEST(Contact, RetainedReplayOpensNone_P6) {
  World world;
  world.wakeCar();
  world.disconnectBroker();
  world.restartServer();  // the broker replays the retained status
  world.car.hears_rings = false;
  world.lost_to_car = [](const PublishCommand&) { return true; };
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
  EXPECT_EQ(world.command(id).state, CommandState::Ringing);
}

TEST(Contact, StatusOfAnOlderConnectionOpensNone) {
  World world;
  world.wakeCar();
  world.car.reconnect(world.now());
  world.run(1s);
  const auto contact = world.device().contact;
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2","maxId":0})");
  EXPECT_EQ(world.device().contact, contact);
}

TEST(Contact, StatusOfAnEarlierBrokerConnectionOpensNone) {
  World world;
  world.receiveOfGeneration(0, Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2"})");
  EXPECT_EQ(world.publishedCount(PublishKind::Sync), 0);
}

TEST(Contact, SameNonceAgainIsSyncedButNothingIsResent) {
  World world;
  world.wakeCar();
  world.lost_to_car = isCommand;
  world.lost_to_server = [](const FakeCar::Message& m) { return m.channel == Channel::Response; };
  world.request(kStartCharging);
  const int syncs = world.publishedCount(PublishKind::Sync);
  world.car.announce();
  world.run(1s);
  EXPECT_EQ(world.publishedCount(PublishKind::Sync), syncs + 1);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
}

TEST(Contact, SleepAnnouncementEndsIt) {
  World world;
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  world.car.hears_rings = false;
  world.request(kStartCharging);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
}

TEST(Contact, SyncAsksForStateUntilThereIsSome) {
  World world;
  world.wakeCar();
  EXPECT_THAT(world.published.back().payload, ::testing::HasSubstr("want"));
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":1})");
  world.car.announce();
  world.run(1s);
  EXPECT_THAT(world.published.back().payload, ::testing::Not(::testing::HasSubstr("want")));
}

TEST(Contact, WhenTheBrokerDroppedMessagesEveryCarIsAskedForItsState) {
  World world;
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":1})");
  world.wakeCar();
  EXPECT_THAT(world.published.back().payload, ::testing::Not(::testing::HasSubstr("want")));
  const int syncs = world.publishedCount(PublishKind::Sync);
  world.dropAtBroker();
  EXPECT_EQ(world.publishedCount(PublishKind::Sync), syncs + 1);
  EXPECT_THAT(world.published.back().payload, ::testing::HasSubstr("want"));
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":44}},"boot":1,"seq":2})");
  world.car.announce();
  world.run(1s);
  EXPECT_THAT(world.published.back().payload, ::testing::Not(::testing::HasSubstr("want")));
}

TEST(Contact, SyncTellsOfTheWillUntilTheCarGoesToSleepAgain) {
  World world;
  world.wakeCar();
  EXPECT_THAT(world.published.back().payload, ::testing::Not(::testing::HasSubstr("lost")));
  world.run(1min);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  world.car.reconnect(world.now());
  world.run(1s);
  EXPECT_THAT(world.published.back().payload, ::testing::HasSubstr(R"("lost":true)"));
  world.run(1min);
  world.car.announce();
  world.run(1s);
  EXPECT_THAT(world.published.back().payload, ::testing::Not(::testing::HasSubstr("lost")));
}

}  // namespace
}  // namespace smartkar::server
