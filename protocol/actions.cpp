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

// In the order of Action.
constexpr std::array kActions = {
    ActionSpec{Action::Ring, "system.ring", ActionKind::Link, kOtherTtl, {}},
    ActionSpec{Action::Sync, "system.sync", ActionKind::Link, kOtherTtl, {}},
    ActionSpec{Action::Ping, "ping", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Status, "status", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Capabilities, "capabilities", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Telemetry, "telemetry", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Wakeup, "system.wakeup", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::SystemTelemetry, "system.telemetry", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Info, "system.info", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Reboot, "system.reboot", ActionKind::Management, kOtherTtl, {}},
    ActionSpec{Action::Sleep, "system.sleep", ActionKind::Management, kOtherTtl, kSleepParameters},
    ActionSpec{Action::GetState, "vehicle.getState", ActionKind::Query, kOtherTtl, {}},
    ActionSpec{Action::RequestState, "vehicle.requestState", ActionKind::Query, kOtherTtl, {}},
    ActionSpec{Action::StartCharging, "vehicle.startCharging", ActionKind::Actuating, kChargingTtl,
               kChargingParameters},
    ActionSpec{Action::StopCharging, "vehicle.stopCharging", ActionKind::Actuating, kChargingTtl, {}},
    ActionSpec{Action::StartClimate, "vehicle.startClimate", ActionKind::Actuating, kClimateTtl, kClimateParameters},
    ActionSpec{Action::StopClimate, "vehicle.stopClimate", ActionKind::Actuating, kClimateTtl, {}},
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
  SK_ASSERT(std::any_of(spec_->parameters.begin(), spec_->parameters.end(),
                        [=](const auto& own) { return own.parameter == parameter; }));
  return values_[static_cast<std::size_t>(parameter)];
}

bool Parameters::boolean(Parameter parameter) const { return number(parameter) != 0; }

void Parameters::write(JsonWriter& writer) const {
  constexpr int kDecimals = 6;  // keeps what a client gives: 21.25 stays 21.25
  for (const auto& parameter : spec_->parameters) {
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
  const Parameters& result() const { return result_; }

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
