#include <gtest/gtest.h>

#include "test/crash/crash_world.hpp"
#include "test/crash/traffic.hpp"

namespace smartkar::test {
namespace {

constexpr int kRestarts = 3;
constexpr std::size_t kMeanwhile = 2'000;

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

// What a broker that is killed had acknowledged and neither saved nor delivered is gone, and nobody can know how much
// that was. Commands do not depend on it.
TEST(BrokerFault, KillLosesNothingThatCameAfterItAndNoCommand_P1_P3) {
  CrashWorld world({}, {.persistence = true});
  world.startServer();
  ASSERT_TRUE(world.waitForBroker());
  Traffic traffic(world);
  traffic.pass(kMeanwhile);
  world.broker().kill();
  const std::size_t before = traffic.load().acknowledgedCount();
  world.broker().start();
  traffic.pass(kMeanwhile);
  traffic.expectNothingLostOrDoubled(before);
}

}  // namespace
}  // namespace smartkar::test
