#include <gtest/gtest.h>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

TEST(ApiContract, AnswersAreWhatTheDescriptionSays) {
  World world;
  world.startAllAwake();
  world.waitForFinal(world.post({{"action", "vehicle.startCharging"}}), 60s);

  const Finished held = runProgram({"node", SMARTKAR_CONTRACT, world.url(), world.token(), world.ccid()}, 60s);

  EXPECT_EQ(held.exit_code, 0) << held.output;
}

}  // namespace
}  // namespace smartkar::test
