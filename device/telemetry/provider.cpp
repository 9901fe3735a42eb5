#include "device/telemetry/provider.hpp"

namespace smartkar::device {
namespace {

using protocol::Field;
using protocol::Value;

using Car = VehicleSnapshot;
using Facts = DeviceFacts;

constexpr Duration kFixAgeMax = 30s;

constexpr Reading kDevice[] = {
    {Field::DeviceUptime, deviceValue<&Facts::uptime>, kNoChange},
    {Field::DeviceWakeCause, deviceValue<&Facts::wake_cause>, kAnyChange},
    {Field::DeviceBatteryVoltage, deviceValue<&Facts::cell, &CellState::volts>, kNoChange},
    {Field::DeviceBatteryPercent, deviceValue<&Facts::cell, &CellState::percent>, 5},
    {Field::DeviceCharging, deviceValue<&Facts::cell, &CellState::charging>, kAnyChange},
    {Field::DeviceVbusConnected, deviceValue<&Facts::cell, &CellState::external_supply>, kAnyChange},
    {Field::DeviceChargingState, deviceValue<&Facts::cell, &CellState::charging_state>, kAnyChange},
    {Field::DeviceChargeCurrentMa, deviceValue<&Facts::cell, &CellState::charge_limit_ma>, kNoChange},
};

constexpr Reading kNetwork[] = {
    {Field::NetworkModemState, deviceValue<&Facts::modem_state>, kAnyChange},
    {Field::NetworkSignalStrength, deviceValue<&Facts::network, &NetworkState::signal_dbm>, 10},
    {Field::NetworkSimCcid, deviceValue<&Facts::network, &NetworkState::sim_ccid>, kAnyChange},
    {Field::NetworkModemConnected, deviceValue<&Facts::network, &NetworkState::modem_connected>, kAnyChange},
    {Field::NetworkLinkConnected, deviceValue<&Facts::network, &NetworkState::link_connected>, kAnyChange},
    {Field::NetworkLinkState, deviceValue<&Facts::network, &NetworkState::link_state>, kAnyChange},
    {Field::NetworkMqttConnected, deviceValue<&Facts::network, &NetworkState::mqtt_connected>, kAnyChange},
};

constexpr Reading kBus[] = {
    {Field::VehicleAwake, carValue<&Car::bus_awake>, kAnyChange},
    {Field::VehicleCanFrameCount, carValue<&Car::can_frames>, kNoChange},
};

constexpr Reading kBattery[] = {
    {Field::BatterySoc, carValue<&Car::soc>, 1},
    {Field::BatterySocSource, carValue<&Car::soc_source>, kNoChange},
    {Field::BatteryCharging, carValue<&Car::charging>, kAnyChange},
    {Field::BatteryChargingSource, carValue<&Car::charging_source>, kNoChange},
    {Field::BatteryChargingMode, carValue<&Car::charging_mode>, kAnyChange},
    {Field::BatteryChargingStatus, carValue<&Car::charging_status>, kAnyChange},
    {Field::BatteryChargingAmps, carValue<&Car::charging_amps>, kNoChange},
    {Field::BatteryTargetSoc, carValue<&Car::target_soc>, kAnyChange},
    {Field::BatteryRemainingMin, carValue<&Car::remaining_min>, kNoChange},
    {Field::BatteryPowerKw, carValue<&Car::power_kw>, 0.5},
    {Field::BatteryEnergyWh, carValue<&Car::energy_wh>, kNoChange},
    {Field::BatteryMaxEnergyWh, carValue<&Car::max_energy_wh>, kNoChange},
    {Field::BatteryTemperature, carValue<&Car::battery_c>, 2},
    {Field::BatteryBalancing, carValue<&Car::balancing>, kAnyChange},
};

constexpr Reading kDrive[] = {
    {Field::DriveIgnition, carValue<&Car::ignition>, kAnyChange},
    {Field::DriveKeyInserted, carValue<&Car::key_inserted>, kAnyChange},
    {Field::DriveIgnitionOn, carValue<&Car::ignition_on>, kAnyChange},
    {Field::DriveSpeedKmh, carValue<&Car::speed_kmh>, 5},
    {Field::DriveOdometerKm, carValue<&Car::odometer_km>, kNoChange},
};

// v2.2: 0 unknown, 1 locked, 2 unlocked.
Value centralLock(const Observation& seen) {
  const std::optional<bool>& locked = seen.vehicle.locked;
  return locked ? Value::number(*locked ? 1 : 2) : Value::null();
}

// Includes the trunk. One that is open is enough; all must be known to be shut.
Value anyDoorOpen(const Observation& seen) {
  bool known = true;
  const Car& car = seen.vehicle;
  for (const auto& open :
       {car.driver_open, car.passenger_open, car.rear_left_open, car.rear_right_open, car.trunk_open}) {
    if (open.value_or(false)) return Value::boolean(true);
    known = known && open.has_value();
  }
  return known ? Value::boolean(false) : Value::null();
}

constexpr Reading kBody[] = {
    {Field::BodyLocked, carValue<&Car::locked>, kAnyChange},
    {Field::BodyCentralLock, centralLock, kAnyChange},
    {Field::BodyTrunkOpen, carValue<&Car::trunk_open>, kAnyChange},
    {Field::BodyAnyDoorOpen, anyDoorOpen, kAnyChange},
    {Field::DoorsDriverOpen, carValue<&Car::driver_open>, kAnyChange},
    {Field::DoorsPassengerOpen, carValue<&Car::passenger_open>, kAnyChange},
    {Field::DoorsRearLeftOpen, carValue<&Car::rear_left_open>, kAnyChange},
    {Field::DoorsRearRightOpen, carValue<&Car::rear_right_open>, kAnyChange},
};

constexpr Reading kClimate[] = {
    {Field::ClimateInsideTemp, carValue<&Car::inside_c>, 2},
    {Field::ClimateInsideTempSource, carValue<&Car::inside_source>, kNoChange},
    {Field::ClimateOutsideTemp, carValue<&Car::outside_c>, 2},
    {Field::ClimateActive, carValue<&Car::climate_active>, kAnyChange},
    {Field::ClimateActiveSource, carValue<&Car::climate_source>, kNoChange},
    {Field::ClimateHeating, carValue<&Car::heating>, kAnyChange},
    {Field::ClimateCooling, carValue<&Car::cooling>, kAnyChange},
    {Field::ClimateVentilation, carValue<&Car::ventilation>, kAnyChange},
    {Field::ClimateAutoDefrost, carValue<&Car::auto_defrost>, kAnyChange},
    {Field::ClimateRemainingMin, carValue<&Car::climate_min>, kNoChange},
};

constexpr Reading kRange[] = {
    {Field::RangeTotalKm, carValue<&Car::range_km>, 5},
    {Field::RangeElectricKm, carValue<&Car::electric_km>, kNoChange},
    {Field::RangeDisplayKm, carValue<&Car::display_km>, kNoChange},
    {Field::RangeConsumption, carValue<&Car::consumption>, kNoChange},
    {Field::RangeTendency, carValue<&Car::tendency>, kNoChange},
    {Field::RangeReserveWarning, carValue<&Car::reserve_warning>, kAnyChange},
};

constexpr Reading kGps[] = {
    {Field::GpsLat, carValue<&Car::latitude>, kNoChange},
    {Field::GpsLng, carValue<&Car::longitude>, kNoChange},
    {Field::GpsAlt, carValue<&Car::altitude_m>, kNoChange},
    {Field::GpsHeading, carValue<&Car::heading_deg>, kNoChange},
    {Field::GpsSatellites, carValue<&Car::satellites>, kNoChange},
    {Field::GpsFixType, carValue<&Car::fix>, kNoChange},
    {Field::GpsHdop, carValue<&Car::hdop>, kNoChange},
};

Value plugState(const Observation& seen) {
  const Car& car = seen.vehicle;
  if (!car.plugged) return Value::null();
  if (!*car.plugged) return Value::text("unplugged");
  if (!car.has_supply) return Value::null();
  return Value::text(*car.has_supply ? "plugged_supply" : "plugged_no_supply");
}

constexpr Reading kPlug[] = {
    {Field::PlugPlugged, carValue<&Car::plugged>, kAnyChange},
    {Field::PlugHasSupply, carValue<&Car::has_supply>, kAnyChange},
    {Field::PlugState, plugState, kAnyChange},
    {Field::PlugLockState, carValue<&Car::lock_state>, kAnyChange},
};

Duration seldom(const Car&, const ReportIntervals& intervals) { return intervals.asleep; }

Duration whileAwake(const Car& car, const ReportIntervals& intervals) {
  const bool awake = car.bus_awake.value_or(false) || car.ignition_on.value_or(false) || car.charging.value_or(false) ||
                     car.climate_active.value_or(false);
  return awake ? intervals.awake : intervals.asleep;
}

Duration whileDriving(const Car& car, const ReportIntervals& intervals) {
  return car.ignition_on.value_or(false) ? intervals.driving : whileAwake(car, intervals);
}

bool always(const Car&) { return true; }

// After a wake of the device the car may sleep on: it is what it was.
bool frames(const Car& car) { return car.can_frames != 0U; }

// Where the car was last seen is where it stands, until it says otherwise.
bool freshFix(const Car& car) { return car.latitude && car.longitude && car.fix_age && *car.fix_age <= kFixAgeMax; }

void keepDevice(const Observation& seen, LastReport report) {
  report.device.uptime = seen.device.uptime;
  report.device.wake_cause = seen.device.wake_cause;
  report.device.cell = seen.device.cell;
}

void keepNetwork(const Observation& seen, LastReport report) {
  report.device.modem_state = seen.device.modem_state;
  report.device.network = seen.device.network;
}

template <class Part>
void keep(const Observation& seen, LastReport report) {
  static_cast<Part&>(report.vehicle) = seen.vehicle;
}

// In the order of StateDomain.
constexpr Provider kProviders[kStateDomains] = {
    {kDevice, seldom, always, always, keepDevice},
    {kNetwork, seldom, always, always, keepNetwork},
    {kBus, seldom, always, frames, keep<BusState>},
    {kBattery, whileAwake, always, frames, keep<BatteryState>},
    {kDrive, whileDriving, always, frames, keep<DriveState>},
    {kBody, seldom, always, frames, keep<BodyState>},
    {kClimate, whileAwake, always, frames, keep<ClimateState>},
    {kRange, whileAwake, always, frames, keep<RangeState>},
    {kGps, whileDriving, freshFix, frames, keep<GpsState>},
    {kPlug, seldom, always, frames, keep<PlugState>},
};

}  // namespace

const Provider& provider(StateDomain domain) { return kProviders[static_cast<std::size_t>(domain)]; }

}  // namespace smartkar::device
