#include "device/command/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/command/testing/router_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

constexpr std::string_view kCharge = "vehicle.startCharging";

struct OnlyIf : testing::Test {
  RouterBench bench;

  OnlyIf() {
    VehicleSnapshot& car = bench.vehicle.state;
    car.plugged = true;
    car.locked = true;
    car.soc = 60;
    car.outside_c = 4.5;
    car.ignition_on = false;
    car.speed_kmh = 0;
    justHeard();
  }
  void justHeard() {
    VehicleSnapshot& car = bench.vehicle.state;
    car.plug_age = car.body_age = car.battery_age = car.climate_age = car.drive_age = Duration(0);
  }
  void order(std::string_view conditions) {
    bench.send(1, kCharge, {.params = R"({"onlyIf":)" + std::string(conditions) + "}"});
    bench.vehicleSays(VehicleOperation::Wake);
  }
  // The error; empty: the vehicle was started.
  std::string orderOnFreshKnowledge(std::string_view conditions) {
    bench.vehicle.calls.clear();
    order(conditions);
    bench.vehicleSays(VehicleOperation::Refresh);
    bench.vehicleSays(VehicleOperation::WriteProfile);
    bench.vehicleSays(VehicleOperation::Start);
    return end();
  }
  std::string end() {
    std::string error;
    while (const auto response = bench.nextResponse()) error = response->error.view();
    const bool started = std::ranges::count(bench.vehicle.calls, "start") > 0;
    EXPECT_EQ(started, error.empty());
    bench.flash = CutFlash(4096);
    const VehicleSnapshot state = bench.vehicle.state;
    bench.restart();
    bench.vehicle.state = state;
    bench.sync();
    return error;
  }
};

TEST_F(OnlyIf, ConditionsThatHoldLetTheCommandAct) {
  EXPECT_EQ(
      orderOnFreshKnowledge(
          R"({"parked":true,"plugged":true,"locked":true,"socBelow":80,"socAbove":20,"outsideBelow":5,"outsideAbove":-5})"),
      "");
  EXPECT_EQ(orderOnFreshKnowledge("{}"), "");
}

TEST_F(OnlyIf, TheOneThatDoesNotHoldIsNamedWithWhatWasSeen) {
  EXPECT_EQ(orderOnFreshKnowledge(R"({"plugged":false})"), "onlyIf plugged: it is true");
  EXPECT_EQ(orderOnFreshKnowledge(R"({"locked":false})"), "onlyIf locked: it is true");
  EXPECT_EQ(orderOnFreshKnowledge(R"({"socBelow":60})"), "onlyIf socBelow: it is 60");
  EXPECT_EQ(orderOnFreshKnowledge(R"({"socAbove":60})"), "onlyIf socAbove: it is 60");
  EXPECT_EQ(orderOnFreshKnowledge(R"({"outsideBelow":4.5})"), "onlyIf outsideBelow: it is 4.5");
  EXPECT_EQ(orderOnFreshKnowledge(R"({"outsideAbove":10})"), "onlyIf outsideAbove: it is 4.5");
  bench.vehicle.state.outside_c = -7;
  EXPECT_EQ(orderOnFreshKnowledge(R"({"outsideAbove":0})"), "onlyIf outsideAbove: it is -7");
}

TEST_F(OnlyIf, ParkedMeansStandingWithTheIgnitionOff) {
  bench.vehicle.state.ignition_on = true;
  EXPECT_EQ(orderOnFreshKnowledge(R"({"parked":true})"), "onlyIf parked: it is false");
  bench.vehicle.state.ignition_on = false;
  bench.vehicle.state.speed_kmh = 0.5;
  EXPECT_EQ(orderOnFreshKnowledge(R"({"parked":true})"), "onlyIf parked: it is false");
  bench.vehicle.state.speed_kmh.reset();
  EXPECT_EQ(orderOnFreshKnowledge(R"({"parked":true})"), "onlyIf parked: it is unknown");
}

TEST_F(OnlyIf, WhatIsUnknownDoesNotHold) {
  bench.vehicle.state.plugged.reset();
  EXPECT_EQ(orderOnFreshKnowledge(R"({"plugged":true})"), "onlyIf plugged: it is unknown");
  EXPECT_EQ(orderOnFreshKnowledge(R"({"plugged":false})"), "onlyIf plugged: it is unknown");
}

TEST_F(OnlyIf, WhatWasHeardBeforeTheCommandIsUnknown) {
  bench.vehicle.state.plug_age = 10min;
  EXPECT_EQ(orderOnFreshKnowledge(R"({"plugged":true})"), "onlyIf plugged: it is unknown");
  bench.vehicle.state.plug_age.reset();
  EXPECT_EQ(orderOnFreshKnowledge(R"({"plugged":true})"), "onlyIf plugged: it is unknown");
}

TEST_F(OnlyIf, VehicleIsAskedBeforeAndDoesNothingIfItDoesNotAnswer) {
  order(R"({"plugged":true})");
  EXPECT_EQ(bench.vehicle.refreshes, 1);
  EXPECT_THAT(bench.vehicle.calls, ElementsAre("wake"));
  bench.advance(kProfileDeadline);
  EXPECT_EQ(end(), "vehicle did not answer what must be known before acting");
}

TEST_F(OnlyIf, CommandWithoutConditionsAsksNothing) {
  bench.send(1, kCharge);
  bench.vehicleObeys();
  EXPECT_EQ(bench.vehicle.refreshes, 0);
}

TEST_F(OnlyIf, ChangeDuringTheProfileUpdateIsSeen) {
  order(R"({"parked":true})");
  bench.vehicleSays(VehicleOperation::Refresh);
  bench.vehicle.state.ignition_on = true;
  bench.vehicleSays(VehicleOperation::WriteProfile);
  EXPECT_EQ(end(), "onlyIf parked: it is false");
}

TEST_F(OnlyIf, ChangeAfterTheStartUndoesNothing) {
  order(R"({"parked":true})");
  bench.vehicleSays(VehicleOperation::Refresh);
  bench.vehicleSays(VehicleOperation::WriteProfile);
  bench.vehicle.state.ignition_on = true;
  bench.vehicleSays(VehicleOperation::Start);
  EXPECT_EQ(end(), "");
  EXPECT_THAT(bench.vehicle.calls, Not(Contains("stop")));
}

TEST_F(OnlyIf, AnswerIsTheSameAfterARestartP1) {
  order(R"({"socBelow":50})");
  bench.vehicleSays(VehicleOperation::Refresh);
  bench.restart();
  bench.sync();
  bench.ask({.open = {1}});
  const auto response = bench.nextResponse();
  EXPECT_EQ(response->status, ResponseStatus::Failed);
  EXPECT_EQ(response->error, "onlyIf socBelow: it is 60");
}

TEST_F(OnlyIf, OtherConditionsAreAnotherCommand) {
  order(R"({"plugged":true})");
  bench.responses();
  bench.send(1, kCharge, {.params = R"({"onlyIf":{"plugged":false}})", .attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("id_conflict"));
}

TEST_F(OnlyIf, ConditionOutOfOrderNamesItAndChangesNothing) {
  bench.send(1, kCharge, {.params = R"({"onlyIf":{"socBelow":"80"}})"});
  const auto response = bench.nextResponse();
  EXPECT_EQ(response->status, ResponseStatus::Failed);
  EXPECT_EQ(response->error, "onlyIf.socBelow must be a number");
  EXPECT_TRUE(bench.vehicle.calls.empty());
}

}  // namespace
}  // namespace smartkar::device
