#include <gtest/gtest.h>

#include <cstdlib>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

// Plays a scenario of web/browser/ in Chromium. Screenshots go to the folder in SMARTKAR_PICTURES, if it is set.
Finished play(const std::string& scenario, const World& world) {
  Arguments arguments = {"node", SMARTKAR_OWNER, scenario, world.url(), world.token(), world.ccid()};
  if (const char* const pictures = std::getenv("SMARTKAR_PICTURES")) arguments.emplace_back(pictures);
  return runProgram(arguments, 120s);
}

TEST(Dashboard, CommandToASleepingCarIsFollowedFromTheClickToItsEnd) {
  World world;
  world.startAll({}, {"--idle", "3"});
  world.waitUntilAsleep(60s);

  const Finished played = play("charge", world);

  EXPECT_EQ(played.exit_code, 0) << played.output;
  EXPECT_EQ(world.effects(), 1u);
  EXPECT_EQ(world.actuatorFrames().back().at("targetSoc").to_number<int>(), 80);
}

TEST(Dashboard, CommandThatDoesNotReachTheCarIsCancelled) {
  World world;
  world.startAll({}, {"--idle", "1", "--wake-interval", "600"});
  world.waitUntilAsleep(60s);
  ASSERT_EQ(world.modemControl("set ri_on_smsub false"), "ok");

  const Finished played = play("cancel", world);

  EXPECT_EQ(played.exit_code, 0) << played.output;
  EXPECT_EQ(world.effects(), 0u);
}

}  // namespace
}  // namespace smartkar::test
