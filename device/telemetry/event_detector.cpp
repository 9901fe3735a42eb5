#include "device/telemetry/event_detector.hpp"

#include <charconv>
#include <utility>

namespace smartkar::device {
namespace {

using protocol::Event;
using protocol::Value;
namespace name = protocol::event_name;

using Car = VehicleSnapshot;

// The level below which v2.2 also sends lowBattery.
constexpr int kLowSoc = 20;

void add(Event& event, std::string_view detail, const std::optional<double>& value) {
  if (value) SK_ASSERT(event.details.push({detail, Value::number(*value)}));
}

void add(Event& event, std::string_view detail, const std::optional<bool>& value) {
  if (value) SK_ASSERT(event.details.push({detail, Value::boolean(*value)}));
}

void addText(Event& event, std::string_view detail, std::string_view text) {
  SK_ASSERT(event.details.push({detail, Value::text(text)}));
}

void nothing(Event&, const Car&) {}

void charge(Event& event, const Car& car) {
  add(event, "soc", car.soc);
  add(event, "powerKw", car.power_kw);
}

void supply(Event& event, const Car& car) { add(event, "hasSupply", car.has_supply); }

void climate(Event& event, const Car& car) {
  add(event, "heating", car.heating);
  add(event, "cooling", car.cooling);
  add(event, "temp", car.inside_c);
}

// A flag whose every change is an event.
struct Watched {
  std::optional<bool> Car::*flag;
  std::string_view on;
  std::string_view off;
  void (*describe)(Event&, const Car&);
};

constexpr Watched kWatched[kWatchedFlags] = {
    {&Car::ignition_on, name::kIgnitionOn, name::kIgnitionOff, nothing},
    {&Car::locked, name::kLocked, name::kUnlocked, nothing},
    {&Car::driver_open, name::kDoorOpened, name::kDoorClosed,
     [](Event& event, const Car&) { addText(event, "door", "driver"); }},
    {&Car::passenger_open, name::kDoorOpened, name::kDoorClosed,
     [](Event& event, const Car&) { addText(event, "door", "passenger"); }},
    {&Car::rear_left_open, name::kDoorOpened, name::kDoorClosed,
     [](Event& event, const Car&) { addText(event, "door", "rearLeft"); }},
    {&Car::rear_right_open, name::kDoorOpened, name::kDoorClosed,
     [](Event& event, const Car&) { addText(event, "door", "rearRight"); }},
    {&Car::trunk_open, name::kTrunkOpened, name::kTrunkClosed, nothing},
    {&Car::plugged, name::kPlugged, name::kUnplugged, supply},
    {&Car::charging, name::kChargingStarted, name::kChargingStopped, charge},
    {&Car::climate_active, name::kClimateStarted, name::kClimateStopped, climate},
};

constexpr std::size_t kChargingFlag = 8;
static_assert(kWatched[kChargingFlag].flag == static_cast<std::optional<bool> Car::*>(&Car::charging));

Event vehicleEvent(std::string_view event_name) {
  Event event;
  event.domain = protocol::event_domain::kVehicle;
  event.name = event_name;
  return event;
}

void tellLevel(std::string_view event_name, const Car& car, int level, EventSink& sink) {
  Event event = vehicleEvent(event_name);
  add(event, "soc", car.soc);
  std::array<char, 3> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), level).ptr;
  FixedString<4> threshold(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  SK_ASSERT(threshold.append('%'));
  addText(event, "threshold", threshold.view());
  sink.onEvent(event);
}

void tellLowBattery(const Car& car, EventSink& sink) {
  Event event = vehicleEvent(name::kLowBattery);
  add(event, "soc", car.soc);
  sink.onEvent(event);
}

void detectFlags(EventMemory& memory, const Car& car, EventSink& sink) {
  for (std::size_t i = 0; i < kWatchedFlags; ++i) {
    const Watched& watched = kWatched[i];
    const std::optional<bool>& flag = car.*watched.flag;
    if (!flag) continue;
    const auto before = std::exchange(memory.flags[i], flag);
    if (!before || *before == *flag) continue;
    Event event = vehicleEvent(*flag ? watched.on : watched.off);
    watched.describe(event, car);
    sink.onEvent(event);
  }
}

void detectSoc(EventMemory& memory, const Car& car, EventSink& sink) {
  if (!car.soc) return;
  const auto crossings = memory.soc_levels.look(*car.soc);
  for (std::size_t i = 0; i < kSocLevels.size(); ++i) {
    if (crossings[i] == Crossing::None) continue;
    tellLevel(name::kSocThreshold, car, kSocLevels[i], sink);
    if (kSocLevels[i] == kLowSoc && crossings[i] == Crossing::Down) tellLowBattery(car, sink);
  }
}

// charging: now, or at the look before.
void detectChargeGoal(EventMemory& memory, const Car& car, bool charging, EventSink& sink) {
  if (!car.soc) return;
  const auto reached = memory.charge_goal.look(*car.soc, charging, car.target_soc);
  if (reached) tellLevel(name::kChargingComplete, car, *reached, sink);
}

}  // namespace

void detectEvents(EventMemory& memory, const VehicleSnapshot& now, EventSink& sink) {
  const bool charging = memory.flags[kChargingFlag].value_or(false) || now.charging.value_or(false);
  detectFlags(memory, now, sink);
  detectSoc(memory, now, sink);
  detectChargeGoal(memory, now, charging, sink);
}

}  // namespace smartkar::device
