#include "protocol/actions.hpp"

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "protocol/field_reader.hpp"

namespace smartkar::protocol {
namespace {

constexpr Duration kClimateTtl = 30min;
constexpr Duration kChargingTtl = 6h;
constexpr Duration kOtherTtl = 1h;

// Ranges: protocol v2.2, commands vehicle.* and system.sleep; a week is the longest sleep that makes sense.
constexpr std::array kChargingParameters = {
    ParameterSpec{Parameter::TargetSoc, "targetSoc", "", FieldType::Integer, 10, 100, 80, "%"},
    ParameterSpec{Parameter::MaxCurrent, "maxCurrent", "", FieldType::Integer, 1, 32, 32, "A"},
};
constexpr std::array kClimateParameters = {
    ParameterSpec{Parameter::Temperature, "temperature", "temp", FieldType::Number, 15.5, 30.0, 21.0, "°C"},
    ParameterSpec{Parameter::AllowBattery, "allowBattery", "", FieldType::Boolean, 0, 1, 1, ""},
};
constexpr std::array kSleepParameters = {
    ParameterSpec{Parameter::SleepDuration, "duration", "", FieldType::Integer, 0, 604800, 0, "s"},
};
constexpr std::array kConfigureParameters = {
    ParameterSpec{Parameter::WakeInterval, "wakeInterval", "", FieldType::Integer, 300, 86400, {}, "s"},
    ParameterSpec{Parameter::IdleTime, "idleTime", "", FieldType::Integer, 10, 3600, {}, "s"},
    ParameterSpec{Parameter::PlainCommands, "plainCommands", "", FieldType::Boolean, 0, 1, {}, ""},
};

constexpr ActionSpec link(Action action, std::string_view name) {
  return {action, name, ActionKind::Link, Subject::None, kOtherTtl, {}};
}
constexpr ActionSpec management(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Management, Subject::None, kOtherTtl, parameters};
}
constexpr ActionSpec query(Action action, std::string_view name) {
  return {action, name, ActionKind::Query, Subject::None, kOtherTtl, {}};
}
constexpr ActionSpec charging(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Actuating, Subject::Charging, kChargingTtl, parameters};
}
constexpr ActionSpec climate(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Actuating, Subject::Climate, kClimateTtl, parameters};
}

// In the order of Action.
constexpr std::array kActions = {
    link(Action::Ring, "system.ring"),
    link(Action::Sync, "system.sync"),
    link(Action::Cancel, "system.cancel"),
    management(Action::Ping, "ping"),
    management(Action::Status, "status"),
    management(Action::Capabilities, "capabilities"),
    management(Action::Telemetry, "telemetry"),
    management(Action::Wakeup, "system.wakeup"),
    management(Action::SystemTelemetry, "system.telemetry"),
    management(Action::Info, "system.info"),
    management(Action::Reboot, "system.reboot"),
    management(Action::Sleep, "system.sleep", kSleepParameters),
    management(Action::Configure, "system.configure", kConfigureParameters),
    query(Action::GetState, "vehicle.getState"),
    query(Action::RequestState, "vehicle.requestState"),
    charging(Action::StartCharging, "vehicle.startCharging", kChargingParameters),
    charging(Action::StopCharging, "vehicle.stopCharging"),
    climate(Action::StartClimate, "vehicle.startClimate", kClimateParameters),
    climate(Action::StopClimate, "vehicle.stopClimate"),
};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    if (static_cast<std::size_t>(kActions[i].action) != i) return false;
  }
  return true;
}
static_assert(inOrder());

// Members of a command message that are no parameters.
constexpr std::array<std::string_view, 7> kEnvelope = {"id", "action", "expiresAt", "contact", "try", "mac", "params"};

Result<double, FieldError> readParameter(const ParameterSpec& spec, std::string_view name, JsonValue value) {
  if (spec.type == FieldType::Boolean) {
    const auto flag = value.asBool();
    if (!flag) return Failure{FieldError::wrongType(name, FieldType::Boolean)};
    return *flag ? 1.0 : 0.0;
  }
  if (spec.type == FieldType::Integer) {
    const auto number =
        readInteger(value, name, static_cast<std::int64_t>(spec.min), static_cast<std::int64_t>(spec.max));
    if (!number) return Failure{number.error()};
    return static_cast<double>(*number);
  }
  if (!value.isNumber()) return Failure{FieldError::wrongType(name, FieldType::Number)};
  const auto number = value.asDouble();
  if (!number || *number < spec.min || *number > spec.max) {
    return Failure{FieldError::outOfRange(name, spec.min, spec.max)};
  }
  return *number;
}

}  // namespace

std::span<const ActionSpec> allActions() { return kActions; }

const ActionSpec* findAction(std::string_view name) {
  const auto found =
      std::find_if(kActions.begin(), kActions.end(), [&](const auto& spec) { return spec.name == name; });
  return found == kActions.end() ? nullptr : &*found;
}

const ActionSpec& actionSpec(Action action) { return kActions[static_cast<std::size_t>(action)]; }

Parameters::Parameters(const ActionSpec& spec) : spec_(&spec) {
  for (const auto& parameter : spec.parameters) {
    values_[static_cast<std::size_t>(parameter.parameter)] = parameter.default_value;
  }
}

std::int64_t Parameters::integer(Parameter parameter) const { return static_cast<std::int64_t>(number(parameter)); }

double Parameters::number(Parameter parameter) const {
  const std::optional<double> value = values_[static_cast<std::size_t>(parameter)];
  SK_ASSERT(value.has_value());
  return *value;
}

bool Parameters::boolean(Parameter parameter) const { return number(parameter) != 0; }

void Parameters::write(JsonWriter& writer) const {
  constexpr int kDecimals = 6;  // keeps what a client gives: 21.25 stays 21.25
  for (const auto& parameter : spec_->parameters) {
    if (!values_[static_cast<std::size_t>(parameter.parameter)]) continue;
    writer.key(parameter.name);
    if (parameter.type == FieldType::Boolean) {
      writer.boolean(boolean(parameter.parameter));
    } else {
      writer.number(number(parameter.parameter), kDecimals);
    }
  }
}

// Collects parameters from one or two objects. The later object wins, within one the alias wins; every value given is
// checked, also one that does not win.
class ParameterParser {
 public:
  explicit ParameterParser(const ActionSpec& spec) : result_(spec) {}

  // object: an object. envelope: true to pass over the members of a command message that are no parameters.
  std::optional<FieldError> take(JsonValue object, bool envelope) {
    for (const bool aliases : {false, true}) {
      for (const auto& member : object.members()) {
        if (envelope && isEnvelope(member.key)) continue;
        if (auto error = takeMember(member, aliases)) return error;
      }
    }
    return std::nullopt;
  }
  Result<Parameters, FieldError> result() const {
    for (const auto& spec : result_.spec().parameters) {
      if (spec.default_value || result_.given(spec.parameter)) return result_;
    }
    if (result_.spec().parameters.empty()) return result_;
    return Failure{FieldError::of(result_.spec().parameters.front().name, Problem::Missing)};
  }

 private:
  static bool isEnvelope(JsonValue key) {
    return std::any_of(kEnvelope.begin(), kEnvelope.end(), [&](std::string_view name) { return key.equals(name); });
  }

  // aliases: whether this is the pass for names (in which unknown ones are found) or for aliases.
  std::optional<FieldError> takeMember(const JsonMember& member, bool aliases) {
    for (const auto& spec : result_.spec().parameters) {
      const bool alias = !spec.alias.empty() && member.key.equals(spec.alias);
      if (!alias && !member.key.equals(spec.name)) continue;
      if (alias != aliases) return std::nullopt;
      const auto value = readParameter(spec, alias ? spec.alias : spec.name, member.value);
      if (!value) return value.error();
      result_.values_[static_cast<std::size_t>(spec.parameter)] = *value;
      result_.given_[static_cast<std::size_t>(spec.parameter)] = true;
      return std::nullopt;
    }
    return FieldError::of(member.key.asCutString<kFieldNameBytesMax>(), Problem::Unknown);
  }

  Parameters result_;
};

Result<Parameters, FieldError> parseParameters(const ActionSpec& spec, JsonValue params) {
  ParameterParser parser(spec);
  if (params.isNull()) return parser.result();
  if (!params.isObject()) return Failure{FieldError::wrongType("params", FieldType::Object)};
  if (const auto error = parser.take(params, false)) return Failure{*error};
  return parser.result();
}

Result<Parameters, FieldError> parseCommandParameters(const ActionSpec& spec, JsonValue message) {
  ParameterParser parser(spec);
  if (const auto nested = message.find("params")) {
    if (!nested->isObject()) return Failure{FieldError::wrongType("params", FieldType::Object)};
    if (const auto error = parser.take(*nested, false)) return Failure{*error};
  }
  if (const auto error = parser.take(message, true)) return Failure{*error};
  return parser.result();
}

Result<std::string_view, EncodeError> encodeParameters(const Parameters& parameters, std::span<char> out) {
  JsonWriter writer(out);
  writer.beginObject();
  parameters.write(writer);
  return writer.endObject().finish();
}

}  // namespace smartkar::protocol
