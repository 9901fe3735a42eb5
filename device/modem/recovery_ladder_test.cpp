#include "device/modem/recovery_ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace smartkar::device {
namespace {

using ::testing::ElementsAre;

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

TEST(RecoveryLadder, ModemFailures_ClimbStepByStepAndBeginAgain) {
  RecoveryLadder ladder(1);
  std::vector<RecoveryStep> steps;
  for (int i = 0; i < 7; ++i) {
    ladder.onModemFailure({RecoveryStep::Resync}, at(i * 1h));
    EXPECT_TRUE(ladder.due());
    steps.push_back(ladder.take(at(i * 1h)));
    EXPECT_FALSE(ladder.due());
  }
  EXPECT_THAT(steps,
              ElementsAre(RecoveryStep::Resync, RecoveryStep::Bearer, RecoveryStep::RadioCycle, RecoveryStep::Reset,
                          RecoveryStep::PowerKey, RecoveryStep::Rail, RecoveryStep::Resync));
  EXPECT_EQ(ladder.count(RecoveryStep::Resync), 2u);
}

TEST(RecoveryLadder, Failure_BeginsAtTheMildestStepThatCanHelp) {
  RecoveryLadder ladder(1);
  ladder.onModemFailure({RecoveryStep::RadioCycle}, at(0s));
  EXPECT_EQ(ladder.take(at(0s)), RecoveryStep::RadioCycle);
}

TEST(RecoveryLadder, Defect36BackOff_DoublesToThirtySecondsAndIsReset) {
  RecoveryLadder ladder(7);
  const Duration expected[] = {1s, 2s, 4s, 8s, 16s, 30s, 30s};
  for (const Duration delay : expected) {
    ladder.onModemFailure({RecoveryStep::Resync}, at(10s));
    EXPECT_LE(ladder.retryAt(), at(10s + delay));
    EXPECT_GT(ladder.retryAt(), at(10s + delay * 3 / 4 - 1us));
  }
  ladder.onSuccess();
  EXPECT_EQ(ladder.retryAt(), at(0s));
  EXPECT_FALSE(ladder.due());
}

TEST(RecoveryLadder, HardestStepOfARemedy_IsFollowedByItsMildest) {
  RecoveryLadder ladder(1);
  std::vector<RecoveryStep> steps;
  for (int i = 0; i < 4; ++i) {
    ladder.onModemFailure({.least = RecoveryStep::RadioCycle, .most = RecoveryStep::Reset}, at(i * 1h));
    steps.push_back(ladder.take(at(i * 1h)));
  }
  EXPECT_THAT(
      steps, ElementsAre(RecoveryStep::RadioCycle, RecoveryStep::Reset, RecoveryStep::RadioCycle, RecoveryStep::Reset));
}

TEST(RecoveryLadder, LongestPause_IsThatOfTheRemedy) {
  RecoveryLadder ladder(1);
  for (int i = 0; i < 12; ++i) ladder.onModemFailure({.longest_pause = 120s}, at(0s));
  EXPECT_GT(ladder.retryAt(), at(90s - 1us));
  EXPECT_LE(ladder.retryAt(), at(120s));
  ladder.onModemFailure({}, at(0s));
  EXPECT_LE(ladder.retryAt(), at(30s));
}

TEST(RecoveryLadder, RefusedLink_ClimbsAtEveryThird) {
  RecoveryLadder ladder(1);
  for (int i = 1; i <= 6; ++i) {
    ladder.onLinkFailure(LinkTrouble::Refused, at(0s));
    ASSERT_EQ(ladder.due(), i % 3 == 0);
    if (ladder.due()) {
      EXPECT_EQ(ladder.take(at(0s)), i == 3 ? RecoveryStep::Bearer : RecoveryStep::RadioCycle);
    }
  }
}

TEST(RecoveryLadder, SilentLink_ClimbsAtOnceThenAtEveryThird) {
  RecoveryLadder ladder(1);
  ladder.onLinkFailure(LinkTrouble::Silent, at(0s));
  ASSERT_TRUE(ladder.due());
  EXPECT_EQ(ladder.take(at(0s)), RecoveryStep::Bearer);
  ladder.onLinkFailure(LinkTrouble::Silent, at(0s));
  EXPECT_FALSE(ladder.due());
  ladder.onLinkFailure(LinkTrouble::Silent, at(0s));
  ASSERT_TRUE(ladder.due());
  EXPECT_EQ(ladder.take(at(0s)), RecoveryStep::RadioCycle);
}

TEST(RecoveryLadder, HardSteps_AreLimitedPerHour) {
  RecoveryLadder ladder(1);
  std::size_t hard = 0;
  for (int i = 0; i < 60; ++i) {
    ladder.onModemFailure({RecoveryStep::Resync}, at(i * 59s));
    if (ladder.take(at(i * 59s)) >= RecoveryStep::Reset) ++hard;
  }
  EXPECT_EQ(hard, RecoveryLadder::kHardStepsPerHour);
}

}  // namespace
}  // namespace smartkar::device
