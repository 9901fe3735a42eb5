#include "device/power/energy_budget.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "base/random.hpp"

namespace smartkar::device {
namespace {

constexpr BudgetSettings kSettings;

Instant at(Duration since_start) { return Instant{} + since_start; }

TEST(EnergyBudget, FullAtFirst) {
  const EnergyBudget budget;
  EXPECT_EQ(budget.left(kSettings), kSettings.charge);
  EXPECT_TRUE(budget.mayArm(kSettings, WakeCause::ModemRi));
  EXPECT_EQ(budget.timerFrom(kSettings, at(5min)), at(5min));
}

TEST(EnergyBudget, PatienceWithoutContactIsMinutesAndLeavesRoomForAFarewell) {
  EnergyBudget budget;
  const Duration patience = budget.patience(kSettings);
  EXPECT_GT(patience, 2min);
  EXPECT_LT(patience, 3min);
  budget.spend(patience, at(patience));
  EXPECT_EQ(budget.patience(kSettings), 0s);
  EXPECT_GE(budget.left(kSettings), kIdleWakeCharge);
}

TEST(EnergyBudget, SourceThatStormsIsDisarmedBeforeItShutsOutTheOthers) {
  EnergyBudget budget;
  for (int i = 0; i < 5; ++i) budget.countIdleWake(WakeCause::ModemRi, at(1min));
  EXPECT_FALSE(budget.mayArm(kSettings, WakeCause::ModemRi));
  EXPECT_TRUE(budget.mayArm(kSettings, WakeCause::CanActivity));
  budget.countIdleWake(WakeCause::CanActivity, at(1min));
  EXPECT_FALSE(budget.mayArm(kSettings, WakeCause::CanActivity));
  EXPECT_GE(budget.timerFrom(kSettings, at(1min)), at(61min));
}

// Else the car would be woken, give up at once and sleep through what had rung.
TEST(EnergyBudget, SourceThatIsArmedFindsTimeForAContact_P3) {
  for (int seconds = 0; seconds < 200; ++seconds) {
    EnergyBudget budget;
    budget.spend(std::chrono::seconds(seconds), at(1min));
    const bool armed = budget.mayArm(kSettings, WakeCause::ModemRi);
    EXPECT_EQ(armed, budget.patience(kSettings) >= 15s) << seconds;
  }
}

TEST(EnergyBudget, WhatIsAnHourOldIsForgotten) {
  EnergyBudget budget;
  budget.spend(139s, at(9min));
  EXPECT_EQ(budget.timerFrom(kSettings, at(9min)), at(70min));
  budget.spend(0s, at(69min));
  EXPECT_LT(budget.left(kSettings), kSettings.charge);
  budget.spend(0s, at(70min));
  EXPECT_EQ(budget.left(kSettings), kSettings.charge);
}

TEST(EnergyBudget, ClockThatBeganAnewCostsAnHourAtMost) {
  EnergyBudget budget;
  for (int i = 0; i < 6; ++i) budget.countIdleWake(WakeCause::ModemRi, at(100h));
  budget.spend(1s, at(1min));
  EXPECT_FALSE(budget.mayArm(kSettings, WakeCause::ModemRi));
  EXPECT_LE(budget.timerFrom(kSettings, at(1min)), at(71min));
}

// Whatever rings, in whatever order, and whether or not there is a network: P8.
struct Storm {
  explicit Storm(std::uint64_t seed) : random(seed) {}

  // One run and the sleep after it. Returns when the next run begins.
  Instant live(WakeCause cause, Instant woken) {
    const bool online = random.below(3) != 0;
    const Duration awake = online ? Duration(12s) : std::max<Duration>(budget.patience(kSettings), 12s);
    const Instant asleep = woken + awake;
    budget.spend(awake, asleep);
    budget.countIdleWake(cause, asleep);
    runs.push_back({woken, asleep, kAwakeMilliamperes * wholeMilliseconds(awake) + kContactCharge});
    return asleep;
  }
  // A wake source that is armed may fire at once, or somewhat later.
  std::pair<WakeCause, Instant> next(Instant asleep) {
    const Instant timer = std::max(budget.timerFrom(kSettings, asleep), asleep + Duration(1min * random.below(60)));
    const auto cause = random.below(2) == 0 ? WakeCause::ModemRi : WakeCause::CanActivity;
    const Instant fires = asleep + Duration(1s * random.below(300));
    if (budget.mayArm(kSettings, cause) && fires < timer) return {cause, fires};
    return {WakeCause::Timer, timer};
  }
  void expectBounded() {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      std::uint32_t wakes = 0;
      Charge charge = 0;
      for (std::size_t j = i; j < runs.size() && runs[j].asleep - runs[i].asleep < 1h; ++j) {
        ++wakes;
        charge += runs[j].charge;
      }
      ASSERT_LE(wakes, kSettings.wakes);
      ASSERT_LE(charge, kSettings.charge);
    }
  }

  struct Run {
    Instant woken;
    Instant asleep;
    Charge charge;
  };
  Random random;
  EnergyBudget budget;
  std::deque<Run> runs;
};

TEST(EnergyBudget, NoPatternOfWakesExceedsTheHourP8) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    Storm storm(seed);
    WakeCause cause = WakeCause::Timer;
    Instant now = at(1s * storm.random.below(3600));
    for (int run = 0; run < 200; ++run) std::tie(cause, now) = storm.next(storm.live(cause, now));
    storm.expectBounded();
    EXPECT_LT(now - Instant{}, Duration(200 * 3h)) << "the car must come back";
  }
}

}  // namespace
}  // namespace smartkar::device
