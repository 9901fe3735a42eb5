// What a car spends when something is wrong (promise P8), and that it comes back all the same (P5).
#include <gtest/gtest.h>

#include <vector>

#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::OfflineReason;

struct Budget : testing::Test {
  struct Run {
    Instant asleep;
    Duration awake;
  };

  // One run from its wake to its sleep.
  void live(WakeCause cause) {
    bench.begin(cause);
    const Instant woken = bench.now;
    ASSERT_TRUE(bench.runUntilAsleep(1h));
    runs.push_back({bench.now, bench.now - woken});
  }
  void sleepOut() { bench.now += *bench.step.wake.timer; }
  void expectBounded() const {
    const BudgetSettings limits = bench.settings.sleep.budget;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      std::uint32_t wakes = 0;
      Charge charge = 0;
      for (std::size_t j = i; j < runs.size() && runs[j].asleep - runs[i].asleep < 1h; ++j) {
        ++wakes;
        charge += kAwakeMilliamperes * wholeMilliseconds(runs[j].awake) + kContactCharge;
      }
      EXPECT_LE(wakes, limits.wakes);
      EXPECT_LE(charge, limits.charge);
    }
  }

  CarBench bench;
  std::vector<Run> runs;
};

TEST_F(Budget, StormOfRingsIsBoundedAndTheStatusSaysSoP8) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.now += 2h;
  for (int i = 0; i < 100; ++i) {
    const bool rings = bench.step.wake.modem_ri;
    if (!rings) {
      EXPECT_EQ(bench.statuses().back().reason, OfflineReason::Budget);
      EXPECT_TRUE(bench.step.wake.vehicle);
      EXPECT_LE(*bench.step.wake.timer, 71min);
      const auto farewell = bench.statuses().back();
      EXPECT_EQ(*farewell.next_wake - *farewell.timestamp,
                std::chrono::duration_cast<std::chrono::seconds>(*bench.step.wake.timer));
      sleepOut();
    }
    live(rings ? WakeCause::ModemRi : WakeCause::Timer);
  }
  expectBounded();
}

TEST_F(Budget, StormOfFramesWithoutAVehicleIsBoundedP8) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.now += 2h;
  for (int i = 0; i < 50; ++i) {
    const bool fires = bench.step.wake.vehicle;
    if (!fires) sleepOut();
    live(fires ? WakeCause::CanActivity : WakeCause::Timer);
    EXPECT_TRUE(bench.step.wake.modem_ri || !fires) << "RI did nothing wrong";
  }
}

TEST_F(Budget, RingLineThatStaysLowIsDisarmedAndTheCarSleepsP8) {
  bench.inContact();
  bench.link.is_ringing = true;
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_FALSE(bench.step.wake.modem_ri);
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::Budget);
  EXPECT_LE(bench.step.wake.timer, Duration(1h));
  bench.link.is_ringing = false;
  sleepOut();
  live(WakeCause::Timer);
  EXPECT_TRUE(bench.step.wake.modem_ri);
}

TEST_F(Budget, OutageOfHoursIsBoundedP8) {
  bench.link.reachable = false;
  for (int i = 0; i < 20; ++i) {
    live(i == 0 ? WakeCause::FreshBoot : WakeCause::Timer);
    EXPECT_LE(bench.step.wake.timer, Duration(3h));
    sleepOut();
  }
  expectBounded();
  EXPECT_GT(bench.link.power_downs, 0) << "a modem that finds nothing begins anew";
}

TEST_F(Budget, ContactFollowsTheFirstWakeAfterAnOutageP5) {
  bench.link.reachable = false;
  for (int i = 0; i < 7; ++i) {
    live(i == 0 ? WakeCause::FreshBoot : WakeCause::Timer);
    sleepOut();
  }
  bench.link.reachable = true;
  bench.begin(WakeCause::Timer);
  EXPECT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 60s));
}

TEST_F(Budget, AttemptThatHangsIsCutShort) {
  bench.begin(WakeCause::FreshBoot);
  bench.link.rest_time = bench.scheduler.get();
  bench.link.open_takes = 1h;
  const Instant woken = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(2h));
  EXPECT_LE(bench.now - woken, 3min);
  EXPECT_GE(bench.now - woken, 90s);
}

TEST_F(Budget, CommandsAndTheVehicleAreFree) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.now += 2h;
  for (protocol::CommandId id = 1; id <= 20; ++id) {
    bench.begin(WakeCause::ModemRi);
    ASSERT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 10s));
    bench.send(id, "ping");
    ASSERT_TRUE(bench.runUntilAsleep(5min));
    ASSERT_TRUE(bench.step.wake.modem_ri);
  }
}

}  // namespace
}  // namespace smartkar::device
