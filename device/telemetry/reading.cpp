#include "device/telemetry/reading.hpp"

#include <cmath>

namespace smartkar::device {

using protocol::Value;

Value valueOf(const Reading& reading, const Observation& seen) {
  const Value value = reading.read(seen);
  if (value.kind() != Value::Kind::Number) return value;
  const protocol::FieldSpec& spec = protocol::fieldSpec(reading.field);
  const double number = value.asNumber();
  return number >= spec.min && number <= spec.max ? value : Value::null();
}

bool worthReporting(const Reading& reading, const Value& before, const Value& now) {
  if (before.kind() != now.kind()) return true;
  if (reading.threshold == kNoChange || before == now) return false;
  if (now.kind() != Value::Kind::Number) return true;
  return std::abs(now.asNumber() - before.asNumber()) >= reading.threshold;
}

Value toValue(const std::optional<bool>& flag) { return flag ? Value::boolean(*flag) : Value::null(); }

Value toValue(const std::optional<SignalSource>& source) {
  if (!source) return Value::null();
  return Value::text(*source == SignalSource::Bap ? "bap" : "can");
}

Value toValue(const std::optional<RangeTendency>& tendency) {
  if (!tendency) return Value::null();
  switch (*tendency) {
    case RangeTendency::Stable:
      return Value::text("stable");
    case RangeTendency::Increasing:
      return Value::text("increasing");
    case RangeTendency::Decreasing:
      return Value::text("decreasing");
  }
  return Value::null();
}

Value toValue(const std::optional<GpsFix>& fix) {
  if (!fix) return Value::null();
  return Value::text(*fix == GpsFix::Dgps ? "DGPS" : "3D");
}

Value toValue(Duration duration) { return Value::number(static_cast<double>(wholeMilliseconds(duration))); }

Value toValue(std::string_view text) { return text.empty() ? Value::null() : Value::text(text); }

}  // namespace smartkar::device
