#include "device/telemetry/event_detector.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "device/telemetry/testing/parked_car.hpp"

namespace smartkar::device {
namespace {

using Names = std::vector<std::string>;

// Looks at a car again and again, as the controller does.
struct Detector : testing::Test, EventSink {
  VehicleSnapshot car = parkedCar();
  EventMemory memory;
  std::vector<protocol::Event> events;

  void onEvent(const protocol::Event& event) override { events.push_back(event); }
  void SetUp() override { detectEvents(memory, car, *this); }

  // The names of what happened since the look before.
  Names look() {
    events.clear();
    detectEvents(memory, car, *this);
    Names names;
    for (const auto& event : events) names.emplace_back(event.name.view());
    return names;
  }
  Names lookAtSoc(double soc) {
    car.soc = soc;
    return look();
  }
  // As text, or the number; "" if there is none.
  std::string detail(std::string_view name) const {
    for (const auto& detail : events.at(0).details) {
      if (detail.name != name) continue;
      return detail.value.kind() == protocol::Value::Kind::Number
                 ? std::to_string(static_cast<int>(detail.value.asNumber()))
                 : std::string(detail.value.asText());
    }
    return {};
  }
};

TEST_F(Detector, Defect26VehicleEventsAreDetectedWithoutTelemetry) {
  car.charging = true;
  car.locked = false;
  car.climate_active = true;
  car.ignition_on = true;
  EXPECT_EQ(look(), (Names{"ignitionOn", "unlocked", "chargingStarted", "climateStarted"}));
  EXPECT_EQ(look(), Names{});
  car = parkedCar();
  EXPECT_EQ(look(), (Names{"ignitionOff", "locked", "chargingStopped", "climateStopped"}));
}

TEST_F(Detector, DoorsAreToldOneByOneAndByName) {
  car.rear_left_open = true;
  EXPECT_EQ(look(), Names{"doorOpened"});
  EXPECT_EQ(detail("door"), "rearLeft");
  car.driver_open = true;
  EXPECT_EQ(look(), Names{"doorOpened"});
  EXPECT_EQ(detail("door"), "driver");
  car.rear_left_open = false;
  EXPECT_EQ(look(), Names{"doorClosed"});
  EXPECT_EQ(detail("door"), "rearLeft");
}

TEST_F(Detector, TrunkAndPlugAreTold) {
  car.trunk_open = true;
  car.plugged = car.has_supply = false;
  EXPECT_EQ(look(), (Names{"trunkOpened", "unplugged"}));
  car = parkedCar();
  EXPECT_EQ(look(), (Names{"trunkClosed", "plugged"}));
}

TEST_F(Detector, DetailsAreThoseOfTheProtocol) {
  car.charging = true;
  car.power_kw = 7;
  look();
  EXPECT_EQ(detail("soc"), "55");
  EXPECT_EQ(detail("powerKw"), "7");
  car.climate_active = car.heating = true;
  look();
  EXPECT_EQ(events[0].details.size(), 3u);
  EXPECT_EQ(detail("temp"), "12");
}

TEST_F(Detector, UnknownBecomingKnownIsNoEvent) {
  memory = {};
  EXPECT_EQ(look(), Names{});
}

TEST_F(Detector, ChangeBehindAnUnknownValueIsToldWhenItIsKnownAgain) {
  look();
  car = VehicleSnapshot{};  // after a deep sleep, before the first frame
  EXPECT_EQ(look(), Names{});
  EXPECT_EQ(look(), Names{});
  car = parkedCar();
  car.plugged = false;
  car.soc = 49;
  EXPECT_EQ(look(), (Names{"unplugged", "socThreshold"}));
}

TEST_F(Detector, LevelsAreToldOncePerCrossingInBothDirections) {
  EXPECT_EQ(lookAtSoc(79), Names{});
  EXPECT_EQ(lookAtSoc(80), Names{"socThreshold"});
  EXPECT_EQ(detail("threshold"), "80%");
  EXPECT_EQ(detail("soc"), "80");
  for (const double soc : {79, 80, 81, 79, 80}) EXPECT_EQ(lookAtSoc(soc), Names{}) << soc;
  EXPECT_EQ(lookAtSoc(78), Names{"socThreshold"});
  EXPECT_EQ(lookAtSoc(49), Names{"socThreshold"});
  EXPECT_EQ(detail("threshold"), "50%");
}

TEST_F(Detector, LongSleepCrossesSeveralLevels) { EXPECT_EQ(lookAtSoc(100), (Names{"socThreshold", "socThreshold"})); }

TEST_F(Detector, LowBatteryComesOnceWhenTheValueFalls) {
  EXPECT_EQ(lookAtSoc(20), (Names{"socThreshold"}));  // the level of 50 %
  EXPECT_EQ(lookAtSoc(19), (Names{"socThreshold", "lowBattery"}));
  EXPECT_EQ(lookAtSoc(20), Names{});
  EXPECT_EQ(lookAtSoc(18), Names{});
  EXPECT_EQ(lookAtSoc(22), Names{"socThreshold"});
  EXPECT_EQ(lookAtSoc(19), (Names{"socThreshold", "lowBattery"}));
}

TEST_F(Detector, CarThatIsLowAtTheFirstLookIsNoEvent) {
  memory = {};
  EXPECT_EQ(lookAtSoc(10), Names{});
  EXPECT_EQ(lookAtSoc(9), Names{});
}

TEST_F(Detector, ChargingIsCompleteAtItsTarget) {
  car.charging = true;
  look();
  EXPECT_EQ(lookAtSoc(79), Names{});
  car.charging = false;  // the car stops by itself
  EXPECT_EQ(lookAtSoc(80), (Names{"chargingStopped", "socThreshold", "chargingComplete"}));
  EXPECT_EQ(look(), Names{});
}

TEST_F(Detector, ChargingIsCompleteWhenFullIfTheTargetIsUnknown) {
  car.target_soc.reset();
  car.charging = true;
  look();
  EXPECT_EQ(lookAtSoc(99), Names{"socThreshold"});
  EXPECT_EQ(lookAtSoc(100), (Names{"socThreshold", "chargingComplete"}));
  car.charging = false;
  EXPECT_EQ(look(), Names{"chargingStopped"});
}

TEST_F(Detector, ChargingThatWasStoppedEarlyIsNotComplete) {
  car.charging = true;
  look();
  car.charging = false;
  EXPECT_EQ(lookAtSoc(70), Names{"chargingStopped"});
}

TEST_F(Detector, MemoryIsAFewBytesOfWhatSurvivesASleep) { EXPECT_LE(sizeof(EventMemory), 40u); }

}  // namespace
}  // namespace smartkar::device
