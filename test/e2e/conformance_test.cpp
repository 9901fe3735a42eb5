// The conformance kit in the server's place, against a real broker, modem simulator and car.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(ConformanceLive, ScenariosHoldForARealCarAndOthersAreNamed) {
  World world;
  world.startBroker();
  world.startCar({}, {"--idle", "600"});

  const Finished run = world.ctl({"conformance", world.ccid(), "--only", "delivery-awake", "--only",
                                  "delivery-command-lost", "--only", "cancel-twice", "--only", "power-while-acting"},
                                 150s);

  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("not run: needs a car whose power can be cut"));
  EXPECT_THAT(run.output, HasSubstr("3 ok, 0 failed, 1 not run"));
  // Two orders in the first, one in the second; what was cancelled never acted.
  const auto frames = world.actuatorFrames();
  EXPECT_EQ(std::ranges::count_if(frames, [](const auto& frame) { return frame.at("op").as_string() == "start"; }), 3);
}

TEST(ConformanceLive, ARunningServerIsNoticed) {
  World world;
  world.startAllAwake();

  const Finished run = world.ctl({"conformance", world.ccid(), "--only", "delivery-awake"}, 60s);

  EXPECT_EQ(run.exit_code, 3) << run.output;
  EXPECT_THAT(run.output, HasSubstr("somebody else commands this car"));
  EXPECT_EQ(world.effects(), 0u);
}

}  // namespace
}  // namespace smartkar::test
