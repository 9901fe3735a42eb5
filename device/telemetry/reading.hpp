#pragma once

#include <optional>
#include <string_view>

#include "device/platform/vehicle.hpp"
#include "device/telemetry/device_facts.hpp"
#include "protocol/state.hpp"

namespace smartkar::device {

// Everything there is to report.
struct Observation {
  const VehicleSnapshot& vehicle;
  const DeviceFacts& device;
};

// One value of the state: where it is found, and by how much it must move to be worth a message.
struct Reading {
  protocol::Field field;
  protocol::Value (*read)(const Observation&);
  double threshold;  // in the unit of the field
};
// For flags, texts and codes.
inline constexpr double kAnyChange = 0;
// Goes along when its domain is reported.
inline constexpr double kNoChange = 1e9;

// The value of a reading; unknown if it is beyond the range of its field.
protocol::Value valueOf(const Reading& reading, const Observation& seen);
// True if it is worth a message that `before` became `now`. Known and unknown always differ.
bool worthReporting(const Reading& reading, const protocol::Value& before, const protocol::Value& now);

protocol::Value toValue(const std::optional<bool>& flag);
protocol::Value toValue(const std::optional<SignalSource>& source);
protocol::Value toValue(const std::optional<RangeTendency>& tendency);
protocol::Value toValue(const std::optional<GpsFix>& fix);
protocol::Value toValue(Duration duration);      // in milliseconds
protocol::Value toValue(std::string_view text);  // empty: unknown
template <class Number>
protocol::Value toValue(const std::optional<Number>& number) {
  return number ? protocol::Value::number(static_cast<double>(*number)) : protocol::Value::null();
}

// Readers for what is simply a member: carValue<&VehicleSnapshot::soc>.
template <auto Member>
protocol::Value carValue(const Observation& seen) {
  return toValue(seen.vehicle.*Member);
}
template <auto... Path>
protocol::Value deviceValue(const Observation& seen) {
  return toValue((seen.device.*....*Path));
}

}  // namespace smartkar::device
