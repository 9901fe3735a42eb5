#include <gtest/gtest.h>

#include "test/crash/crash_world.hpp"
#include "test/crash/traffic.hpp"

namespace smartkar::test {
namespace {

constexpr int kRestarts = 3;
constexpr std::size_t kMeanwhile = 2'000;
// More than the load has on its way to the broker at any moment.
constexpr std::size_t kUnderWay = 1'000;

TEST(BrokerFault, RestartInOrderLosesAndDoublesNothing_P1_P3_P7) {
  CrashWorld world({}, {.persistence = true});
  world.startServer();
  ASSERT_TRUE(world.waitForBroker());
  Traffic traffic(world);
  for (int i = 0; i < kRestarts; ++i) {
    traffic.pass(kMeanwhile);
    world.broker().terminate();
    world.broker().start();
  }
  traffic.pass(kMeanwhile);
  traffic.expectNothingLostOrDoubled();
}

// What a broker that is killed had acknowledged and neither saved nor delivered is gone, and so is what it acknowledges
// before the server has subscribed anew. Nobody can know how much that is; commands do not depend on it.
TEST(BrokerFault, KillLosesNothingOnceTheServerIsBackAndNoCommand_P1_P3) {
  CrashWorld world({}, {.persistence = true});
  world.startServer();
  ASSERT_TRUE(world.waitForBroker());
  Traffic traffic(world);
  traffic.pass(kMeanwhile);
  world.broker().kill();
  const std::size_t lines = world.server().lineCount();
  world.broker().start();
  ASSERT_TRUE(world.waitForBroker(lines));
  traffic.pass(kUnderWay);
  const std::size_t before = traffic.load().acknowledgedCount();
  traffic.pass(kMeanwhile);
  traffic.expectNothingLostOrDoubled(before);
}

}  // namespace
}  // namespace smartkar::test
