#include "device/telemetry/event_detector.hpp"

namespace smartkar::device {
namespace {

using protocol::Event;
using protocol::Value;
namespace name = protocol::event_name;

// Below this the car itself warns; the event comes once, when the value falls past it.
constexpr double kLowSoc = 20;

bool flipped(const std::optional<bool>& before, const std::optional<bool>& now) {
  return before && now && *before != *now;
}

void add(Event& event, std::string_view detail, const std::optional<double>& value) {
  if (value) SK_ASSERT(event.details.push({detail, Value::number(*value)}));
}

Event vehicleEvent(std::string_view event_name) {
  Event event;
  event.domain = protocol::event_domain::kVehicle;
  event.name = event_name;
  return event;
}

void detectCharging(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink) {
  if (!flipped(before.charging, now.charging)) return;
  Event event = vehicleEvent(*now.charging ? name::kChargingStarted : name::kChargingStopped);
  add(event, "soc", now.soc);
  add(event, "powerKw", now.power_kw);
  sink.onEvent(event);
}

void detectPlug(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink) {
  if (!flipped(before.plugged, now.plugged)) return;
  Event event = vehicleEvent(*now.plugged ? name::kPlugged : name::kUnplugged);
  if (now.has_supply) SK_ASSERT(event.details.push({"hasSupply", Value::boolean(*now.has_supply)}));
  sink.onEvent(event);
}

void detectClimate(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink) {
  if (!flipped(before.climate_active, now.climate_active)) return;
  Event event = vehicleEvent(*now.climate_active ? name::kClimateStarted : name::kClimateStopped);
  add(event, "temp", now.inside_c);
  sink.onEvent(event);
}

void detectLowBattery(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink) {
  if (!before.soc || !now.soc || *before.soc < kLowSoc || *now.soc >= kLowSoc) return;
  Event event = vehicleEvent(name::kLowBattery);
  add(event, "soc", now.soc);
  sink.onEvent(event);
}

}  // namespace

void detectEvents(const VehicleSnapshot& before, const VehicleSnapshot& now, EventSink& sink) {
  if (flipped(before.ignition_on, now.ignition_on)) {
    sink.onEvent(vehicleEvent(*now.ignition_on ? name::kIgnitionOn : name::kIgnitionOff));
  }
  if (flipped(before.locked, now.locked)) sink.onEvent(vehicleEvent(*now.locked ? name::kLocked : name::kUnlocked));
  detectPlug(before, now, sink);
  detectCharging(before, now, sink);
  detectClimate(before, now, sink);
  detectLowBattery(before, now, sink);
}

}  // namespace smartkar::device
