#include "device/telemetry/state_reporter.hpp"

#include <algorithm>
#include <cmath>

namespace smartkar::device {
namespace {

using protocol::Field;
using protocol::StateMessage;
using protocol::Value;

constexpr StateDomain kDomains[] = {StateDomain::Device, StateDomain::Network, StateDomain::Battery, StateDomain::Drive,
                                    StateDomain::Body,   StateDomain::Climate, StateDomain::Range,   StateDomain::Plug};

template <class T>
bool moved(const std::optional<T>& before, const std::optional<T>& now, double threshold) {
  if (before.has_value() != now.has_value()) return true;
  return now && std::abs(static_cast<double>(*now) - static_cast<double>(*before)) >= threshold;
}

bool flipped(const std::optional<bool>& before, const std::optional<bool>& now) { return before != now; }

// Longest time between two reports of a domain (docs/sources.md, telemetry).
Duration longestInterval(StateDomain domain, const VehicleSnapshot& car) {
  const bool ignition = car.ignition_on.value_or(false);
  switch (domain) {
    case StateDomain::Battery:
      return car.charging.value_or(false) ? Duration(30s) : Duration(5min);
    case StateDomain::Drive:
      return ignition ? Duration(10s) : Duration(5min);
    case StateDomain::Climate:
      return car.climate_active.value_or(false) ? Duration(30s) : Duration(5min);
    case StateDomain::Range:
      return ignition ? Duration(30s) : Duration(5min);
    default:
      return 5min;
  }
}

void put(StateMessage& message, Field field, Value value) { SK_ASSERT(message.values.push({field, value})); }

void put(StateMessage& message, Field field, const std::optional<bool>& value) {
  put(message, field, value ? Value::boolean(*value) : Value::null());
}

template <class Number>
void put(StateMessage& message, Field field, const std::optional<Number>& value) {
  put(message, field, value ? Value::number(static_cast<double>(*value)) : Value::null());
}

void putBattery(StateMessage& message, const VehicleSnapshot& car) {
  put(message, Field::BatterySoc, car.soc);
  put(message, Field::BatteryCharging, car.charging);
  put(message, Field::BatteryPowerKw, car.power_kw);
  put(message, Field::BatteryChargingAmps, car.charging_amps);
  put(message, Field::BatteryRemainingMin, car.remaining_min);
}

void putVehicle(StateDomain domain, StateMessage& message, const VehicleSnapshot& car) {
  switch (domain) {
    case StateDomain::Battery:
      return putBattery(message, car);
    case StateDomain::Drive:
      put(message, Field::DriveIgnitionOn, car.ignition_on);
      put(message, Field::DriveSpeedKmh, car.speed_kmh);
      return put(message, Field::DriveOdometerKm, car.odometer_km);
    case StateDomain::Body:
      return put(message, Field::BodyLocked, car.locked);
    case StateDomain::Climate:
      put(message, Field::ClimateInsideTemp, car.inside_c);
      put(message, Field::ClimateOutsideTemp, car.outside_c);
      return put(message, Field::ClimateActive, car.climate_active);
    case StateDomain::Range:
      return put(message, Field::RangeTotalKm, car.range_km);
    case StateDomain::Plug:
      put(message, Field::PlugPlugged, car.plugged);
      return put(message, Field::PlugHasSupply, car.has_supply);
    default:
      return;
  }
}

void putDevice(StateMessage& message, const DeviceFacts& facts) {
  put(message, Field::DeviceUptime, Value::number(static_cast<double>(wholeMilliseconds(facts.uptime))));
  put(message, Field::DeviceWakeCause, Value::text(facts.wake_cause));
}

bool vehicleChanged(StateDomain domain, const VehicleSnapshot& before, const VehicleSnapshot& now) {
  switch (domain) {
    case StateDomain::Battery:
      return flipped(before.charging, now.charging) || moved(before.soc, now.soc, 1) ||
             moved(before.power_kw, now.power_kw, 0.5);
    case StateDomain::Drive:
      return flipped(before.ignition_on, now.ignition_on) || moved(before.speed_kmh, now.speed_kmh, 5);
    case StateDomain::Body:
      return flipped(before.locked, now.locked);
    case StateDomain::Climate:
      return flipped(before.climate_active, now.climate_active) || moved(before.inside_c, now.inside_c, 2);
    case StateDomain::Range:
      return moved(before.range_km, now.range_km, 5);
    case StateDomain::Plug:
      return flipped(before.plugged, now.plugged) || flipped(before.has_supply, now.has_supply);
    default:
      return false;
  }
}

void copyDomain(StateDomain domain, const VehicleSnapshot& from, VehicleSnapshot& to) {
  switch (domain) {
    case StateDomain::Battery:
      to.soc = from.soc;
      to.charging = from.charging;
      to.power_kw = from.power_kw;
      return;
    case StateDomain::Drive:
      to.ignition_on = from.ignition_on;
      to.speed_kmh = from.speed_kmh;
      return;
    case StateDomain::Body:
      to.locked = from.locked;
      return;
    case StateDomain::Climate:
      to.climate_active = from.climate_active;
      to.inside_c = from.inside_c;
      return;
    case StateDomain::Range:
      to.range_km = from.range_km;
      return;
    case StateDomain::Plug:
      to.plugged = from.plugged;
      to.has_supply = from.has_supply;
      return;
    default:
      return;
  }
}

}  // namespace

StateReporter::StateReporter(PublishedState& published, Instant now) : published_(published) { sent_.fill(now); }

bool StateReporter::due(const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now) const {
  return std::any_of(std::begin(kDomains), std::end(kDomains),
                     [&](StateDomain domain) { return due(domain, vehicle, facts, now); });
}

void StateReporter::collect(const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now,
                            StateMessage& message) const {
  message.values.clear();
  for (const StateDomain domain : kDomains) {
    if (!due(domain, vehicle, facts, now)) continue;
    if (domain == StateDomain::Device) {
      putDevice(message, facts);
    } else if (domain == StateDomain::Network) {
      put(message, Field::NetworkModemState, Value::text(facts.modem_state));
    } else {
      putVehicle(domain, message, vehicle);
    }
  }
}

void StateReporter::markSent(const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now) {
  for (const StateDomain domain : kDomains) {
    if (!due(domain, vehicle, facts, now)) continue;
    sent_[static_cast<std::size_t>(domain)] = now;
    copyDomain(domain, vehicle, published_.vehicle);
  }
  published_.vehicle_known = true;
  device_sent_ = true;
  modem_state_ = facts.modem_state;
  want_all_ = false;
}

Instant StateReporter::nextDeadline(const VehicleSnapshot& vehicle) const {
  Instant earliest = kNever;
  for (const StateDomain domain : kDomains) {
    earliest = std::min(earliest, lastSent(domain) + longestInterval(domain, vehicle));
  }
  return earliest;
}

bool StateReporter::due(StateDomain domain, const VehicleSnapshot& vehicle, const DeviceFacts& facts,
                        Instant now) const {
  return want_all_ || changed(domain, vehicle, facts) || now - lastSent(domain) >= longestInterval(domain, vehicle);
}

bool StateReporter::changed(StateDomain domain, const VehicleSnapshot& vehicle, const DeviceFacts& facts) const {
  if (domain == StateDomain::Device) return !device_sent_;
  if (domain == StateDomain::Network) return modem_state_ != facts.modem_state;
  return !published_.vehicle_known || vehicleChanged(domain, published_.vehicle, vehicle);
}

}  // namespace smartkar::device
