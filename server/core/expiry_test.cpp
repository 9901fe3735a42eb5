#include "server/core/expiry.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::FakeCar;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }

TEST(Expiry, CommandNeverSentIsExpiredAndNeverExecuted_P2_P4) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(61s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.car.effects.size(), 0u);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
}

TEST(Expiry, NothingIsSentInTheLastTwoSeconds_P2) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(58s);
  world.wakeCar();
  world.run(3s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
}

TEST(Expiry, SentButLostIsUnconfirmedUntilTheCarSaysItNeverHadIt_P4) {
  World world;
  world.wakeCar();
  world.car.hears_rings = false;
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging, "", 30);
  world.run(5min);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  EXPECT_TRUE(world.command(id).unconfirmed);
  world.wakeCar();
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  EXPECT_EQ(world.command(id).history.back().detail, "the car never had it");
  EXPECT_EQ(world.car.effects.size(), 0u);
}

TEST(Expiry, NeverReceivedBeforeExpiryIsSentAgainWithTheSameId_P3) {
  World world;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging, "", 3600);
  world.run(19s);
  world.lost_to_car = [](const PublishCommand&) { return false; };
  world.car.reconnect(world.now());
  world.run(20s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Expiry, EveryCommandEndsEvenIfTheCarIsNeverHeardOfAgain_P3) {
  World world;
  world.wakeCar();
  world.lost_to_server = [](const FakeCar::Message&) { return true; };
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(std::chrono::hours{24 * 30} + 2min);
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
}

}  // namespace
}  // namespace smartkar::server
