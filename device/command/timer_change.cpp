#include "device/command/timer_change.hpp"

#include <cmath>

namespace smartkar::device {

using protocol::Parameter;
using protocol::Parameters;

namespace {

void changeOperation(ChargingProfile& profile, const Parameters& parameters) {
  if (parameters.given(Parameter::EnableCharging)) {
    profile.set(kOperationCharge, parameters.boolean(Parameter::EnableCharging));
  }
  if (parameters.given(Parameter::EnableClimate)) {
    const bool climate = parameters.boolean(Parameter::EnableClimate);
    profile.set(kOperationClimate, climate);
    if (climate) profile.set(kOperationClimateOnBattery, true);  // the default of v2.2
  }
  if (parameters.given(Parameter::AllowBattery)) {
    profile.set(kOperationClimateOnBattery, parameters.boolean(Parameter::AllowBattery));
  }
}

// The car keeps tenths of a degree (docs/sources.md, e-Golf).
double tenths(double value) { return std::round(value * 10) / 10; }

}  // namespace

ChargingProfile changed(ChargingProfile profile, const Parameters& parameters) {
  const auto take = [&](Parameter parameter, std::uint8_t& setting) {
    if (parameters.given(parameter)) setting = static_cast<std::uint8_t>(parameters.integer(parameter));
  };
  changeOperation(profile, parameters);
  take(Parameter::TargetSoc, profile.target_soc);
  take(Parameter::MaxCurrent, profile.max_current_a);
  take(Parameter::LeadTime, profile.lead_min);
  take(Parameter::HoldTimePlug, profile.hold_plugged_min);
  take(Parameter::HoldTimeBattery, profile.hold_battery_min);
  if (parameters.given(Parameter::Temperature)) {
    profile.temperature_c = tenths(parameters.number(Parameter::Temperature));
  }
  if (parameters.given(Parameter::ProfileName)) profile.name = parameters.text(Parameter::ProfileName);
  return profile;
}

}  // namespace smartkar::device
