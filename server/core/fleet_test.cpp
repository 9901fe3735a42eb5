#include "server/core/fleet.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::kCcid;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

TEST(Broker, LostSessionMakesReachableUnprovenAndEndsContacts_P6) {
  World world;
  world.wakeCar();
  world.disconnectBroker();
  world.connectBroker(false);
  EXPECT_FALSE(world.device().reachable);
  world.lost_to_car = [](const PublishCommand&) { return true; };
  world.request(kStartCharging);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), 1);
}

TEST(Broker, NothingIsPublishedWhileItIsAwayAndAllOfItAfterwards_P3) {
  World world;
  world.wakeCar();
  world.disconnectBroker();
  world.published.clear();
  const CommandId id = world.request(kStartCharging);
  world.run(5s);
  EXPECT_TRUE(world.published.empty());
  world.connectBroker(true);
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(WallClock, JumpForwardExpiresAtOnce) {
  Fleet fleet;
  const UnixTime wall = unixTime(1767225600);
  const Actions accepted = fleet.on(CommandRequested{1, kCcid, kStartCharging, "", 60, "", "anna"}, Instant{}, wall);
  const CommandId id = std::get<CommandAccepted>(accepted.effects.front()).id;
  fleet.on(TimePassed{}, Instant{} + 1s, wall + std::chrono::hours{2});
  EXPECT_EQ(fleet.command(kCcid, id)->state, CommandState::Expired);
}

}  // namespace
}  // namespace smartkar::server
