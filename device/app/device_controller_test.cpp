#include "device/app/device_controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::Channel;
using protocol::OfflineReason;
using protocol::Presence;

struct Car : testing::Test {
  CarBench bench;
};

TEST_F(Car, ContactBeginsWithAnAnnouncementAndTheServersSync) {
  bench.inContact();
  EXPECT_EQ(bench.car->state(), ControllerState::InContact);
  const auto status = bench.statuses().front();
  EXPECT_EQ(status.presence, Presence::Awake);
  EXPECT_EQ(status.boot, 1u);
  EXPECT_EQ(status.conn, 1u);
  EXPECT_EQ(status.journal, bench.car->journal().epoch());
  EXPECT_EQ(status.wake_cause, "fresh_boot");
  EXPECT_EQ(bench.link.contacts, 1);
  EXPECT_TRUE(bench.link.published.front().retain);
}

TEST_F(Car, WillClosesTheConnectionItWasMadeFor) {
  bench.inContact();
  const auto will = CarBench::status(bench.link.will);
  EXPECT_EQ(will.presence, Presence::Will);
  EXPECT_EQ(will.boot, bench.statuses().front().boot);
  EXPECT_EQ(will.conn, bench.statuses().front().conn);
}

TEST_F(Car, LinkWithoutSyncIsOpenedAnewAfterEightSeconds) {
  bench.server_up = false;
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(8s);
  EXPECT_EQ(bench.link.opens, 1);
  bench.runUntil([&] { return bench.link.opens == 2; }, 5s);
  EXPECT_EQ(bench.link.opens, 2);
  EXPECT_EQ(bench.link.closes, 1);
  EXPECT_EQ(bench.link.silences, 1);
}

TEST_F(Car, CommandIsCarriedOutOnceWithEveryStageReported) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  EXPECT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 60s));
  EXPECT_EQ(bench.responses(5).size(), 6u);
  EXPECT_EQ(bench.responses(5).back(), "completed");
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Car, IdleCarSaysGoodbyeAndSleeps) {
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Sleep);
  EXPECT_EQ(bench.step.wake.timer, Duration(3h));
  EXPECT_TRUE(bench.step.wake.modem_ri);
  const auto farewell = bench.statuses().back();
  EXPECT_EQ(farewell.presence, Presence::Asleep);
  EXPECT_EQ(farewell.reason, OfflineReason::Sleep);
  EXPECT_EQ(*farewell.next_wake, *farewell.timestamp + 3h);
}

TEST_F(Car, Defect24PublishingIsNoActivity) {
  bench.settings.sleep.idle = 6min;
  bench.inContact();
  const Instant began = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(30min));
  EXPECT_GT(bench.count(Channel::State), 1u);
  EXPECT_LE(bench.now - began, 6min + 2s);
}

TEST_F(Car, Defect30UnknownTimeIsOmittedAndKnownTimeIsUtc) {
  bench.inContact();
  EXPECT_FALSE(bench.statuses().front().timestamp);
  bench.runUntilAsleep(5min);
  EXPECT_EQ(bench.statuses().back().timestamp, bench.serverTime());
}

TEST_F(Car, WakeKeepsBootAndSequenceAndBeginsANewContact) {
  bench.inContact();
  const auto first = bench.nonce;
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  bench.begin(WakeCause::Timer);
  bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 10s);
  const auto status = bench.statuses().back();
  EXPECT_EQ(status.boot, 1u);
  EXPECT_EQ(status.conn, 1u);
  EXPECT_EQ(status.wake_cause, "timer");
  EXPECT_NE(bench.nonce, first);
}

TEST_F(Car, TimerWakeWithNothingToDoIsShort) {
  bench.inContact();
  bench.runUntilAsleep(5min);
  bench.begin(WakeCause::Timer);
  const Instant woken = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_LE(bench.now - woken, 12s);
}

TEST_F(Car, ColdStartCountsABoot) {
  bench.inContact();
  bench.cutPower();
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(1s);
  EXPECT_EQ(bench.statuses().back().boot, 2u);
}

TEST_F(Car, Defect1CommandThatWokeTheCarIsTakenFromTheNextContact) {
  bench.inContact();
  bench.runUntilAsleep(5min);
  // The text of the ring is lost with the sleeping UART; the server sends the command once the car has announced.
  bench.begin(WakeCause::ModemRi);
  bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 10s);
  bench.send(5, "vehicle.startCharging");
  ASSERT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 60s));
  EXPECT_EQ(bench.responses(5).back(), "completed");
}

TEST_F(Car, Defect45VehicleIsWokenEvenIfTheDeviceJustWoke) {
  bench.begin(WakeCause::ModemRi);
  bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 10s);
  EXPECT_FALSE(bench.vehicle.awake(bench.now));
  bench.send(5, "vehicle.startCharging");
  bench.runUntil([&] { return bench.finished(5); }, 60s);
  EXPECT_EQ(bench.responses(5).size(), 6u);
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Car, Defect13CommandDuringTheFarewellAbortsTheSleep) {
  bench.inContact();
  bench.link.while_resting = [&] { bench.send(5, "vehicle.startCharging"); };
  EXPECT_TRUE(bench.runUntil([&] { return bench.statuses().size() == 3; }, 5min));
  EXPECT_EQ(bench.statuses()[1].presence, Presence::Asleep);
  EXPECT_EQ(bench.statuses()[2].presence, Presence::Awake);
  // It named the old contact; the server sends it again in the new one.
  bench.send(5, "vehicle.startCharging");
  ASSERT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 60s));
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Car, Defect13RingDuringTheFarewellIsAnsweredAndNotSleptThrough) {
  bench.inContact();
  bench.link.rest_time = bench.scheduler.get();
  bench.link.while_resting = [&] { bench.ring(); };
  EXPECT_TRUE(bench.runUntil([&] { return bench.statuses().size() == 3; }, 5min));
  EXPECT_EQ(bench.statuses()[1].presence, Presence::Asleep);
  EXPECT_EQ(bench.statuses()[2].presence, Presence::Awake);
}

TEST_F(Car, Defect13RingLineThatIsLowAbortsTheSleep) {
  bench.inContact();
  bench.link.rest_time = bench.scheduler.get();
  bench.link.while_resting = [&] { bench.link.is_ringing = true; };
  bench.runUntil([&] { return bench.statuses().size() >= 3; }, 5min);
  EXPECT_TRUE(bench.awake());
  bench.link.is_ringing = false;
  EXPECT_TRUE(bench.runUntilAsleep(5min));
}

TEST_F(Car, Defect25OutcomeReachesTheServerAfterTheLinkBroke) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runFor(1s);
  bench.link.breakLink();
  bench.link.reachable = false;
  bench.runFor(30s);
  EXPECT_EQ(bench.starts, 1);
  EXPECT_FALSE(bench.finished(5));
  bench.link.reachable = true;
  EXPECT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 60s));
  EXPECT_EQ(bench.responses(5).back(), "completed");
}

TEST_F(Car, FinalResponseIsRepeatedInEveryContactUntilAcknowledged) {
  bench.inContact();
  bench.send(5, "vehicle.stopCharging");
  bench.runUntil([&] { return bench.finished(5); }, 60s);
  const auto completed = [&] { return std::ranges::count(bench.responses(5), "completed"); };
  bench.link.breakLink();
  EXPECT_TRUE(bench.runUntil([&] { return completed() == 2; }, 60s));
  bench.ack = 99;
  bench.link.breakLink();
  bench.runFor(20s);
  EXPECT_EQ(completed(), 2);
}

TEST_F(Car, FinalResponseSurvivesDeepSleep) {
  bench.inContact();
  bench.send(5, "vehicle.stopCharging");
  bench.runUntil([&] { return bench.finished(5); }, 60s);
  ASSERT_TRUE(bench.runUntilAsleep(30min));
  bench.begin(WakeCause::Timer);
  EXPECT_TRUE(bench.runUntil([&] { return std::ranges::count(bench.responses(5), "completed") == 2; }, 10s));
}

TEST_F(Car, OpenIdIsAnsweredFromTheJournalAfterAPowerCut) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runUntil([&] { return bench.starts == 1; }, 60s);
  bench.cutPower();
  bench.open = {5, 6};
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(5s);
  EXPECT_EQ(bench.responses(5).back(), "unknown");
  EXPECT_EQ(bench.responses(6).back(), "never_received");
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(Car, CancelBeforeTheVehicleWakesLeavesItAlone) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runFor(1s);
  bench.cancel(5);
  ASSERT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 1s));
  EXPECT_EQ(bench.responses(5).back(), "cancelled");
  bench.runFor(60s);
  EXPECT_EQ(bench.starts, 0);
  EXPECT_EQ(bench.car->router().cells().at(Row::Received, Happening::Cancel), 1u);
}

TEST_F(Car, SyncThatTookLongSetsTheClockToTheLatestItCanBeP2) {
  bench.server_up = false;
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(100ms);
  bench.sync();
  const auto held_back = bench.inbox->take();
  bench.runFor(6s);
  bench.inbox->onCommand(held_back->view());
  bench.runFor(100ms);
  ASSERT_EQ(bench.car->state(), ControllerState::InContact);
  // Now it may be anything from the server's time then to that time plus 7 s.
  bench.now -= 6s;
  bench.send(5, "vehicle.startCharging", 6s);
  bench.now += 6s;
  bench.runFor(100ms);
  EXPECT_EQ(bench.responses(5).back(), "expired");
}

TEST_F(Car, ShutdownIsAnnouncedAndTheSessionClosed) {
  bench.inContact();
  bench.car->requestShutdown();
  ASSERT_TRUE(bench.runUntilAsleep(5s));
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::Shutdown);
  EXPECT_FALSE(bench.link.up());
  EXPECT_FALSE(bench.step.wake.modem_ri || bench.step.wake.timer);
}

TEST_F(Car, AwakeCarAnnouncesItselfEveryKeepAlive) {
  bench.settings.announce_interval = 30s;
  bench.settings.sleep.idle = 10min;
  bench.inContact();
  const auto nonce = bench.nonce;
  bench.runFor(5min);
  EXPECT_GE(bench.statuses().size(), 10u);
  EXPECT_EQ(bench.nonce, nonce);
}

TEST_F(Car, AnnouncementWithoutSyncInMidContactOpensTheLinkAnew) {
  bench.settings.announce_interval = 30s;
  bench.settings.sleep.idle = 10min;
  bench.inContact();
  bench.server_up = false;
  bench.runUntil([&] { return bench.link.opens == 2; }, 60s);
  EXPECT_EQ(bench.link.opens, 2);
  bench.server_up = true;
  EXPECT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 60s));
}

TEST_F(Car, RingWhileAwakeIsAnsweredWithAnAnnouncement) {
  bench.inContact();
  bench.ring();
  EXPECT_TRUE(bench.runUntil([&] { return bench.statuses().size() == 2; }, 1s));
}

TEST_F(Car, ContactFollowsWithinAMinuteOfTheEndOfAnOutage) {
  bench.inContact();
  bench.link.breakLink();
  bench.link.reachable = false;
  bench.runFor(100s);
  bench.link.reachable = true;
  const Instant healed = bench.now;
  EXPECT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 5min));
  EXPECT_LE(bench.now - healed, 60s);
}

TEST_F(Car, Defect36LinkThatBreaksInEveryContactIsOpenedLessAndLessOftenP8) {
  bench.vehicle.stir(bench.now);  // keeps the car awake
  bench.link.on_publish = [this, answer = bench.link.on_publish](const Published& message) {
    answer(message);
    if (message.channel == protocol::Channel::State) bench.link.breakLink();
  };
  bench.begin(WakeCause::FreshBoot);
  bench.runFor(60s);
  EXPECT_GE(bench.link.opens, 8);
  EXPECT_LE(bench.link.opens, 20);
}

TEST_F(Car, LongOutageEndsInSleepAndALaterAttempt) {
  bench.link.reachable = false;
  bench.begin(WakeCause::FreshBoot);
  ASSERT_TRUE(bench.runUntilAsleep(20min));
  EXPECT_GE(bench.step.wake.timer, Duration(15min));
  bench.now += *bench.step.wake.timer;
  bench.begin(WakeCause::Timer);
  ASSERT_TRUE(bench.runUntilAsleep(20min));
  EXPECT_GE(bench.step.wake.timer, Duration(30min));
  EXPECT_LT(bench.link.opens, 200);
}

TEST_F(Car, TelemetryWaitsWhileACommandIsOpen) {
  bench.inContact();
  bench.runFor(1s);
  const auto states = bench.count(Channel::State);
  bench.send(5, "vehicle.startCharging");
  bench.runUntil([&] { return bench.starts == 1; }, 60s);
  EXPECT_EQ(bench.count(Channel::State), states);
  bench.runFor(10s);
  EXPECT_GT(bench.count(Channel::State), states);
}

TEST_F(Car, EventsAreReportedAlsoForChangesDuringSleep) {
  bench.inContact();
  bench.runUntilAsleep(5min);
  bench.vehicle.setPlugged(false, false, bench.now);
  bench.begin(WakeCause::CanActivity);
  EXPECT_TRUE(bench.runUntil([&] { return bench.count(Channel::Event) == 1; }, 10s));
}

TEST_F(Car, FloodOfMessagesIsBounded) {
  bench.inContact();
  for (int i = 0; i < 100; ++i) bench.inbox->onCommand("{\"id\":1");
  bench.inbox->onCommand(std::string(2048, 'x'));
  bench.runFor(1s);
  EXPECT_EQ(bench.inbox->dropped(), 100 - kInboxMessages + 1);
  bench.send(5, "ping");
  EXPECT_TRUE(bench.runUntil([&] { return bench.finished(5); }, 1s));
}

TEST_F(Car, ArenaHasRoomToSpare) {
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runUntilAsleep(3h);
  EXPECT_LT(bench.arena->highWater(), kDialogueArenaBytes / 2);
}

TEST(RetainedMemory, IsOnlyValidAfterItWasSealed) {
  RetainedMemory memory{};
  memory.state.boot = 5;
  EXPECT_FALSE(memory.restore());
  memory.state.boot = 6;
  memory.seal();
  EXPECT_TRUE(memory.restore());
  EXPECT_EQ(memory.state.boot, 6u);
  memory.state.boot = 7;
  EXPECT_FALSE(memory.restore());
  EXPECT_EQ(memory.state.boot, 0u);
}

}  // namespace
}  // namespace smartkar::device
