#include "device/vehicle/egolf_profiles.hpp"

#include <gtest/gtest.h>

#include "device/vehicle/egolf_model.hpp"

namespace smartkar::device {
namespace {

struct EGolfTimers : testing::Test {
  EGolfSettings settings;
  EGolfModel car{settings, nullptr};
  Instant now{};

  EGolfTimers() {
    car.hold(now);
    car.requestWake(now);
    await(20s);
  }
  // Follows the car's own deadlines until a result comes; nothing: none came in this time.
  std::optional<VehicleResult> await(Duration limit) {
    const Instant end = now + limit;
    for (;;) {
      if (const auto result = car.poll(now)) return result;
      if (car.nextDeadline() > end) {
        now = end;
        return std::nullopt;
      }
      now = std::max(car.nextDeadline(), now + 1ms);
    }
  }
};

TEST_F(EGolfTimers, NothingIsKnownUntilTheCarWasAsked) {
  EXPECT_FALSE(car.profiles().slots[1]);
  EXPECT_FALSE(car.profiles().timers);
  EXPECT_TRUE(car.readProfiles(now));
  EXPECT_TRUE(car.readProfiles(now));
  EXPECT_EQ(await(1s)->operation, VehicleOperation::ReadProfiles);
  EXPECT_EQ(car.profiles().slots[1]->at, now);
  EXPECT_EQ(car.profiles().timers, Timers{});
  EXPECT_FALSE(await(1s));
}

TEST_F(EGolfTimers, TimerIsKeptAsWrittenAndTold) {
  ChargingProfile profile;
  profile.target_soc = 65;
  car.writeTimer(2, profile, now);
  EXPECT_EQ(await(1s)->outcome, VehicleOutcome::Ok);
  EXPECT_EQ(car.profiles().slots[2]->profile, profile);
  EXPECT_EQ(car.kept().kept(2), profile);
}

TEST_F(EGolfTimers, RefusedTimerChangesNothing) {
  car.settings().rejects_profile = true;
  car.enableTimers(Timers{0b0010}, now);
  EXPECT_EQ(await(1s)->outcome, VehicleOutcome::Rejected);
  EXPECT_EQ(car.kept().enabled(), Timers{});
}

TEST_F(EGolfTimers, CarMayTakeATimerAndNotAnswer) {
  car.settings().answers_profile = false;
  car.enableTimers(Timers{0b0010}, now);
  EXPECT_FALSE(await(30s));
  EXPECT_EQ(car.kept().enabled(), Timers{0b0010});
}

TEST_F(EGolfTimers, CarMayNotAnswerAQuestion) {
  car.settings().answers_questions = false;
  EXPECT_TRUE(car.readProfiles(now));
  EXPECT_FALSE(await(30s));
}

TEST_F(EGolfTimers, AnswerMayComeLate) {
  car.settings().write_delay = 20s;
  car.enableTimers(Timers{0b1000}, now);
  EXPECT_FALSE(await(19s));
  EXPECT_TRUE(await(2s));
}

TEST_F(EGolfTimers, WhatTheDriverChangesIsToldWhenAsked) {
  car.setTimers(Timers{0b0100}, now);
  ChargingProfile profile;
  profile.name = "Work";
  car.setTimer(1, profile, now);
  car.readProfiles(now);
  await(1s);
  EXPECT_EQ(car.profiles().timers, Timers{0b0100});
  EXPECT_EQ(car.profiles().slots[1]->profile.name, "Work");
}

TEST_F(EGolfTimers, PlugAndBatteryGetOldWhenNothingIsAsked) {
  EXPECT_FALSE(car.snapshot(now).plug_age);
  EXPECT_TRUE(car.refresh(now));
  EXPECT_EQ(await(1s)->operation, VehicleOperation::Refresh);
  EXPECT_EQ(car.snapshot(now).plug_age, Duration(0));
  car.poll(now + 40s);
  EXPECT_EQ(car.snapshot(now + 40s).battery_age, Duration(40s));
  EXPECT_EQ(car.snapshot(now + 40s).drive_age, Duration(0));
}

}  // namespace
}  // namespace smartkar::device
