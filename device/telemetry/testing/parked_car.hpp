#pragma once

#include "device/platform/vehicle.hpp"
#include "device/telemetry/device_facts.hpp"

namespace smartkar::device {

// A car of which everything is known: parked, shut, plugged in, and silent for a minute.
inline VehicleSnapshot parkedCar() {
  VehicleSnapshot car;
  car.bus_awake = false;
  car.can_frames = 1000;
  car.soc = 55;
  car.soc_source = car.charging_source = car.climate_source = SignalSource::Bap;
  car.charging = car.balancing = false;
  car.charging_mode = 0;
  car.charging_status = 1;
  car.charging_amps = 0;
  car.target_soc = 80;
  car.remaining_min = 0;
  car.power_kw = 0;
  car.energy_wh = 13000;
  car.max_energy_wh = 24200;
  car.battery_c = 11.5;
  car.ignition = 0;
  car.key_inserted = car.ignition_on = false;
  car.speed_kmh = 0;
  car.odometer_km = 43210;
  car.locked = true;
  car.trunk_open = car.driver_open = car.passenger_open = car.rear_left_open = car.rear_right_open = false;
  car.inside_c = 12;
  car.inside_source = SignalSource::Can;
  car.outside_c = 11.5;
  car.climate_active = car.heating = car.cooling = car.ventilation = car.auto_defrost = false;
  car.climate_min = 0;
  car.range_km = car.electric_km = car.display_km = 130;
  car.consumption = 11.5;
  car.tendency = RangeTendency::Stable;
  car.reserve_warning = false;
  car.latitude = 52.427523;
  car.longitude = 10.787046;
  car.altitude_m = 62;
  car.heading_deg = 90;
  car.satellites = 9;
  car.fix = GpsFix::Fix3d;
  car.hdop = 0.9;
  car.fix_age = 20s;
  car.plugged = car.has_supply = true;
  car.lock_state = 1;
  return car;
}

inline DeviceFacts connectedDevice() {
  DeviceFacts facts;
  facts.uptime = 1s;
  facts.wake_cause = "timer";
  facts.modem_state = "connected";
  facts.cell = {4.15, 90, false, true, "done", 500};
  facts.network = {-75, "8988303000000614227", true, true, "connected", true};
  return facts;
}

}  // namespace smartkar::device
