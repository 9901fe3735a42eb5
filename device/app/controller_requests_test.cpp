#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/app/testing/car_bench.hpp"

// What the server asks of the device itself: restart, sleep, configuration, a report of the journal.

namespace smartkar::device {
namespace {

using protocol::OfflineReason;
using testing::ElementsAre;

struct Requests : testing::Test {
  CarBench bench;
};

TEST_F(Requests, Defect34RebootIsAnsweredAndAnnouncedBeforeItHappens) {
  bench.inContact();
  bench.send(5, "system.reboot");
  ASSERT_TRUE(bench.runUntilAsleep(10s));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_THAT(bench.responses(5), ElementsAre("completed"));
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::Reboot);
  EXPECT_FALSE(bench.link.up());
}

TEST_F(Requests, RebootIsAnsweredAtOnceAndWaitsForTheCommandUnderWay) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.send(6, "system.reboot");
  bench.runFor(1s);
  EXPECT_THAT(bench.responses(6), ElementsAre("completed"));
  EXPECT_FALSE(bench.finished(5));
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_EQ(bench.responses(5).back(), "completed");
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Requests, RebootIsOverdueWithTheCommandUnderWayP5) {
  bench.vehicle.settings().answers_operation = false;
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.send(6, "system.reboot");
  ASSERT_TRUE(bench.runUntilAsleep(61s));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_EQ(bench.responses(5).back(), "unknown");
}

TEST_F(Requests, RebootDoesNotInterruptACommandWhenTheLinkBreaksP1) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.send(6, "system.reboot");
  bench.runFor(1s);
  bench.link.breakLink();
  bench.link.reachable = false;
  ASSERT_TRUE(bench.runUntilAsleep(90s));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  bench.link.reachable = true;
  bench.open = {5};
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(5s);
  EXPECT_EQ(bench.responses(5).back(), "completed");
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Requests, CommandThatComesDuringTheRestartDoesNotBeginP1) {
  bench.inContact();
  const auto answer_as_server = bench.link.on_publish;
  bench.link.on_publish = [&](const Published& message) {
    answer_as_server(message);
    const bool leaves = message.payload.find("reboot") != std::string::npos;
    if (leaves) bench.inbox->onCommand(R"({"id":7,"action":"vehicle.startCharging"})");
  };
  bench.link.rest_time = bench.scheduler.get();
  bench.send(6, "system.reboot");
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  bench.link.rest_time = nullptr;
  bench.open = {7};
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(5s);
  EXPECT_EQ(bench.responses(7).back(), "never_received");
}

TEST_F(Requests, SleepOnRequestIsAnsweredFirst) {
  bench.inContact();
  bench.send(5, "system.sleep");
  ASSERT_TRUE(bench.runUntilAsleep(10s));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Sleep);
  EXPECT_THAT(bench.responses(5), ElementsAre("completed"));
}

TEST_F(Requests, Defect52SleepBesideAnAwakeVehicleIsNotEndedByItsTraffic) {
  bench.inContact();
  bench.vehicle.stir(bench.now);
  bench.send(5, "system.sleep");
  ASSERT_TRUE(bench.runUntilAsleep(10s));
  EXPECT_FALSE(bench.step.wake.vehicle);
}

TEST_F(Requests, Defect53SleepRequestWaitsForTheCommandUnderWay) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.send(6, "system.sleep");
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  EXPECT_EQ(bench.responses(5).back(), "completed");
}

TEST_F(Requests, LongIdleTimeDoesNotProlongTimerWakesP8) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, R"({"idleTime":3600})");
  ASSERT_TRUE(bench.runUntilAsleep(2h));
  bench.begin(WakeCause::Timer);
  const Instant woken = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(2h));
  EXPECT_LE(bench.now - woken, 12s);
}

TEST_F(Requests, JournalIsReportedWholeBeforeTheCarSleeps) {
  bench.acknowledges = true;
  bench.inContact();
  for (protocol::CommandId id = 1; id <= 20; ++id) {
    bench.cancel(id);
    bench.runFor(100ms);
  }
  bench.runUntilAsleep(5min);
  bench.link.published.clear();
  bench.want_journal = true;
  bench.begin(WakeCause::Timer);
  bench.runUntil([&] { return bench.finished(20); }, 10s);
  bench.want_journal = false;
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  for (protocol::CommandId id = 1; id <= 20; ++id) EXPECT_GE(bench.responses(id).size(), 1u) << id;
}

TEST_F(Requests, JournalReportWithoutAcknowledgementDoesNotKeepTheCarAwakeP8) {
  bench.inContact();
  for (protocol::CommandId id = 1; id <= 20; ++id) {
    bench.cancel(id);
    bench.runFor(100ms);
  }
  bench.runUntilAsleep(5min);
  bench.want_journal = true;
  bench.begin(WakeCause::Timer);
  const Instant woken = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_LE(bench.now - woken, 30s);
}

TEST_F(Requests, OtherLinkIsTakenOnceTheAnswerIsSent) {
  bench.inContact();
  bench.send(5, "system.setLink", 1h, R"({"link":"tcp"})");
  ASSERT_TRUE(bench.runUntil([&] { return bench.link.opens == 2; }, 10s));
  EXPECT_THAT(bench.responses(5), ElementsAre("completed"));
  EXPECT_EQ(bench.link.closes, 1);
  EXPECT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 10s));
  EXPECT_EQ(bench.link.silences, 0);
}

TEST_F(Requests, OtherLinkWaitsForTheCommandUnderWay) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.send(6, "system.setLink", 1h, R"({"link":"tcp"})");
  ASSERT_TRUE(bench.runUntil([&] { return bench.starts == 1; }, 60s));
  EXPECT_EQ(bench.link.closes, 0);
  ASSERT_TRUE(bench.runUntil([&] { return bench.link.opens == 2; }, 60s));
  EXPECT_EQ(bench.responses(5).back(), "completed");
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Requests, FirstLinkIsTriedAgainBeforeTheCarSleeps) {
  bench.inContact();
  bench.runUntilAsleep(5min);
  bench.link.change_due = true;
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(bench.link.closes, 1);
  EXPECT_EQ(bench.link.opens, 3);
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::Sleep);
}

TEST_F(Requests, PlainLinkDoesNotChangeTheVehicleUnlessAllowed) {
  bench.link.is_secured = false;
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.send(6, "ping");
  bench.runFor(30s);
  EXPECT_THAT(bench.responses(5), ElementsAre("failed"));
  EXPECT_THAT(bench.responses(6), ElementsAre("completed"));
  EXPECT_EQ(bench.starts, 0);

  bench.settings.plaintext_actuation = true;
  bench.inContact();
  bench.send(7, "vehicle.startCharging");
  ASSERT_TRUE(bench.runUntil([&] { return bench.finished(7); }, 60s));
  EXPECT_EQ(bench.starts, 1);
}

}  // namespace
}  // namespace smartkar::device
