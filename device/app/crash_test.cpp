// Runs that end as no run should: what survives them, what the server is told, and what they cost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "device/app/assertion_record.hpp"
#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Crash : testing::Test {
  // The processor is reset in the midst of whatever it does.
  void reset(WakeCause cause) { bench.begin(cause); }
  bool contact() {
    return bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 60s);
  }
  std::vector<std::string> reports() const {
    std::vector<std::string> result;
    for (const auto& message : bench.link.published) {
      if (message.payload.find("\"crashed\"") != std::string::npos) result.push_back(message.payload);
    }
    return result;
  }
  void letTheDialogueHang() {
    bench.link.rest_time = bench.scheduler.get();
    bench.link.rest_takes = 24h;
  }

  CarBench bench;
};

TEST_F(Crash, Defect60WatchdogResetIsReportedOnce) {
  bench.inContact();
  bench.runFor(20s);
  reset(WakeCause::Watchdog);
  ASSERT_TRUE(contact());
  EXPECT_EQ(bench.statuses().back().boot, 2u);
  EXPECT_EQ(bench.statuses().back().wake_cause, "watchdog");
  bench.runFor(1s);
  ASSERT_EQ(reports().size(), 1u);
  EXPECT_THAT(
      reports()[0],
      HasSubstr(R"("domain":"device","name":"crashed","cause":"watchdog","crashedBoot":1,"uptimeS":20,"count":1)"));
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(reports().size(), 1u);
}

TEST_F(Crash, Defect60ResetThatNothingExplainsIsReportedAsSuch) {
  bench.inContact();
  reset(WakeCause::FreshBoot);
  ASSERT_TRUE(contact());
  bench.runFor(1s);
  EXPECT_THAT(reports(), ElementsAre(HasSubstr(R"("cause":"unknown")")));
}

TEST_F(Crash, Defect60RecordIsKeptUntilAContactAndTellsOfAllCrashes) {
  bench.inContact();
  bench.link.reachable = false;
  bench.link.breakLink();
  for (int i = 0; i < 3; ++i) {
    reset(WakeCause::Watchdog);
    bench.runFor(1s);
  }
  ASSERT_TRUE(bench.runUntilAsleep(10min));
  bench.link.reachable = true;
  bench.now += *bench.step.wake.timer;
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(contact());
  bench.runFor(1s);
  EXPECT_THAT(reports(), ElementsAre(HasSubstr(R"("crashedBoot":3,"uptimeS":1,"count":3)")));
}

TEST_F(Crash, Defect60PowerCutSleepAndRestartOnRequestLeaveNoRecord) {
  bench.inContact();
  bench.cutPower();
  bench.inContact();
  bench.send(5, "system.reboot");
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  ASSERT_EQ(bench.step.kind, NextStep::Kind::Restart);
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_THAT(reports(), IsEmpty());
}

// The reset may come when only some bytes of a change are written.
TEST_F(Crash, Defect60TornRecordIsIgnoredWhereverItIsTorn) {
  RestartMemory before{};
  EXPECT_FALSE(before.begin(WakeCause::FreshBoot));
  RestartMemory after = before;
  after.end(CrashCause::Assertion, "arena exhausted", "base/arena.cpp", 24);
  int ignored = 0;
  for (std::size_t written = 0; written <= sizeof(RestartMemory); ++written) {
    RestartMemory torn = before;
    std::memcpy(static_cast<void*>(&torn), &after, written);
    if (!torn.begin(WakeCause::Watchdog)) {
      ++ignored;
      EXPECT_EQ(torn.crash().cause, CrashCause::None);
      continue;
    }
    const bool whole = torn.crash().cause == CrashCause::Assertion && torn.crash().line == 24;
    EXPECT_TRUE(whole || torn.crash().cause == CrashCause::Watchdog) << written;
  }
  EXPECT_GT(ignored, 50);
}

TEST_F(Crash, Defect60DialogueThatNeverEndsEndsInARestartP5) {
  bench.inContact();
  letTheDialogueHang();
  const Instant began = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(3h));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_LE(bench.now - began, 3min);
  bench.link.rest_time = nullptr;
  bench.begin(WakeCause::FreshBoot);
  bench.turn();
  EXPECT_LE(bench.step.wake.timer, Duration(70min)) << "the energy of this hour is used up";
  bench.now += *bench.step.wake.timer;
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(contact());
  bench.runFor(1s);
  EXPECT_THAT(reports(), ElementsAre(HasSubstr(R"("cause":"stalled","what":"leaving")")));
}

TEST_F(Crash, Defect60RestartGivesNoNewEnergyP8) {
  bench.link.reachable = false;
  bench.begin(WakeCause::FreshBoot);
  ASSERT_TRUE(bench.runUntilAsleep(10min));
  const Charge left = bench.retained.restart.budget().left(bench.settings.sleep.budget);
  bench.begin(WakeCause::FreshBoot);
  bench.turn();
  EXPECT_LE(bench.retained.restart.budget().left(bench.settings.sleep.budget), left);
  bench.cutPower();
  bench.begin(WakeCause::FreshBoot);
  EXPECT_GT(bench.retained.restart.budget().left(bench.settings.sleep.budget), left);
}

// However early in the run: also one that does nothing but crash.
TEST_F(Crash, Defect60CarThatCrashesAgainAndAgainRestsP8) {
  for (const Duration lives : {0s, 10s}) {
    bench.cutPower();
    bench.begin(WakeCause::FreshBoot);
    int crashes = 0;
    Duration awake{};
    for (; bench.awake() && crashes < 100; ++crashes) {
      bench.runFor(lives);
      awake += lives;
      if (bench.awake()) reset(WakeCause::Watchdog);
      bench.turn();
    }
    EXPECT_LE(crashes, 7);
    EXPECT_LE(kAwakeMilliamperes * wholeMilliseconds(awake), bench.settings.sleep.budget.charge);
    EXPECT_FALSE(bench.step.wake.modem_ri);
    EXPECT_FALSE(bench.step.wake.vehicle);
    EXPECT_EQ(bench.step.kind, NextStep::Kind::Sleep);
    EXPECT_LE(bench.step.wake.timer, Duration(70min));
    bench.now += *bench.step.wake.timer;
    bench.begin(WakeCause::Timer);
    EXPECT_TRUE(contact()) << "P5";
  }
  EXPECT_EQ(bench.link.power_cuts, 2) << "the modem may be what makes it crash";
}

TEST_F(Crash, CrashIsNoActivityToStayAwakeFor) {
  bench.inContact();
  reset(WakeCause::FreshBoot);
  const Instant began = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_LE(bench.now - began, 15s);
}

// A program that ends by a broken invariant, of which nothing stays but the retained memory, here in a file.
struct BrokenInvariantDeathTest : Crash {
  static constexpr int kRestarted = 3;

  BrokenInvariantDeathTest() : file_(std::tmpfile()) {}
  ~BrokenInvariantDeathTest() override { std::fclose(file_); }

  void record() {
    dying = this;
    recordAssertions(bench.retained.restart, [] {
      std::rewind(dying->file_);
      std::fwrite(&dying->bench.retained, sizeof(RetainedMemory), 1, dying->file_);
      std::fflush(dying->file_);
      std::_Exit(kRestarted);
    });
  }
  void restart() {
    std::rewind(file_);
    ASSERT_EQ(std::fread(static_cast<void*>(&bench.retained), sizeof(RetainedMemory), 1, file_), 1u);
    bench.begin(WakeCause::FreshBoot);
    ASSERT_TRUE(contact());
    bench.runFor(1s);
  }

  std::FILE* file_;
  static inline BrokenInvariantDeathTest* dying = nullptr;
};

TEST_F(BrokenInvariantDeathTest, Defect60ArenaExhaustionEndsInARecordedRestart) {
  bench.inContact();
  EXPECT_EXIT(
      {
        record();
        for (;;) bench.arena->allocate(1000);
      },
      testing::ExitedWithCode(kRestarted), "");
  restart();
  EXPECT_THAT(reports(),
              ElementsAre(HasSubstr(R"("cause":"assertion","what":"arena exhausted","file":"arena.cpp","line")")));
}

TEST_F(BrokenInvariantDeathTest, Defect60BrokenInvariantEndsInARecordedRestart) {
  bench.inContact();
  EXPECT_EXIT(
      {
        record();
        bench.now -= 1h;
        bench.turn();  // time goes backwards
      },
      testing::ExitedWithCode(kRestarted), "");
  restart();
  EXPECT_THAT(reports(), ElementsAre(HasSubstr(R"("what":"now >= now_","file":"scheduler.cpp","line")")));
}

}  // namespace
}  // namespace smartkar::device
