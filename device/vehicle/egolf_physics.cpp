#include "device/vehicle/egolf_physics.hpp"

#include <algorithm>
#include <cmath>

namespace smartkar::device {
namespace {

constexpr double kBatteryKwh = 24.2;   // usable energy
constexpr double kEnergyStepWh = 50;   // of what the car says
constexpr double kKmPerPercent = 2.3;  // about 130 km at 57 %
constexpr double kConsumption = 11.5;  // kWh/100 km, as seen
constexpr double kReserveSoc = 10;     // percent
constexpr int kNoData = 255;           // one byte that says nothing
constexpr int kModeOff = 0, kModeAc = 1, kModeClimate = 3, kModeAcAndClimate = 4;
constexpr int kStatusIdle = 1, kStatusRunning = 2, kStatusCompleted = 8;
constexpr double kVolts = 230;              // one phase of supply: 32 A are 7.4 kW
constexpr double kStepSeconds = 10;         // of the integration
constexpr double kCabinTimeConstant = 300;  // seconds

}  // namespace

EGolfPhysics::EGolfPhysics(const EGolfSettings& settings)
    : soc_(settings.soc), inside_c_(settings.inside_c), outside_c_(settings.outside_c) {}

void EGolfPhysics::startCharging(int target_soc, int limit_a) {
  charging_ = soc_ < target_soc;
  completed_ = !charging_;
  target_soc_ = target_soc;
  limit_a_ = limit_a;
  charging_s_ = 0;
}

void EGolfPhysics::startClimate(double target_c, Duration hold) {
  climate_ = true;
  target_c_ = target_c;
  climate_s_ = 0;
  climate_left_s_ = std::chrono::duration<double>(hold).count();
}

void EGolfPhysics::stop() {
  stopCharging();
  stopClimate();
}

void EGolfPhysics::stopCharging() {
  charging_ = false;
  completed_ = false;
}

void EGolfPhysics::advance(Duration elapsed) {
  double left = std::chrono::duration<double>(elapsed).count();
  while (left > 0) {
    const double seconds = std::min(left, kStepSeconds);
    step(seconds);
    left -= seconds;
  }
}

void EGolfPhysics::step(double seconds) {
  const double target_c = climate_ ? target_c_ : outside_c_;
  inside_c_ += (target_c - inside_c_) * std::min(1.0, seconds / kCabinTimeConstant);
  if (charging_) {
    charging_s_ += seconds;
    soc_ = std::min<double>(target_soc_, soc_ + chargingPower() * seconds / 3600 / kBatteryKwh * 100);
    if (soc_ >= target_soc_) completed_ = true;
    charging_ = !completed_;
  }
  if (climate_) {
    climate_s_ += seconds;
    climate_left_s_ -= seconds;
    if (climate_left_s_ <= 0) climate_ = false;
  }
}

// 5.7 kW rising to 7.4 kW in about a minute, 7.3 kW above 60 % (traces), bounded by the current limit.
double EGolfPhysics::chargingPower() const {
  const double ramped = 5.7 + 1.7 * std::min(1.0, charging_s_ / 60);
  const double full = soc_ > 60 ? std::min(ramped, 7.3) : ramped;
  return std::min(full, limit_a_ * kVolts / 1000);
}

// 10.2 kW at first, then 6.1, settling at 3.4 (traces).
double EGolfPhysics::climatePower() const {
  if (climate_s_ < 60) return 10.2;
  return climate_s_ < 180 ? 6.1 : 3.4;
}

void EGolfPhysics::describe(VehicleSnapshot& snapshot) const {
  describeBattery(snapshot);
  describeClimate(snapshot);
  describeRange(snapshot);
}

void EGolfPhysics::describeBattery(BatteryState& battery) const {
  battery.soc = std::floor(soc_);
  battery.soc_source = SignalSource::Bap;
  battery.charging = charging_;
  battery.charging_source = SignalSource::Bap;
  battery.charging_mode = charging_ ? (climate_ ? kModeAcAndClimate : kModeAc) : (climate_ ? kModeClimate : kModeOff);
  battery.charging_status = charging_ ? kStatusRunning : (completed_ ? kStatusCompleted : kStatusIdle);
  battery.charging_amps = charging_ ? static_cast<int>(chargingPower() * 1000 / kVolts) : 0;
  battery.target_soc = target_soc_;
  battery.remaining_min = remainingMinutes();
  battery.power_kw = (charging_ ? chargingPower() : 0) + (climate_ ? climatePower() : 0);
  battery.energy_wh = std::round(soc_ * kBatteryKwh * 10 / kEnergyStepWh) * kEnergyStepWh;
  battery.max_energy_wh = kBatteryKwh * 1000;
  battery.battery_c = outside_c_;
  battery.balancing = false;
}

void EGolfPhysics::describeClimate(ClimateState& climate) const {
  climate.inside_c = std::round(inside_c_ * 2) / 2;
  climate.inside_source = climate_ ? SignalSource::Bap : SignalSource::Can;
  climate.outside_c = outside_c_;
  climate.climate_active = climate_;
  climate.climate_source = SignalSource::Bap;
  climate.heating = climate_ && target_c_ > outside_c_;
  climate.cooling = climate_ && target_c_ < outside_c_;
  climate.ventilation = climate_;
  climate.auto_defrost = false;
  climate.climate_min = climate_ ? static_cast<int>(std::ceil(climate_left_s_ / 60)) : 0;
}

void EGolfPhysics::describeRange(RangeState& range) const {
  range.range_km = static_cast<int>(soc_ * kKmPerPercent);
  range.electric_km = range.range_km;
  range.display_km = range.range_km;
  range.consumption = kConsumption;
  range.tendency = RangeTendency::Stable;
  range.reserve_warning = soc_ < kReserveSoc;
}

// The car says it in one byte.
int EGolfPhysics::remainingMinutes() const {
  if (!charging_) return kNoData;
  const double hours = (target_soc_ - soc_) / 100 * kBatteryKwh / chargingPower();
  return static_cast<int>(std::min<double>(std::ceil(hours * 60), kNoData));
}

}  // namespace smartkar::device
