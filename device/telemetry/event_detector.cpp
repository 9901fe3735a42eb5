#include "device/telemetry/event_detector.hpp"

#include <charconv>

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

void remember(const Car& car, EventMemory& memory) {
  for (std::size_t i = 0; i < kWatchedFlags; ++i) {
    if (const auto& flag = car.*kWatched[i].flag) memory.flags[i] = flag;
  }
}

void detectFlags(const Car& now, EventSink& sink) {
  for (std::size_t i = 0; i < kWatchedFlags; ++i) {
    const Watched& watched = kWatched[i];
    const std::optional<bool>& before = sink.eventMemory().flags[i];
    const std::optional<bool>& flag = now.*watched.flag;
    if (!before || !flag || *before == *flag) continue;
    Event event = vehicleEvent(*flag ? watched.on : watched.off);
    watched.describe(event, now);
    sink.onEvent(event);
  }
}

void detectSoc(const Car& before, const Car& now, EventSink& sink) {
  EventMemory& memory = sink.eventMemory();
  if (before.soc) memory.soc_levels.look(*before.soc);
  if (!now.soc) return;
  const auto crossings = memory.soc_levels.look(*now.soc);
  for (std::size_t i = 0; i < kSocLevels.size(); ++i) {
    if (crossings[i] == Crossing::None) continue;
    tellLevel(name::kSocThreshold, now, kSocLevels[i], sink);
    if (kSocLevels[i] == kLowSoc && crossings[i] == Crossing::Down) tellLowBattery(now, sink);
  }
}

// charging: at the look before, or the last one that told.
void detectChargeGoal(const Car& before, const Car& now, bool charging, EventSink& sink) {
  ChargeGoal& goal = sink.eventMemory().charge_goal;
  if (before.soc) goal.look(*before.soc, false, before.target_soc);
  if (!now.soc) return;
  const auto reached = goal.look(*now.soc, charging || now.charging.value_or(false), now.target_soc);
  if (reached) tellLevel(name::kChargingComplete, now, *reached, sink);
}

}  // namespace

void detectEvents(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink) {
  remember(before, sink.eventMemory());
  detectFlags(now, sink);
  detectSoc(before, now, sink);
  detectChargeGoal(before, now, sink.eventMemory().flags[kChargingFlag].value_or(false), sink);
}

}  // namespace smartkar::device
