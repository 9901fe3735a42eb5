#include "device/telemetry/state_reporter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "device/telemetry/testing/parked_car.hpp"

namespace smartkar::device {
namespace {

using protocol::Field;

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

using Domains = std::vector<std::string>;
constexpr std::string_view kLongestText = "abcdefghijklmnopqrstuvwx";

struct Reporter : testing::Test {
  PublishedState published;
  ReportIntervals intervals;
  StateReporter reporter{published, intervals, at(0s)};
  VehicleSnapshot car = parkedCar();
  DeviceFacts facts = connectedDevice();
  char text[protocol::kDevicePayloadBytesMax];

  Observation seen() const { return {car, facts}; }
  void reportAll(Instant now) { reporter.markSent(reporter.due(seen(), now), seen(), now); }
  // Everything that is due, from as many messages as it takes.
  std::vector<protocol::FieldValue> collect(Instant now, StateReporter& from) {
    std::vector<protocol::FieldValue> values;
    protocol::StateMessage message;
    for (DomainSet rest = from.due(seen(), now); rest.any();) {
      rest &= ~from.collect(rest, seen(), message, text);
      values.insert(values.end(), message.values.begin(), message.values.end());
    }
    std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.field < b.field; });
    return values;
  }
  Domains domainsDue(Instant now) {
    Domains domains;
    for (const auto& value : collect(now, reporter)) {
      const std::string domain(protocol::fieldSpec(value.field).domain);
      if (domains.empty() || domains.back() != domain) domains.push_back(domain);
    }
    return domains;
  }
  // Nothing: the field is not in the message.
  std::optional<protocol::Value> valueDue(Field field, Instant now) {
    for (const auto& value : collect(now, reporter)) {
      if (value.field == field) return value.value;
    }
    return std::nullopt;
  }
};

TEST_F(Reporter, FirstReportHasEveryDomain) {
  EXPECT_EQ(reporter.due(seen(), at(1s)).count(), kStateDomains);
  EXPECT_EQ(domainsDue(at(1s)),
            (Domains{"device", "network", "vehicle", "vehicle.battery", "vehicle.drive", "vehicle.body",
                     "vehicle.body.doors", "vehicle.climate", "vehicle.range", "vehicle.gps", "vehicle.plug"}));
}

TEST_F(Reporter, EveryFieldTheProtocolKnowsIsReportedButTheHeapWhichTheDeviceDoesNotUse) {
  std::size_t readings = 0;
  for (std::size_t i = 0; i < kStateDomains; ++i) readings += provider(static_cast<StateDomain>(i)).readings.size();
  EXPECT_EQ(readings, protocol::kFieldCount - 1);
}

TEST_F(Reporter, NothingIsDueAfterItWasSent) {
  reportAll(at(1s));
  EXPECT_TRUE(reporter.due(seen(), at(2s)).none());
}

TEST_F(Reporter, WhatWasNotSentStaysDue) {
  const DomainSet due = reporter.due(seen(), at(1s));
  DomainSet sent = due;
  sent.reset(static_cast<std::size_t>(StateDomain::Battery));
  reporter.markSent(sent, seen(), at(1s));
  EXPECT_EQ(domainsDue(at(2s)), Domains{"vehicle.battery"});
}

TEST_F(Reporter, OnlyTheChangedDomainIsSent) {
  reportAll(at(1s));
  car.soc = 56;
  EXPECT_EQ(domainsDue(at(2s)), Domains{"vehicle.battery"});
}

struct Threshold {
  std::string domain;
  void (*almost)(VehicleSnapshot&, DeviceFacts&);
  void (*enough)(VehicleSnapshot&, DeviceFacts&);
};

TEST_F(Reporter, ThresholdsAreThoseOfV22) {
  const Threshold thresholds[] = {
      {"device", [](auto&, auto& now) { now.cell.percent = 86; }, [](auto&, auto& now) { now.cell.percent = 85; }},
      {"network", [](auto&, auto& now) { now.network.signal_dbm = -84; },
       [](auto&, auto& now) { now.network.signal_dbm = -85; }},
      {"vehicle.battery", [](auto& now, auto&) { now.soc = 55.9; }, [](auto& now, auto&) { now.soc = 56; }},
      {"vehicle.battery", [](auto& now, auto&) { now.power_kw = 0.49; }, [](auto& now, auto&) { now.power_kw = 0.5; }},
      {"vehicle.drive", [](auto& now, auto&) { now.speed_kmh = 4.9; }, [](auto& now, auto&) { now.speed_kmh = 5; }},
      {"vehicle.climate", [](auto& now, auto&) { now.inside_c = 13.9; }, [](auto& now, auto&) { now.inside_c = 14; }},
      {"vehicle.range", [](auto& now, auto&) { now.range_km = 126; }, [](auto& now, auto&) { now.range_km = 125; }},
  };
  reportAll(at(1s));
  for (const Threshold& threshold : thresholds) {
    car = parkedCar();
    facts = connectedDevice();
    threshold.almost(car, facts);
    EXPECT_EQ(domainsDue(at(2s)), Domains{});
    threshold.enough(car, facts);
    EXPECT_EQ(domainsDue(at(2s)), Domains{threshold.domain});
  }
}

TEST_F(Reporter, FlagsAreReportedAtOnceAlsoTheSecondDoor) {
  reportAll(at(1s));
  car.driver_open = true;
  EXPECT_TRUE(valueDue(Field::BodyAnyDoorOpen, at(2s))->asBoolean());
  reportAll(at(2s));
  car.rear_right_open = true;
  EXPECT_TRUE(valueDue(Field::DoorsRearRightOpen, at(3s))->asBoolean());
  reportAll(at(3s));
  car.locked = false;
  EXPECT_EQ(valueDue(Field::BodyCentralLock, at(4s))->asNumber(), 2);
}

TEST_F(Reporter, AParkedCarIsReportedEveryFiveMinutes) {
  reportAll(at(0s));
  car.fix_age = 5min;
  EXPECT_EQ(reporter.nextDeadline(car), at(5min));
  EXPECT_TRUE(reporter.due(seen(), at(5min - 1s)).none());
  EXPECT_EQ(reporter.due(seen(), at(5min)).count(), kStateDomains - 1);  // all but the position
}

TEST_F(Reporter, WhatMovesIsReportedEveryThirtySecondsWhileTheCarIsAwakeOrCharging) {
  for (const auto begin :
       {+[](VehicleSnapshot& now) { now.charging = true; }, +[](VehicleSnapshot& now) { now.bus_awake = true; }}) {
    car = parkedCar();
    begin(car);
    reportAll(at(0s));
    EXPECT_EQ(reporter.nextDeadline(car), at(30s));
    EXPECT_EQ(domainsDue(at(30s)),
              (Domains{"vehicle.battery", "vehicle.drive", "vehicle.climate", "vehicle.range", "vehicle.gps"}));
  }
}

TEST_F(Reporter, WithIgnitionOnSpeedAndPositionAreReportedEveryTenSeconds) {
  car.ignition_on = true;
  car.fix_age = 1s;
  reportAll(at(0s));
  EXPECT_EQ(reporter.nextDeadline(car), at(10s));
  EXPECT_EQ(domainsDue(at(10s)), (Domains{"vehicle.drive", "vehicle.gps"}));
}

TEST_F(Reporter, AfterAWakeOnlyTheDeviceAndChangesAreDue) {
  reportAll(at(1s));
  car.locked = false;
  StateReporter woken{published, intervals, at(0s)};
  for (const auto& value : collect(at(1s), woken)) {
    const auto domain = protocol::fieldSpec(value.field).domain;
    EXPECT_TRUE(domain == "device" || domain == "network" || domain.starts_with("vehicle.body")) << domain;
  }
}

TEST_F(Reporter, WantAllSendsEverythingOnceWithWhatIsUnknown) {
  car.soc.reset();
  reportAll(at(1s));
  reporter.wantAll();
  EXPECT_EQ(reporter.due(seen(), at(2s)).count(), kStateDomains);
  EXPECT_TRUE(valueDue(Field::BatterySoc, at(2s))->isNull());
  reportAll(at(2s));
  EXPECT_TRUE(reporter.due(seen(), at(2s)).none());
}

TEST_F(Reporter, ValueThatBecomesUnknownIsNullOnce) {
  reportAll(at(0s));
  car.remaining_min.reset();
  car.soc.reset();
  ASSERT_TRUE(valueDue(Field::BatterySoc, at(1s)));
  EXPECT_TRUE(valueDue(Field::BatterySoc, at(1s))->isNull());
  reportAll(at(1s));
  EXPECT_EQ(domainsDue(at(2s)), Domains{});
  EXPECT_TRUE(valueDue(Field::BatteryCharging, at(301s)));
  EXPECT_FALSE(valueDue(Field::BatterySoc, at(301s)));
}

TEST_F(Reporter, CarThatSleepsOnAfterAWakeIsWhatItWas) {
  reportAll(at(0s));
  StateReporter woken{published, intervals, at(0s)};
  car = VehicleSnapshot{};
  car.can_frames = 0;
  for (const auto& value : collect(at(10min), woken)) {
    EXPECT_FALSE(protocol::fieldSpec(value.field).domain.starts_with("vehicle.")) << value.value.asText();
  }
  car.can_frames = 1;
  EXPECT_EQ(valueDue(Field::PlugPlugged, at(10min)), protocol::Value::null());
}

TEST_F(Reporter, FirstReportOfABootSaysWhatIsUnknown) {
  car.soc.reset();
  EXPECT_TRUE(valueDue(Field::BatterySoc, at(1s))->isNull());
}

TEST_F(Reporter, DomainOfWhichNothingIsKnownIsSilentAfterItWasToldOnce) {
  static_cast<RangeState&>(car) = {};
  reportAll(at(0s));
  const Domains due = domainsDue(at(5min));
  EXPECT_EQ(std::count(due.begin(), due.end(), "vehicle.range"), 0);
  reportAll(at(5min));
  EXPECT_EQ(reporter.nextDeadline(car), at(10min));
}

TEST_F(Reporter, PositionIsReportedWithAFixOfThirtySecondsAndNotTakenBackLater) {
  car.fix_age = 30s;
  EXPECT_TRUE(valueDue(Field::GpsLat, at(1s)));
  reportAll(at(1s));
  car.fix_age = 31s;
  EXPECT_FALSE(valueDue(Field::GpsLat, at(10min)));
  static_cast<GpsState&>(car) = {};
  EXPECT_FALSE(valueDue(Field::GpsLat, at(10min)));
}

TEST_F(Reporter, ValueBeyondItsRangeIsUnknownAndNeverAnInvalidMessage) {
  car.remaining_min = 255;
  car.display_km = 2047;
  car.speed_kmh = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(valueDue(Field::BatteryRemainingMin, at(1s))->isNull());
  EXPECT_TRUE(valueDue(Field::RangeDisplayKm, at(1s))->isNull());
  EXPECT_TRUE(valueDue(Field::DriveSpeedKmh, at(1s))->isNull());
}

TEST_F(Reporter, Defect58SignalAndVoltageHaveTheUnitsOfTheSchema) {
  EXPECT_EQ(valueDue(Field::NetworkSignalStrength, at(1s))->asNumber(), -75);
  EXPECT_EQ(valueDue(Field::DeviceBatteryVoltage, at(1s))->asNumber(), 4.15);
  facts.network.signal_dbm = 17;  // an index
  facts.cell.volts = 4150;        // millivolts
  EXPECT_TRUE(valueDue(Field::NetworkSignalStrength, at(1s))->isNull());
  EXPECT_TRUE(valueDue(Field::DeviceBatteryVoltage, at(1s))->isNull());
}

TEST_F(Reporter, Defect44ValuesOfBeforeTheSleepAreNotTakenForNew) {
  car.charging = true;
  reportAll(at(1s));
  StateReporter woken{published, intervals, at(0s)};
  car.charging.reset();  // the bus is silent: nobody knows
  const auto values = collect(at(1s), woken);
  const auto charging = std::find_if(values.begin(), values.end(),
                                     [](const auto& value) { return value.field == Field::BatteryCharging; });
  ASSERT_NE(charging, values.end());
  EXPECT_TRUE(charging->value.isNull());
}

// Every field at its longest, in the car and of the device.
struct LongState : Reporter {
  LongState() {
    fillDevice();
    fillBattery();
    fillRest();
  }
  void fillDevice() {
    facts.uptime = std::chrono::milliseconds(4294967295);
    facts.wake_cause = facts.modem_state = kLongestText;
    facts.cell = {19.99, 100, false, false, kLongestText, 10000};
    facts.network = {-150, kLongestText, false, false, kLongestText, false};
  }
  void fillBattery() {
    car.bus_awake = false;
    car.can_frames = 4294967295;
    car.soc = 99.9;
    car.charging = false;
    car.charging_mode = car.charging_status = 15;
    car.charging_amps = car.remaining_min = 254;
    car.target_soc = 100;
    car.power_kw = -499.99;
    car.energy_wh = car.max_energy_wh = 200000;
    car.battery_c = -49.9;
  }
  void fillRest() {
    car.speed_kmh = 399.99;
    car.odometer_km = 1048575;
    car.locked = car.trunk_open = car.driver_open = car.passenger_open = false;
    car.inside_c = car.outside_c = -49.9;
    car.climate_min = 65535;
    car.range_km = car.electric_km = car.display_km = 2044;
    car.consumption = 499.9;
    car.tendency = RangeTendency::Increasing;
    car.latitude = -89.999999;
    car.longitude = -179.999999;
    car.altitude_m = -499.9;
    car.heading_deg = 359.9;
    car.satellites = 255;
    car.fix = GpsFix::Dgps;
    car.hdop = 99.999;
    car.fix_age = 1s;
    car.has_supply = false;
    car.lock_state = 15;
  }
};

TEST_F(LongState, Defect21StateIsSplitByDomainAndNothingIsLost) {
  protocol::StateMessage message;
  message.time = unixTime(4102444800);
  message.boot = message.seq = 4294967295;
  DomainSet rest = reporter.due(seen(), at(1s));
  ASSERT_EQ(rest.count(), kStateDomains);
  std::size_t messages = 0;
  std::size_t values = 0;
  for (; rest.any(); ++messages) {
    const DomainSet taken = reporter.collect(rest, seen(), message, text);
    ASSERT_TRUE(taken.any());
    const auto encoded = protocol::encodeState(message, text);
    ASSERT_TRUE(encoded.ok());
    EXPECT_LE(encoded->size(), protocol::kDevicePayloadBytesMax);
    values += message.values.size();
    reporter.markSent(taken, seen(), at(1s));
    rest &= ~taken;
  }
  EXPECT_EQ(values, protocol::kFieldCount - 1);
  EXPECT_EQ(messages, 2u);
  EXPECT_TRUE(reporter.due(seen(), at(1s)).none());
}

}  // namespace
}  // namespace smartkar::device
