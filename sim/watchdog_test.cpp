#include <gtest/gtest.h>

#include <algorithm>

#include "sim/world.hpp"

// A processor that does not go on, on the whole system.

namespace smartkar::sim {
namespace {

using server::CommandState;

struct Watchdog : testing::Test {
  std::ptrdiff_t starts() const {
    return std::ranges::count(world.car.acts(), device::VehicleOperation::Start, &VehicleAct::operation);
  }

  NullLogSink log;
  World world{1, log};
};

TEST_F(Watchdog, Defect60ProcessorThatHangsComesBackByItselfP5) {
  ASSERT_TRUE(world.untilInContact(60s));
  world.car.hang();
  world.time.runFor(device::kWatchdogLimit + 1ms);
  EXPECT_TRUE(world.untilInContact(60s));
  EXPECT_EQ(world.server.device(kCcid)->wake_cause, "watchdog");
  EXPECT_EQ(world.server.device(kCcid)->boot, 2u);
}

TEST_F(Watchdog, Defect60ProcessorThatHangsWhileItActsActsNoSecondTimeP1) {
  ASSERT_TRUE(world.untilInContact(60s));
  const auto id = world.order("vehicle.startCharging");
  ASSERT_TRUE(world.time.runUntil([&] { return starts() == 1; }, 60s));
  world.car.hang();
  ASSERT_TRUE(world.untilFinal(id, 3min));
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
  world.time.runFor(1h);
  EXPECT_EQ(starts(), 1);
}

TEST_F(Watchdog, LeavesACarAloneThatSleepsOrHasNothingToDo) {
  ASSERT_TRUE(world.untilInContact(60s));
  world.time.runFor(12h);
  EXPECT_EQ(world.server.device(kCcid)->boot, 1u);
}

}  // namespace
}  // namespace smartkar::sim
