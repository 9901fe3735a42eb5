#include "device/power/sleep_policy.hpp"

#include <gtest/gtest.h>

namespace smartkar::device {
namespace {

constexpr SleepSettings kSettings;

Wakefulness idleCar() {
  Wakefulness car;
  car.awake_for = 10min;
  car.idle_for = 10min;
  car.since_sync = 9min;
  return car;
}

TEST(SleepPolicy, IdleCarMaySleep) { EXPECT_EQ(whyAwake(kSettings, idleCar()), StayAwake::MaySleep); }

TEST(SleepPolicy, Defect53ActiveCommandBlocksSleepEvenIfRequested) {
  Wakefulness car = idleCar();
  car.command_active = true;
  car.requested = true;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::CommandActive);
}

TEST(SleepPolicy, UnsentMessagesBlockSleepEvenIfRequested) {
  Wakefulness car = idleCar();
  car.unsent = true;
  car.requested = true;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::Unsent);
}

TEST(SleepPolicy, RequestOverridesMinimumIdleAndVehicle) {
  Wakefulness car;
  car.vehicle_awake = true;
  car.requested = true;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::MaySleep);
}

TEST(SleepPolicy, EachConditionKeepsTheCarAwake) {
  Wakefulness car = idleCar();
  car.awake_for = 9s;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::MinimumAwake);
  car = idleCar();
  car.since_sync = 1s;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::MinimumAwake);
  car = idleCar();
  car.vehicle_awake = true;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::VehicleAwake);
  car = idleCar();
  car.idle_for = 59s;
  EXPECT_EQ(whyAwake(kSettings, car), StayAwake::NotIdle);
}

TEST(SleepPolicy, RecheckIsWhenTheLastTimerRunsOut) {
  Wakefulness car = idleCar();
  car.idle_for = 20s;
  EXPECT_EQ(recheckAfter(kSettings, car), 40s);
  EXPECT_EQ(recheckAfter(kSettings, idleCar()), 1s);
}

TEST(SleepPolicy, OfflineSleepDoublesUpToTheWakeInterval) {
  EXPECT_EQ(offlineSleep(kSettings, 1), 15min);
  EXPECT_EQ(offlineSleep(kSettings, 3), 1h);
  EXPECT_EQ(offlineSleep(kSettings, 40), 3h);
}

}  // namespace
}  // namespace smartkar::device
