#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/telemetry/event_detector.hpp"
#include "device/telemetry/state_reporter.hpp"

namespace smartkar::device {
namespace {

constexpr Instant at(Duration since_start) { return Instant{} + since_start; }

VehicleSnapshot parkedCar() {
  VehicleSnapshot car;
  car.soc = 55;
  car.charging = false;
  car.power_kw = 0;
  car.plugged = true;
  car.has_supply = true;
  car.locked = true;
  car.climate_active = false;
  car.inside_c = 12;
  car.ignition_on = false;
  car.speed_kmh = 0;
  car.odometer_km = 43210;
  car.range_km = 130;
  return car;
}

struct Reporter : testing::Test {
  PublishedState published;
  StateReporter reporter{published, at(0s)};
  DeviceFacts facts{1s, "timer", "connected"};
  VehicleSnapshot car = parkedCar();

  std::vector<std::string_view> domainsDue(Instant now) {
    protocol::StateMessage message;
    reporter.collect(car, facts, now, message);
    std::vector<std::string_view> domains;
    for (const auto& value : message.values) {
      const auto domain = protocol::fieldSpec(value.field).domain;
      if (domains.empty() || domains.back() != domain) domains.push_back(domain);
    }
    return domains;
  }
};

TEST_F(Reporter, FirstReportHasEveryDomainAndFitsAMessage) {
  protocol::StateMessage message;
  reporter.collect(car, facts, at(1s), message);
  char text[protocol::kDevicePayloadBytesMax];
  ASSERT_TRUE(protocol::encodeState(message, text));
  EXPECT_EQ(domainsDue(at(1s)).size(), kStateDomains);
}

TEST_F(Reporter, NothingIsDueAfterItWasSent) {
  reporter.markSent(car, facts, at(1s));
  EXPECT_FALSE(reporter.due(car, facts, at(2s)));
}

TEST_F(Reporter, OnlyTheChangedDomainIsSent) {
  reporter.markSent(car, facts, at(1s));
  car.soc = 56;
  EXPECT_EQ(domainsDue(at(2s)), std::vector<std::string_view>{"vehicle.battery"});
}

TEST_F(Reporter, NoiseIsNoChange) {
  reporter.markSent(car, facts, at(1s));
  car.power_kw = 0.4;
  car.inside_c = 13.5;
  EXPECT_FALSE(reporter.due(car, facts, at(2s)));
}

TEST_F(Reporter, ChargingShortensTheInterval) {
  car.charging = true;
  reporter.markSent(car, facts, at(0s));
  EXPECT_FALSE(reporter.due(car, facts, at(29s)));
  EXPECT_TRUE(reporter.due(car, facts, at(30s)));
  EXPECT_EQ(reporter.nextDeadline(car), at(30s));
}

TEST_F(Reporter, AfterAWakeOnlyTheDeviceAndChangesAreDue) {
  reporter.markSent(car, facts, at(1s));
  StateReporter woken{published, at(0s)};
  protocol::StateMessage message;
  woken.collect(car, facts, at(1s), message);
  for (const auto& value : message.values) {
    EXPECT_NE(protocol::fieldSpec(value.field).domain.substr(0, 7), "vehicle");
  }
}

TEST_F(Reporter, WantAllSendsEverythingOnce) {
  reporter.markSent(car, facts, at(1s));
  reporter.wantAll();
  EXPECT_EQ(domainsDue(at(2s)).size(), kStateDomains);
  reporter.markSent(car, facts, at(2s));
  EXPECT_FALSE(reporter.due(car, facts, at(2s)));
}

TEST_F(Reporter, UnknownValuesAreNull) {
  car.soc.reset();
  protocol::StateMessage message;
  reporter.collect(car, facts, at(1s), message);
  for (const auto& value : message.values) {
    if (value.field == protocol::Field::BatterySoc) {
      EXPECT_TRUE(value.value.isNull());
    }
  }
}

struct Events : EventSink {
  void onEvent(const protocol::Event& event) override { names.emplace_back(event.name.view()); }
  std::vector<std::string> names;
};

TEST(EventDetector, Defect26VehicleEventsAreDetectedWithoutTelemetry) {
  Events events;
  const VehicleSnapshot before = parkedCar();
  VehicleSnapshot now = before;
  now.charging = true;
  now.locked = false;
  now.climate_active = true;
  now.ignition_on = true;
  detectEvents(before, now, events);
  EXPECT_EQ(events.names, (std::vector<std::string>{"ignitionOn", "unlocked", "chargingStarted", "climateStarted"}));
}

TEST(EventDetector, UnknownBecomingKnownIsNoEvent) {
  Events events;
  detectEvents(VehicleSnapshot{}, parkedCar(), events);
  EXPECT_TRUE(events.names.empty());
}

TEST(EventDetector, LowBatteryComesOnceWhenTheValueFalls) {
  Events events;
  VehicleSnapshot before = parkedCar();
  VehicleSnapshot now = before;
  before.soc = 20;
  now.soc = 19;
  detectEvents(before, now, events);
  before.soc = 18;
  detectEvents(now, before, events);
  EXPECT_EQ(events.names, std::vector<std::string>{"lowBattery"});
}

}  // namespace
}  // namespace smartkar::device
