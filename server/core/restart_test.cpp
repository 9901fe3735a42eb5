#include <gtest/gtest.h>

#include "server/core/crash_scenarios.hpp"

namespace smartkar::server {
namespace {

using testing::Scenario;
using testing::World;

class CrashAnywhere : public ::testing::TestWithParam<Scenario> {};

TEST_P(CrashAnywhere, SameOutcomeAndAtMostOneEffect_P1_P3_P7) {
  testing::crashAnywhere(GetParam(), [] { return testing::memoryPersistence(); });
}

INSTANTIATE_TEST_SUITE_P(All, CrashAnywhere, ::testing::ValuesIn(testing::kCrashScenarios),
                         [](const auto& tested) { return tested.param.name; });

TEST(Restart, BetweenSendingAndResponseNeedsNoSecondSend) {
  World world;
  world.wakeCar();
  const CommandId id = world.request("vehicle.startCharging");
  world.restartServer();
  world.run(20s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
  EXPECT_EQ(world.car.outboxSize(), 0u);
}

}  // namespace
}  // namespace smartkar::server
