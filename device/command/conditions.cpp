#include "device/command/conditions.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"

namespace smartkar::device {
namespace {

using protocol::Parameter;
using protocol::Parameters;
using protocol::ParameterSpec;

// Numbers stand for flags too: 0 or 1.
using Seen = std::optional<double>;

Seen flag(const std::optional<bool>& value) { return value ? Seen(*value ? 1 : 0) : std::nullopt; }

Seen parked(const VehicleSnapshot& car) {
  if (car.ignition_on == true || car.speed_kmh > 0.0) return 0;
  return car.ignition_on && car.speed_kmh ? Seen(1) : std::nullopt;
}

// What a condition looks at.
struct Look {
  Seen value;
  std::optional<Duration> age;
};

Look look(Parameter condition, const VehicleSnapshot& car) {
  switch (condition) {
    case Parameter::Parked:
      return {parked(car), car.drive_age};
    case Parameter::Plugged:
      return {flag(car.plugged), car.plug_age};
    case Parameter::Locked:
      return {flag(car.locked), car.body_age};
    case Parameter::SocBelow:
    case Parameter::SocAbove:
      return {car.soc, car.battery_age};
    case Parameter::OutsideBelow:
    case Parameter::OutsideAbove:
      return {car.outside_c, car.climate_age};
    default:
      break;
  }
  SK_ASSERT(false && "no condition");
}

bool holds(Parameter condition, double wanted, double seen) {
  switch (condition) {
    case Parameter::SocBelow:
    case Parameter::OutsideBelow:
      return seen < wanted;
    case Parameter::SocAbove:
    case Parameter::OutsideAbove:
      return seen > wanted;
    default:
      return seen == wanted;
  }
}

}  // namespace

bool conditional(const Parameters& parameters) {
  const auto all = protocol::conditions();
  return std::any_of(all.begin(), all.end(),
                     [&](const ParameterSpec& condition) { return parameters.given(condition.parameter); });
}

std::optional<Unmet> firstUnmet(const Parameters& parameters, const VehicleSnapshot& car, Duration heard_within) {
  const auto all = protocol::conditions();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto index = static_cast<std::uint8_t>(i);
    const Parameter condition = all[i].parameter;
    if (!parameters.given(condition)) continue;
    const auto [value, age] = look(condition, car);
    if (!value || !age || *age > heard_within) return Unmet{index, std::nullopt};
    if (holds(condition, parameters.number(condition), *value)) continue;
    return Unmet{index, static_cast<std::int16_t>(std::lround(*value * 10))};
  }
  return std::nullopt;
}

}  // namespace smartkar::device
