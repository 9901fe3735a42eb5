#include "device/vehicle/egolf_model.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace smartkar::device {
namespace {

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

struct Frames : ActuatorLog {
  void onActuatorFrame(VehicleOperation operation, const ImmediateProfile& profile, Instant) override {
    operations.push_back(operation);
    latest = profile;
  }
  void onTimerFrame(VehicleOperation operation, Timers, Instant) override { operations.push_back(operation); }
  std::vector<VehicleOperation> operations;
  ImmediateProfile latest;
};

struct EGolf : testing::Test {
  Frames frames;
  EGolfSettings settings;

  // Follows the car's own deadlines until a result comes or the limit is reached.
  std::optional<VehicleResult> await(EGolfModel& car, Instant& now, Instant limit) {
    for (;;) {
      if (const auto result = car.poll(now)) return result;
      const Instant next = car.nextDeadline();
      if (next > limit) return std::nullopt;
      now = std::max(next, now + 1ms);
    }
  }
  Instant wake(EGolfModel& car) {
    Instant now = at(0s);
    car.hold(now);
    car.requestWake(now);
    await(car, now, at(60s));
    return now;
  }
};

TEST_F(EGolf, AsleepCarIsAwakeOnlyAfterItsFirstFrame) {
  EGolfModel car(settings, &frames);
  EXPECT_FALSE(car.awake(at(0s)));
  car.requestWake(at(0s));
  EXPECT_FALSE(car.poll(at(1400ms)));
  EXPECT_FALSE(car.awake(at(1400ms)));
  EXPECT_FALSE(car.poll(at(1500ms)));
  EXPECT_TRUE(car.awake(at(1500ms)));
}

TEST_F(EGolf, WakeIsReportedOnceWhenTheCarAnswers) {
  EGolfModel car(settings, &frames);
  Instant now = at(0s);
  car.requestWake(now);
  car.requestWake(now);
  const auto result = await(car, now, at(20s));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->operation, VehicleOperation::Wake);
  EXPECT_EQ(now, at(3500ms));
  EXPECT_FALSE(car.poll(now));
}

TEST_F(EGolf, ProfileWrittenBeforeTheCarAnswersIsLost) {
  EGolfModel car(settings, &frames);
  car.hold(at(0s));
  car.requestWake(at(0s));
  car.poll(at(1500ms));
  car.writeProfile({}, at(1600ms));
  EXPECT_TRUE(frames.operations.empty());
}

TEST_F(EGolf, StartChargesWithTheProfileWritten) {
  EGolfModel car(settings, &frames);
  Instant now = wake(car);
  car.writeProfile({.charge = true, .max_current_a = 10, .target_soc = 90}, now);
  ASSERT_TRUE(await(car, now, now + 1s));
  car.start(now);
  const auto result = await(car, now, now + 5s);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->outcome, VehicleOutcome::Ok);
  EXPECT_EQ(frames.latest.max_current_a, 10);
  EXPECT_TRUE(*car.snapshot(now).charging);
  EXPECT_LE(*car.snapshot(now).charging_amps, 10);
}

TEST_F(EGolf, StartWithoutSupplyIsRejected) {
  settings.has_supply = false;
  EGolfModel car(settings, &frames);
  Instant now = wake(car);
  car.writeProfile({.charge = true}, now);
  await(car, now, now + 1s);
  car.start(now);
  EXPECT_EQ(await(car, now, now + 5s)->outcome, VehicleOutcome::Rejected);
  EXPECT_FALSE(*car.snapshot(now).charging);
}

TEST_F(EGolf, ChargingEndsAtTheTarget) {
  settings.speed = 600;
  settings.soc = 79;
  EGolfModel car(settings, &frames);
  Instant now = wake(car);
  car.writeProfile({.charge = true, .target_soc = 80}, now);
  await(car, now, now + 1s);
  car.start(now);
  await(car, now, now + 60s);
  car.poll(now + 60s);
  EXPECT_FALSE(*car.snapshot(now).charging);
  EXPECT_EQ(car.snapshot(now).soc, 80);
}

TEST_F(EGolf, CarFallsAsleepWhenNothingHoldsIt) {
  EGolfModel car(settings, &frames);
  const Instant now = wake(car);
  car.release(now);
  car.poll(now + 59s);
  EXPECT_TRUE(car.awake(now + 59s));
  car.poll(now + 61s);
  EXPECT_FALSE(car.awake(now + 61s));
}

TEST_F(EGolf, UnpluggingStopsChargingAndWakesTheBus) {
  EGolfModel car(settings, &frames);
  Instant now = wake(car);
  car.writeProfile({.charge = true}, now);
  await(car, now, now + 1s);
  car.start(now);
  car.setPlugged(false, false, now);
  EXPECT_FALSE(*car.snapshot(now).charging);
  EXPECT_TRUE(car.awake(now));
}

TEST_F(EGolf, PositionIsKnownOnceTheBusWasAwakeAndAgesWhenItSleeps) {
  EGolfModel car(settings, &frames);
  EXPECT_FALSE(car.snapshot(at(0s)).latitude);
  const Instant now = wake(car);
  EXPECT_EQ(car.snapshot(now).latitude, settings.latitude);
  EXPECT_EQ(car.snapshot(now).fix_age, Duration(0));
  car.release(now);
  car.poll(now + 60s);
  EXPECT_EQ(car.snapshot(now + 100s).fix_age, Duration(40s));
}

TEST_F(EGolf, RemainingTimeIsUnknownUnlessItFitsTheCarsByte) {
  settings.soc = 20;
  EGolfModel car(settings, &frames);
  Instant now = wake(car);
  EXPECT_FALSE(car.snapshot(now).remaining_min);
  car.writeProfile({.charge = true, .max_current_a = 1, .target_soc = 100}, now);
  await(car, now, now + 1s);
  car.start(now);
  EXPECT_TRUE(*car.snapshot(now).charging);
  EXPECT_FALSE(car.snapshot(now).remaining_min);
}

TEST_F(EGolf, DoorsAndTrunkWakeTheBus) {
  EGolfModel car(settings, &frames);
  car.setDoor(EGolfModel::Door::RearLeft, true, at(1s));
  EXPECT_TRUE(car.awake(at(1s)));
  EXPECT_EQ(car.snapshot(at(1s)).rear_left_open, true);
  EXPECT_EQ(car.snapshot(at(1s)).driver_open, false);
  car.setTrunk(true, at(2s));
  EXPECT_EQ(car.snapshot(at(2s)).trunk_open, true);
}

TEST_F(EGolf, SameSeedGivesTheSameAnswerTimes) {
  for (int run = 0; run < 2; ++run) {
    EGolfModel car(settings, nullptr);
    EGolfModel twin(settings, nullptr);
    Instant now = wake(car);
    Instant twin_now = wake(twin);
    car.stop(now);
    twin.stop(twin_now);
    await(car, now, now + 5s);
    await(twin, twin_now, twin_now + 5s);
    EXPECT_EQ(now, twin_now);
  }
}

}  // namespace
}  // namespace smartkar::device
