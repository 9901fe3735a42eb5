// The car and the unit's own cell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::Channel;
using protocol::OfflineReason;
using protocol::Presence;
using testing::HasSubstr;

struct LowCell : testing::Test {
  static PowerReading cell(int percent, bool supply = false) {
    return {.cell_mv = 3300 + 8 * percent, .cell_percent = percent, .supply = supply, .charging = supply};
  }
  std::string events() const {
    std::string all;
    for (const auto& message : bench.link.published) {
      if (message.channel == Channel::Event) all += message.payload;
    }
    return all;
  }
  void expectDark() const {
    EXPECT_EQ(bench.step.kind, NextStep::Kind::Sleep);
    EXPECT_FALSE(bench.step.wake.modem_ri);
    EXPECT_FALSE(bench.step.wake.vehicle);
    EXPECT_EQ(bench.step.wake.power, PowerWake::SupplyInserted);
    EXPECT_GE(bench.step.wake.timer, Duration(1h));
  }
  // Awake until the cell is low, then dark.
  void goDark() {
    bench.power.set(cell(60));
    bench.inContact();
    bench.power.set(cell(9));
    ASSERT_TRUE(bench.runUntilAsleep(60s));
  }

  // The cell falls to `percent` while command 5 wakes the vehicle.
  void fallDuringACommand(int percent) {
    bench.power.set(cell(60));
    bench.inContact();
    bench.runFor(4500ms);
    bench.send(5, "vehicle.startCharging");
    bench.power.set(cell(percent));
    bench.runFor(1s);
  }

  CarBench bench;
};

TEST_F(LowCell, Defect33FarewellSaysLowBatteryAndTheModemIsShutDown) {
  goDark();
  const auto farewell = bench.statuses().back();
  EXPECT_EQ(farewell.presence, Presence::Asleep);
  EXPECT_EQ(farewell.reason, OfflineReason::LowBattery);
  EXPECT_FALSE(farewell.next_wake);
  EXPECT_THAT(events(), HasSubstr(R"("domain":"device","name":"lowBattery","level":1,"percentage":9)"));
  EXPECT_EQ(bench.link.closes, 1);
  EXPECT_EQ(bench.link.power_downs, 1);
}

TEST_F(LowCell, Defect51OnlyTheSupplyAndASlowTimerWakeADarkCar) {
  goDark();
  expectDark();
}

TEST_F(LowCell, Defect50WarningDuringSleepIsActedOnAtTheWake) {
  bench.power.set(cell(60));
  bench.inContact();
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(bench.step.wake.power, PowerWake::CellWarning);
  bench.power.set({.cell_mv = 3400, .cell_percent = 10});
  ASSERT_TRUE(bench.power.wakes(bench.step.wake.power));
  bench.begin(WakeCause::PmuIrq);
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::LowBattery);
  expectDark();
}

TEST_F(LowCell, DarkCarSleepsOnAtOnceWithItsModemOff) {
  goDark();
  const int opens = bench.link.opens;
  for (const WakeCause cause : {WakeCause::Timer, WakeCause::PmuIrq}) {
    bench.begin(cause);
    bench.turn();
    expectDark();
  }
  EXPECT_EQ(bench.link.opens, opens);
  EXPECT_EQ(bench.link.power_downs, 1);
}

TEST_F(LowCell, DarkCarComesBackWithTheSupply) {
  goDark();
  bench.power.set(cell(9, true));
  ASSERT_TRUE(bench.power.wakes(bench.step.wake.power));
  bench.begin(WakeCause::PmuIrq);
  EXPECT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 60s));
  EXPECT_EQ(bench.statuses().back().presence, Presence::Awake);
}

TEST_F(LowCell, SupplyThatComesAndGoesDoesNotFlapBelowTheRecovery) {
  goDark();
  bench.power.set(cell(12, true));
  bench.begin(WakeCause::PmuIrq);
  ASSERT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 60s));
  bench.power.set(cell(12));
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::LowBattery);
  expectDark();
}

TEST_F(LowCell, SupplyBeforeTheModemIsOffKeepsTheCarUp) {
  bench.power.set(cell(60));
  bench.inContact();
  bench.link.rest_time = bench.scheduler.get();
  bench.power.set(cell(9));
  bench.runUntil([&] { return bench.link.power_downs == 1; }, 60s);
  bench.power.set(cell(9, true));
  EXPECT_TRUE(bench.runUntil([&] { return bench.car->state() == ControllerState::InContact; }, 60s));
  EXPECT_EQ(bench.statuses().back().presence, Presence::Awake);
}

TEST_F(LowCell, Defect53CommandUnderWayIsFinishedFirst) {
  fallDuringACommand(9);
  ASSERT_TRUE(bench.runUntilAsleep(3min));
  EXPECT_EQ(bench.responses(5).back(), "completed");
  EXPECT_EQ(bench.starts, 1);
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::LowBattery);
}

TEST_F(LowCell, CommandThatComesTooLateIsRefusedForNow) {
  fallDuringACommand(9);
  bench.send(6, "vehicle.startClimate");
  ASSERT_TRUE(bench.runUntilAsleep(3min));
  EXPECT_THAT(bench.responses(6), testing::ElementsAre("busy"));
}

TEST_F(LowCell, CriticalCellEndsTheCommandHonestly) {
  fallDuringACommand(4);
  EXPECT_FALSE(bench.awake());
  EXPECT_EQ(bench.responses(5).back(), "failed");
  EXPECT_EQ(bench.starts, 0);
  EXPECT_THAT(events(), HasSubstr(R"("level":2,"percentage":4,"action":"emergency_shutdown")"));
  EXPECT_EQ(bench.statuses().back().reason, OfflineReason::LowBattery);
  expectDark();
}

TEST_F(LowCell, CriticalCellAfterActingIsReportedAsUnknown) {
  bench.power.set(cell(60));
  bench.inContact();
  bench.send(5, "vehicle.startCharging");
  bench.runUntil([&] { return bench.starts == 1; }, 60s);
  bench.power.set(cell(4));
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  EXPECT_EQ(bench.responses(5).back(), "unknown");
  EXPECT_EQ(bench.starts, 1);
}

TEST_F(LowCell, FarewellThatCannotBeSaidIsCutShort) {
  bench.power.set(cell(60));
  bench.inContact();
  bench.link.breakLink();
  bench.link.reachable = false;
  bench.link.rest_time = bench.scheduler.get();
  bench.link.open_takes = 10min;
  bench.power.set(cell(9));
  const Instant began = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(20min));
  EXPECT_LE(bench.now - began, 100s);
  EXPECT_EQ(bench.link.power_downs, 1);
  expectDark();
}

TEST_F(LowCell, ColdStartWithACriticalCellLeavesTheModemOff) {
  bench.power.set(cell(4));
  bench.begin(WakeCause::FreshBoot);
  ASSERT_TRUE(bench.runUntilAsleep(60s));
  EXPECT_EQ(bench.link.opens, 0);
  expectDark();
}

TEST_F(LowCell, CellIsReportedWithItsUnits) {
  bench.power.set({.cell_mv = 3987, .cell_percent = 71, .supply = true, .charging = true});
  bench.inContact();
  bench.runFor(1s);
  std::string all;
  for (const auto& message : bench.link.published) all += message.payload;
  EXPECT_THAT(all, HasSubstr(R"("batteryVoltage":3.99)"));
  EXPECT_THAT(all, HasSubstr(R"("batteryPercent":71)"));
  EXPECT_THAT(all, HasSubstr(R"("vbusConnected":true)"));
}

}  // namespace
}  // namespace smartkar::device
