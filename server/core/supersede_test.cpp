#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::kCcid;
using testing::World;

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }

TEST(Supersede, OnlyTheLatestWishReachesASleepingCar) {
  World world;
  world.car.hears_rings = false;
  const CommandId first = world.request("vehicle.startCharging", R"({"targetSoc":60})");
  const CommandId other = world.request("vehicle.startClimate");
  const CommandId second = world.supersede("vehicle.startCharging", R"({"targetSoc":90})");
  EXPECT_EQ(world.command(first).state, CommandState::Cancelled);
  EXPECT_EQ(world.command(first).history.back().detail, "superseded by " + std::to_string(second));
  EXPECT_FALSE(isFinal(world.command(other).state));
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.command(other).state, CommandState::Completed);
  EXPECT_EQ(world.command(second).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[first], 0);
}

TEST(Supersede, WaitsUntilTheCarHasGivenUpTheEarlierOne) {
  World world;
  world.car.acts_at_once = false;
  world.car.works_for = 30s;
  world.wakeCar();
  const CommandId first = world.request("vehicle.startCharging");
  world.lost_to_car = [](const PublishCommand& m) { return m.kind == PublishKind::Cancel; };
  const CommandId second = world.supersede("vehicle.stopCharging");
  world.run(4s);
  EXPECT_EQ(world.command(second).state, CommandState::Queued);
  world.lost_to_car = [](const PublishCommand&) { return false; };
  world.run(40s);
  EXPECT_EQ(world.command(first).state, CommandState::Cancelled);
  EXPECT_EQ(world.command(second).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[first], 0);
}

TEST(Supersede, NeverOvertakesAnEarlierOneTheCarDoesNotAnswerFor) {
  World world;
  world.car.awake_for = 30min;
  world.wakeCar();
  world.lost_to_car = [](const PublishCommand& m) { return m.kind == PublishKind::Cancel || isCommand(m); };
  const CommandId first = world.request("vehicle.startCharging");
  world.supersede("vehicle.stopCharging");
  world.run(20min);
  EXPECT_TRUE(world.command(first).unconfirmed);
  for (const PublishCommand& message : world.published) {
    EXPECT_TRUE(!isCommand(message) || message.id == first);
  }
}

TEST(Supersede, ActionWithoutSubjectIsRefusedByName) {
  World world;
  EXPECT_EQ(world.supersede("ping"), 0u);
  ASSERT_TRUE(world.latest<CommandRefused>());
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::BadSupersede);
  EXPECT_EQ(world.latest<CommandRefused>()->field.field, "supersede");
}

TEST(Supersede, IsPartOfWhatAnIdempotencyKeyIsBoundTo) {
  World world;
  ASSERT_NE(world.request("vehicle.stopCharging", "", {}, "key 1"), 0u);
  EXPECT_EQ(world.supersede("vehicle.stopCharging"), 0u);  // its key is "key 1" as well
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::IdempotencyConflict);
}

}  // namespace
}  // namespace smartkar::server
