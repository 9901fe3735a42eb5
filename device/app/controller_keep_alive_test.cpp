#include <gtest/gtest.h>

#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

// A car that is woken by its timer again and again, behind a NAT.
struct SleepingCar : testing::Test {
  // One sleep and the run after it. survives: the NAT remembers the connection.
  void sleep(bool survives, Duration span = 3h) {
    ASSERT_FALSE(bench.awake());
    bench.now += span;
    if (!survives) bench.link.breakLink();
    bench.lost = !survives;
    bench.begin(WakeCause::Timer);
    ASSERT_TRUE(bench.runUntilAsleep(5min));
    bench.lost = false;
  }
  std::chrono::seconds interval() const { return bench.link.keep_alive; }

  CarBench bench;
};

TEST_F(SleepingCar, EachSleepThatTheConnectionSurvivesRaisesTheIntervalForTheNext) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(interval(), kKeepAliveStart);
  sleep(true);
  EXPECT_EQ(interval(), kKeepAliveStart * 5 / 4);
  EXPECT_EQ(bench.link.opens, 3) << "once cold, once adopted, once for the new interval";
  for (int i = 0; i < 10; ++i) sleep(true);
  EXPECT_EQ(interval(), kKeepAliveMax);
  const int opens = bench.link.opens;
  sleep(true);
  EXPECT_EQ(bench.link.opens, opens + 1) << "with nothing left to learn the connection is only adopted";
}

TEST_F(SleepingCar, LostConnectionWhoseWillTheServerSawLowersIt) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  sleep(false);
  EXPECT_EQ(interval(), kKeepAliveMin);
}

TEST_F(SleepingCar, ConnectionThatEndedOtherwiseTeachesNothing) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.now += 3h;
  bench.link.breakLink();
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(interval(), kKeepAliveStart);
}

TEST_F(SleepingCar, FailureThatIsMoreThanTwoWeeksOldIsTriedAgain) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  KeepAliveMemory& memory = bench.retained.state.keep_alive.networks.of(1);
  memory.safe_s = 300;
  memory.bad_s = 375;
  memory.bad_since_d = static_cast<std::uint16_t>(CarBench::kServerTime / 86400 - 20);
  bench.retained.seal();
  sleep(true);
  EXPECT_EQ(interval(), 375s);
}

TEST_F(SleepingCar, WhatWasLearnedHoldsThroughAPowerCut) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  for (int i = 0; i < 4; ++i) sleep(true);
  const std::chrono::seconds learned = interval();
  ASSERT_GT(learned, 2 * kKeepAliveStart);
  bench.cutPower();
  bench.link.breakLink();
  const int opens = bench.link.opens;
  bench.inContact();
  EXPECT_EQ(interval(), learned);
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(bench.link.opens, opens + 1) << "nothing is opened anew for another interval";
}

TEST_F(SleepingCar, FailureIsRememberedThroughAPowerCut) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  sleep(false);
  bench.cutPower();
  bench.inContact();
  EXPECT_EQ(interval(), kKeepAliveMin);
}

TEST_F(SleepingCar, CarThatHasNothingMoreToLearnWritesNothing) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  for (int i = 0; i < 12; ++i) sleep(true);
  ASSERT_EQ(interval(), kKeepAliveMax);
  const auto written = bench.settings_flash.bytes();
  for (int i = 0; i < 20; ++i) sleep(true);
  EXPECT_EQ(bench.settings_flash.bytes(), written);
  EXPECT_LE(bench.settings_flash.erases(), 3);
}

TEST_F(SleepingCar, AnotherNetworkInEveryWakeOfADayWearsOutNoFlash) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  for (int wake = 0; wake < 72; ++wake) {
    bench.link.network_key = static_cast<NetworkKey>(10 + wake);
    sleep(false, 20min);
  }
  EXPECT_LE(bench.settings_flash.erases(), 24h / kLearnedInterval / 4 + 1);  // limits.hpp
}

TEST_F(SleepingCar, AnotherNetworkBeginsAnew) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  for (int i = 0; i < 5; ++i) sleep(true);
  ASSERT_GT(interval(), kKeepAliveStart);
  bench.link.network_key = 2;
  sleep(false);
  EXPECT_EQ(interval(), kKeepAliveStart);
}

}  // namespace
}  // namespace smartkar::device
