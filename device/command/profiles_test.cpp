#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/command/testing/router_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kUpdate = "profiles.updateProfile";
constexpr std::string_view kEnable = "profiles.setEnabled";

struct Profiles : testing::Test {
  RouterBench bench;
  const std::vector<std::string>& calls() const { return bench.vehicle.calls; }

  // The vehicle tells its profiles, all with this one.
  void tells(const ChargingProfile& profile, Timers timers) {
    for (auto& slot : bench.vehicle.book.slots) slot = HeardProfile{profile, bench.now};
    bench.vehicle.book.timers = timers;
    bench.vehicleSays(VehicleOperation::ReadProfiles);
  }
  void confirms(VehicleOperation operation) {
    if (operation == VehicleOperation::WriteTimer) bench.vehicle.book.slots[1]->profile = bench.vehicle.written_timer;
    if (operation == VehicleOperation::EnableTimers) bench.vehicle.book.timers = bench.vehicle.enabled;
    bench.vehicleSays(operation);
  }
  void update(std::string_view params, const ChargingProfile& held) {
    bench.send(1, kUpdate, {.params = std::string(params)});
    bench.vehicleSays(VehicleOperation::Wake);
    tells(held, {});
  }
  void enable(std::string_view params, Timers timers) {
    bench.send(1, kEnable, {.params = std::string(params)});
    bench.vehicleSays(VehicleOperation::Wake);
    tells({}, timers);
  }
  protocol::Response last() {
    std::optional<protocol::Response> last;
    while (const auto response = bench.nextResponse()) last = response;
    return last.value();
  }
};

TEST_F(Profiles, Defect57UpdateIsCompletedOnlyByTheCar) {
  update(R"({"index":1,"targetSoc":90})", {});
  EXPECT_THAT(bench.responses(), ElementsAre("in_progress/accepted", "in_progress/requesting_wake",
                                             "in_progress/waiting_for_wake", "in_progress/updating_profile"));
  EXPECT_THAT(calls(), ElementsAre("wake", "read", "timer 1"));
  confirms(VehicleOperation::WriteTimer);
  const auto response = last();
  EXPECT_EQ(response.status, ResponseStatus::Completed);
  EXPECT_EQ(response.result,
            R"({"profile":{"index":1,"chargingEnabled":false,"climateEnabled":false,"climateAllowBattery":false,)"
            R"("maxCurrent":32,"targetChargeLevel":90,"temperature":22}})");
  EXPECT_EQ(bench.vehicle.holds, 0);
}

TEST_F(Profiles, UpdateChangesWhatIsGivenAndLeavesTheRest) {
  ChargingProfile held;
  held.operation = 0xF9;  // charging, defrost and seat heaters
  held.lead_min = 45;
  held.name = "Work";
  update(R"({"index":1,"maxCurrent":10,"temperature":19.54,"enableClimate":true,"holdTimePlug":5,"name":"Zuhause"})",
         held);
  ChargingProfile wanted = held;
  wanted.operation = 0xFF;
  wanted.max_current_a = 10;
  wanted.temperature_c = 19.5;
  wanted.hold_plugged_min = 5;
  wanted.name = "Zuhause";
  EXPECT_EQ(bench.vehicle.written_timer, wanted);
}

TEST_F(Profiles, ClimateWithoutBatteryClearsTheFlag) {
  ChargingProfile held;
  held.set(kOperationClimate | kOperationClimateOnBattery, true);
  update(R"({"index":1,"enableClimate":true,"allowBattery":false})", held);
  EXPECT_TRUE(bench.vehicle.written_timer.has(kOperationClimate));
  EXPECT_FALSE(bench.vehicle.written_timer.has(kOperationClimateOnBattery));
}

TEST_F(Profiles, OneTimerIsEnabledAndTheOthersStayAsTheyAre) {
  enable(R"({"index":2,"enabled":true})", Timers{0b1010});
  EXPECT_EQ(bench.vehicle.enabled, Timers{0b1110});
  confirms(VehicleOperation::EnableTimers);
  EXPECT_EQ(last().result, R"({"index":2,"enabled":true})");
}

TEST_F(Profiles, OneTimerIsDisabledAndTheOthersStayAsTheyAre) {
  enable(R"({"index":3,"enabled":false})", Timers{0b1010});
  EXPECT_EQ(bench.vehicle.enabled, Timers{0b0010});
}

TEST_F(Profiles, WhatTheCarKeepsAlreadyIsNotWrittenAgain) {
  enable(R"({"index":1,"enabled":true})", Timers{0b0010});
  EXPECT_THAT(calls(), ElementsAre("wake", "read"));
  EXPECT_EQ(last().result, R"({"index":1,"enabled":true})");
}

TEST_F(Profiles, CarThatRefusesFailsTheCommand) {
  update(R"({"index":1,"targetSoc":90})", {});
  bench.vehicleSays(VehicleOperation::WriteTimer, VehicleOutcome::Rejected);
  const auto response = last();
  EXPECT_EQ(response.status, ResponseStatus::Failed);
  EXPECT_EQ(response.error, "vehicle rejected the profile");
}

TEST_F(Profiles, Defect57CarThatDoesNotAnswerLeavesTheOutcomeUnknown) {
  update(R"({"index":1,"targetSoc":90})", {});
  bench.advance(kExecutionDeadline);
  EXPECT_EQ(last().status, ResponseStatus::Unknown);
}

TEST_F(Profiles, CarThatDoesNotTellItsProfilesIsNotWritten) {
  bench.send(1, kUpdate, {.params = R"({"index":1,"targetSoc":90})"});
  bench.vehicleSays(VehicleOperation::Wake);
  bench.advance(kProfileDeadline);
  const auto response = last();
  EXPECT_EQ(response.status, ResponseStatus::Failed);
  EXPECT_EQ(response.error, "vehicle did not answer what must be known before acting");
  EXPECT_THAT(calls(), ElementsAre("wake", "read"));
}

TEST_F(Profiles, UpdateRunsOnceAcrossARebootP1) {
  update(R"({"index":1,"targetSoc":90})", {});
  confirms(VehicleOperation::WriteTimer);
  bench.restart();
  bench.sync();
  bench.send(1, kUpdate, {.params = R"({"index":1,"targetSoc":90})", .attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Profiles, ResetWhileTheTimerIsWrittenIsUnknownP4) {
  update(R"({"index":1,"targetSoc":90})", {});
  bench.restart();
  EXPECT_THAT(bench.responses(), ElementsAre("unknown"));
}

TEST_F(Profiles, BothParameterStylesAndBothDomainNamesAreUnderstood) {
  bench.send(1, "chargingProfile.updateProfile", {.params = R"({"params":{"index":1,"targetSoc":90}})"});
  bench.vehicleSays(VehicleOperation::Wake);
  tells({}, {});
  EXPECT_EQ(bench.vehicle.written_timer.target_soc, 90);
}

TEST_F(Profiles, Defect64OutOfRangeNamesTheFieldAndChangesNothing) {
  bench.send(1, kUpdate, {.params = R"({"index":1,"targetSoc":300})"});
  const auto response = last();
  EXPECT_EQ(response.status, ResponseStatus::Failed);
  EXPECT_EQ(response.error, "targetSoc must be 0-100");
  EXPECT_THAT(calls(), IsEmpty());
}

// A full book is longer than a message.
TEST_F(Profiles, Defect21AllProfilesArriveInParts) {
  ChargingProfile full;
  full.name = "ÄÖÜäöüßÄÖÜäöüßÄÖÜäöü";
  for (auto& slot : bench.vehicle.book.slots) slot = HeardProfile{full, bench.now};
  bench.vehicle.book.timers = Timers{0b0100};
  bench.send(1, "profiles.get");
  std::string results;
  std::uint32_t parts = 0;
  while (const auto response = bench.nextResponse()) {
    EXPECT_EQ(response->status, ResponseStatus::Completed);
    EXPECT_EQ(response->part.number, ++parts);
    results += response->result;
  }
  EXPECT_GE(parts, 2u);
  for (const auto* index : {"\"index\":0", "\"index\":1", "\"index\":2,\"valid\":true", "\"index\":3"}) {
    EXPECT_THAT(results, HasSubstr(index));
  }
  EXPECT_THAT(results, HasSubstr("\"profileCount\":4"));
}

TEST_F(Profiles, Defect44AgeIsToldInsteadOfATimeSinceBoot) {
  bench.vehicle.book.slots[1] = HeardProfile{{}, bench.now};
  bench.vehicle.book.timers = Timers{0b0010};
  bench.now += 90s;
  bench.send(1, "profiles.getProfile", {.params = R"({"index":1})"});
  EXPECT_EQ(last().result,
            R"({"profile":{"index":1,"valid":true,"ageMs":90000,"enabled":true,"operation":0,"operation2":0,)"
            R"("chargingEnabled":false,"climateEnabled":false,"climateAllowBattery":false,"maxCurrent":32,)"
            R"("minChargeLevel":0,"targetChargeLevel":80,"temperature":22,"temperatureUnit":"celsius","leadTime":30,)"
            R"("holdTimePlug":30,"holdTimeBattery":10,"type":"timer","description":"Timer 1"}})");
}

TEST_F(Profiles, ProfileThatTheCarHasNotToldIsNotInvented) {
  bench.send(1, "profiles.getProfile", {.params = R"({"index":0})"});
  EXPECT_EQ(last().result, R"({"profile":{"index":0,"valid":false,"ageMs":null,"type":"immediate",)"
                           R"("description":"Immediate charging or climate"}})");
}

TEST_F(Profiles, RefreshAsksTheCarIfItIsAwake) {
  bench.send(1, "profiles.refresh");
  EXPECT_EQ(last().status, ResponseStatus::Failed);
  bench.vehicle.is_awake = true;
  bench.send(2, "profiles.refresh");
  EXPECT_EQ(last().status, ResponseStatus::Completed);
  EXPECT_THAT(calls(), ElementsAre("read", "read"));
}

}  // namespace
}  // namespace smartkar::device
