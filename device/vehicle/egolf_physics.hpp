#pragma once

#include "base/time.hpp"
#include "device/platform/vehicle.hpp"
#include "device/vehicle/egolf_settings.hpp"

namespace smartkar::device {

// Battery and cabin of the simulated car: how they change while something runs.
class EGolfPhysics {
 public:
  explicit EGolfPhysics(const EGolfSettings& settings);

  // target_soc: percent; charging stops there. limit_a: of the charging current, 1 … 32.
  void startCharging(int target_soc, int limit_a);
  // target_c: of the cabin. hold: how long climate runs.
  void startClimate(double target_c, Duration hold);
  void stop();
  void stopCharging();
  void stopClimate() { climate_ = false; }

  // Time passes, in the car's own speed; what is done ends.
  void advance(Duration elapsed);
  bool charging() const { return charging_; }
  bool climate() const { return climate_; }
  bool running() const { return charging_ || climate_; }
  // Fills in what physics decides.
  void describe(VehicleSnapshot& snapshot) const;

 private:
  void describeBattery(BatteryState& battery) const;
  void describeClimate(ClimateState& climate) const;
  void describeRange(RangeState& range) const;
  int remainingMinutes() const;
  double chargingPower() const;
  double climatePower() const;
  void step(double seconds);

  double soc_;
  double inside_c_;
  double outside_c_;
  bool charging_ = false;
  bool completed_ = false;  // the latest charging ended at its target
  bool climate_ = false;
  int target_soc_ = 80;
  int limit_a_ = 32;
  double target_c_ = 21;
  double charging_s_ = 0;
  double climate_s_ = 0;
  double climate_left_s_ = 0;
};

}  // namespace smartkar::device
