#include "device/vehicle/no_data.hpp"

namespace smartkar::device {
namespace {

constexpr int kByteNoData = 255;
constexpr int kRangeNoData = 2045;  // and above
constexpr int kNibbleInit = 15;
constexpr int kStatusInit = 0;

template <class T>
void dropIf(bool meaningless, std::optional<T>& value) {
  if (meaningless) value.reset();
}

template <class T>
void drop(T no_data, std::optional<T>& value) {
  dropIf(value == no_data, value);
}

// State of charge and energy read 0 until the first real value.
void cleanBattery(BatteryState& battery) {
  drop(0.0, battery.soc);
  dropIf(!battery.soc, battery.soc_source);
  drop(kNibbleInit, battery.charging_mode);
  drop(kStatusInit, battery.charging_status);
  drop(kByteNoData, battery.charging_amps);
  drop(kByteNoData, battery.remaining_min);
  drop(0.0, battery.energy_wh);
  drop(0.0, battery.max_energy_wh);
}

void cleanRange(RangeState& range) {
  for (std::optional<int>* const km : {&range.range_km, &range.electric_km, &range.display_km}) {
    dropIf(*km >= kRangeNoData, *km);
  }
  if (range.range_km == 0) range = {};
}

// What charges or heats keeps the bus awake, so beside a silent bus "runs" is a leftover.
void cleanRunning(VehicleSnapshot& car) {
  if (car.bus_awake.value_or(true)) return;
  drop(true, car.charging);
  dropIf(!car.charging, car.charging_source);
  drop(true, car.climate_active);
  dropIf(!car.climate_active, car.climate_source);
}

}  // namespace

VehicleSnapshot withoutNoData(VehicleSnapshot car) {
  cleanBattery(car);
  cleanRange(car);
  cleanRunning(car);
  return car;
}

}  // namespace smartkar::device
