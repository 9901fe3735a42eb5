#include "server/core/ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

TEST(Ring, IsRepeatedAtOnceThenAfter30sThen2minThenEvery10min) {
  World world;
  world.car.hears_rings = false;
  world.request(kStartCharging, "", 6 * 3600);
  std::vector<std::int64_t> at;
  for (int minute_half = 0; minute_half < 50; ++minute_half) {
    while (at.size() < static_cast<std::size_t>(world.publishedCount(PublishKind::Ring))) {
      at.push_back(wholeMilliseconds(world.now().time_since_epoch()) / 1000);
    }
    world.run(30s);
  }
  EXPECT_THAT(at, ::testing::ElementsAre(0, 30, 120, 720, 1320));
}

TEST(Ring, ExpiresAtTheNextRingAndNeverWithinTwoSeconds) {
  World world;
  world.car.hears_rings = false;
  world.request(kStartCharging, "", 6 * 3600);
  world.run(13min);
  std::vector<std::uint32_t> expiries;
  for (const PublishCommand& message : world.published) expiries.push_back(message.expiry_s);
  EXPECT_THAT(expiries, ::testing::ElementsAre(30, 90, 600, 600));
}

TEST(Ring, NewRequestDoesNotSitOutALongPause) {
  World world;
  world.car.hears_rings = false;
  world.request(kStartCharging, "", 6 * 3600);
  world.run(5min);
  const int before = world.publishedCount(PublishKind::Ring);
  world.request("vehicle.stopCharging");
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), before + 1);
}

TEST(Ring, DeafCarGetsTheCommandAtItsNextTimerWake_P3) {
  World world;
  world.wakeCar();
  world.run(1min);
  ASSERT_FALSE(world.car.awake());
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 6 * 3600);
  world.run(2h);
  EXPECT_EQ(world.command(id).state, CommandState::Ringing);
  world.run(2h);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

}  // namespace
}  // namespace smartkar::server
