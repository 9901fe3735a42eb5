#include "device/link/keep_alive.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace smartkar::device {
namespace {

using std::chrono::seconds;

constexpr Duration kSleep = 3h;

// A network whose NAT forgets a silent connection, seen from a car that sleeps and wakes.
struct Nat {
  std::optional<seconds> timeout;

  // A sleep with this interval. A ring in it comes through only while the NAT remembers the connection.
  Survival sleep(seconds interval) const {
    return timeout && interval > *timeout ? Survival::Lost : Survival::Survived;
  }
};

struct Learned {
  int missed = 0;  // sleeps in which a ring would not have come through
  seconds interval{};
};

Learned learn(const Nat& nat, KeepAliveMemory& memory, int sleeps = 60,
              UnixTime from = UnixTime(seconds(1'767'225'600))) {
  Learned learned;
  for (int i = 0; i < sleeps; ++i) {
    const UnixTime now = from + i * seconds(10'800);
    forgetOldFailure(memory, now);
    learned.interval = nextKeepAlive(memory);
    const Survival survival = nat.sleep(learned.interval);
    learned.missed += survival == Survival::Lost;
    learnKeepAlive(memory, learned.interval, kSleep, survival, now);
  }
  return learned;
}

class KeepAliveNat : public ::testing::TestWithParam<int> {};

TEST_P(KeepAliveNat, Defect43IntervalReachesSeventyPercentOfTheTimeoutAtTheCostOfTwoRings) {
  KeepAliveMemory memory;
  const Learned learned = learn({seconds(GetParam())}, memory);
  EXPECT_LE(learned.interval, seconds(GetParam()));
  EXPECT_GE(learned.interval * 10, std::min(seconds(GetParam()), kKeepAliveMax) * 7);
  EXPECT_LE(learned.missed, 2);
}

INSTANTIATE_TEST_SUITE_P(Timeouts, KeepAliveNat,
                         ::testing::Values(30, 31, 45, 60, 90, 119, 120, 180, 240, 299, 300, 301, 600, 900, 1200, 1739,
                                           1740, 1800, 3600, 7200),
                         [](const auto& timeout) { return std::to_string(timeout.param) + "s"; });

TEST(KeepAlive, NetworkWithoutTimeoutIsPingedEveryTwentyNineMinutesAndMissesNothing) {
  KeepAliveMemory memory;
  const Learned learned = learn({}, memory);
  EXPECT_EQ(learned.interval, kKeepAliveMax);
  EXPECT_EQ(learned.missed, 0);
}

TEST(KeepAlive, IntervalIsNeverRaisedByMoreThanAQuarter) {
  KeepAliveMemory memory;
  seconds before = nextKeepAlive(memory);
  for (int i = 0; i < 20; ++i) {
    learnKeepAlive(memory, before, kSleep, Survival::Survived, UnixTime{});
    const seconds next = nextKeepAlive(memory);
    EXPECT_LE(next * 4, before * 5);
    before = next;
  }
}

TEST(KeepAlive, NetworkThatBecomesStricterIsLearnedAgain) {
  KeepAliveMemory memory;
  ASSERT_EQ(learn({seconds(1800)}, memory).interval, kKeepAliveMax);
  const Learned again = learn({seconds(100)}, memory);
  EXPECT_LE(again.interval, seconds(100));
  EXPECT_GE(again.interval, seconds(70));
  EXPECT_LE(again.missed, 3);
}

TEST(KeepAlive, OneLossOfAnotherCauseCostsOneStepAndIsForgotten) {
  KeepAliveMemory memory;
  learn({seconds(1800)}, memory);
  const UnixTime now(seconds(1'800'000'000));
  learnKeepAlive(memory, kKeepAliveMax, kSleep, Survival::Lost, now);
  EXPECT_EQ(nextKeepAlive(memory), kKeepAliveMax * 4 / 5);
  learnKeepAlive(memory, kKeepAliveMax * 4 / 5, kSleep, Survival::Survived, now);
  EXPECT_EQ(nextKeepAlive(memory), kKeepAliveMax * 4 / 5);
  forgetOldFailure(memory, now + seconds(86'400 * 20));
  EXPECT_EQ(nextKeepAlive(memory), kKeepAliveMax);
}

TEST(KeepAlive, ShortSleepAndUnclearEndTeachNothing) {
  KeepAliveMemory memory;
  learnKeepAlive(memory, 300s, 310s, Survival::Survived, UnixTime{});
  learnKeepAlive(memory, 300s, 299s, Survival::Lost, UnixTime{});
  learnKeepAlive(memory, 300s, kSleep, Survival::Unclear, UnixTime{});
  EXPECT_EQ(memory, KeepAliveMemory{});
}

TEST(KeepAlive, LossThatTheFirstSignOfLifeBringsToLightIsLearned) {
  KeepAliveMemory memory;
  learnKeepAlive(memory, 300s, 302s, Survival::Lost, UnixTime{});
  EXPECT_EQ(memory.bad_s, 300);
}

TEST(KeepAlive, OnlyWhatMovedByAFifthIsWorthAWrite) {
  KeepAliveNetworks kept;
  kept.of(1) = {.network = 1, .safe_s = 300, .bad_s = 400, .losses = 0, .bad_since_d = 1};
  const auto outgrown = [&](const KeepAliveMemory& learned) {
    KeepAliveNetworks now = kept;
    now.of(learned.network) = learned;
    return now.outgrew(kept);
  };
  EXPECT_FALSE(outgrown({.network = 1, .safe_s = 359, .bad_s = 330, .losses = 1, .bad_since_d = 2}));
  EXPECT_TRUE(outgrown({.network = 1, .safe_s = 360, .bad_s = 400, .losses = 0, .bad_since_d = 1}));
  EXPECT_TRUE(outgrown({.network = 1, .safe_s = 300, .bad_s = 0, .losses = 0, .bad_since_d = 0}));
  EXPECT_TRUE(outgrown({.network = 2, .safe_s = 25, .bad_s = 0, .losses = 0, .bad_since_d = 0}));
  EXPECT_FALSE(outgrown({.network = 2, .safe_s = 0, .bad_s = 0, .losses = 0, .bad_since_d = 0}));
  EXPECT_EQ(kept.latest(), 1u);
}

TEST(KeepAlive, EachNetworkIsLearnedForItself) {
  KeepAliveNetworks networks;
  networks.of(1).safe_s = 1000;
  networks.of(2).safe_s = 60;
  for (NetworkKey visited = 3; visited <= 5; ++visited) {
    networks.of(visited);
    EXPECT_EQ(networks.of(1).safe_s, 1000) << "the home network stays, since it is seen in between";
  }
  EXPECT_EQ(networks.of(2).safe_s, 0);
}

}  // namespace
}  // namespace smartkar::device
