#include "protocol/actions.hpp"

#include <algorithm>
#include <iterator>

#include "protocol/setting_table.hpp"

namespace smartkar::protocol {
namespace {

constexpr Duration kClimateTtl = 30min;
constexpr Duration kChargingTtl = 6h;
constexpr Duration kOtherTtl = 1h;

// Arrays of a named type: GCC 12 puts those of a deduced one into RAM.

// Ranges: protocol v2.2, commands vehicle.* and system.sleep; a week is the longest sleep that makes sense.
constexpr ParameterSpec kChargingParameters[] = {
    ParameterSpec{Parameter::TargetSoc, "targetSoc", "", FieldType::Integer, 10, 100, 80, "%"},
    ParameterSpec{Parameter::MaxCurrent, "maxCurrent", "", FieldType::Integer, 1, 32, 32, "A"},
};
constexpr ParameterSpec kClimateParameters[] = {
    ParameterSpec{Parameter::Temperature, "temperature", "temp", FieldType::Number, 15.5, 30.0, 21.0, "°C"},
    ParameterSpec{Parameter::AllowBattery, "allowBattery", "", FieldType::Boolean, 0, 1, 1, ""},
};
constexpr ParameterSpec kSleepParameters[] = {
    ParameterSpec{Parameter::SleepDuration, "duration", "", FieldType::Integer, 0, 604800, 0, "s"},
};
// Ranges: protocol v2.2, section 7.4. The car keeps each time in one byte, of which 255 says nothing.
constexpr ParameterSpec kProfileParameters[] = {
    ParameterSpec{Parameter::ProfileIndex, "index", "", FieldType::Integer, 0, 3, {}, "", true},
};
constexpr ParameterSpec kUpdateParameters[] = {
    ParameterSpec{Parameter::TimerIndex, "index", "", FieldType::Integer, 1, 3, {}, "", true},
    ParameterSpec{Parameter::TargetSoc, "targetSoc", "", FieldType::Integer, 0, 100, {}, "%"},
    ParameterSpec{Parameter::MaxCurrent, "maxCurrent", "", FieldType::Integer, 0, 32, {}, "A"},
    ParameterSpec{Parameter::Temperature, "temperature", "", FieldType::Number, 15.5, 30.0, {}, "°C"},
    ParameterSpec{Parameter::EnableCharging, "enableCharging", "", FieldType::Boolean, 0, 1, {}, ""},
    ParameterSpec{Parameter::EnableClimate, "enableClimate", "", FieldType::Boolean, 0, 1, {}, ""},
    ParameterSpec{Parameter::AllowBattery, "allowBattery", "", FieldType::Boolean, 0, 1, {}, ""},
    ParameterSpec{Parameter::LeadTime, "leadTime", "", FieldType::Integer, 0, 120, {}, "min"},
    ParameterSpec{Parameter::HoldTimePlug, "holdTimePlug", "", FieldType::Integer, 0, 254, {}, "min"},
    ParameterSpec{Parameter::HoldTimeBattery, "holdTimeBattery", "", FieldType::Integer, 0, 254, {}, "min"},
    ParameterSpec{Parameter::ProfileName, "name", "", FieldType::String, 0, 20, {}, ""},
};
constexpr ParameterSpec kEnableParameters[] = {
    ParameterSpec{Parameter::TimerIndex, "index", "", FieldType::Integer, 1, 3, {}, "", true},
    ParameterSpec{Parameter::Enabled, "enabled", "", FieldType::Boolean, 0, 1, {}, "", true},
};
constexpr ParameterSpec kConditions[] = {
    ParameterSpec{Parameter::Parked, "parked", "", FieldType::Boolean, 0, 1, {}, ""},
    ParameterSpec{Parameter::Plugged, "plugged", "", FieldType::Boolean, 0, 1, {}, ""},
    ParameterSpec{Parameter::Locked, "locked", "", FieldType::Boolean, 0, 1, {}, ""},
    ParameterSpec{Parameter::SocBelow, "socBelow", "", FieldType::Number, 0, 100, {}, "%"},
    ParameterSpec{Parameter::SocAbove, "socAbove", "", FieldType::Number, 0, 100, {}, "%"},
    ParameterSpec{Parameter::OutsideBelow, "outsideBelow", "", FieldType::Number, -50, 60, {}, "°C"},
    ParameterSpec{Parameter::OutsideAbove, "outsideAbove", "", FieldType::Number, -50, 60, {}, "°C"},
};

// As long as `link` in a status.
constexpr ParameterSpec kLinkParameters[] = {
    ParameterSpec{Parameter::Link, "link", "", FieldType::String, 1, 8, {}, "", true},
};

constexpr ActionSpec link(Action action, std::string_view name) {
  return {action, name, ActionKind::Link, Subject::None, kOtherTtl, {}};
}
constexpr ActionSpec management(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Management, Subject::None, kOtherTtl, parameters};
}
constexpr ActionSpec query(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Query, Subject::None, kOtherTtl, parameters};
}
// A timer is no subject: a change of one does not stand for that of another.
constexpr ActionSpec timer(Action action, std::string_view name, std::span<const ParameterSpec> parameters) {
  return {action, name, ActionKind::Actuating, Subject::None, kChargingTtl, parameters};
}
constexpr ActionSpec charging(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Actuating, Subject::Charging, kChargingTtl, parameters};
}
constexpr ActionSpec climate(Action action, std::string_view name, std::span<const ParameterSpec> parameters = {}) {
  return {action, name, ActionKind::Actuating, Subject::Climate, kClimateTtl, parameters};
}

// In the order of Action.
constexpr ActionSpec kActions[] = {
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
    management(Action::Configure, "system.configure", setting_table::kParameters),
    query(Action::GetState, "vehicle.getState"),
    query(Action::RequestState, "vehicle.requestState"),
    charging(Action::StartCharging, "vehicle.startCharging", kChargingParameters),
    charging(Action::StopCharging, "vehicle.stopCharging"),
    climate(Action::StartClimate, "vehicle.startClimate", kClimateParameters),
    climate(Action::StopClimate, "vehicle.stopClimate"),
    query(Action::GetProfiles, "profiles.get"),
    query(Action::GetProfile, "profiles.getProfile", kProfileParameters),
    timer(Action::UpdateProfile, "profiles.updateProfile", kUpdateParameters),
    timer(Action::SetEnabled, "profiles.setEnabled", kEnableParameters),
    query(Action::RefreshProfiles, "profiles.refresh"),
    management(Action::SetLink, "system.setLink", kLinkParameters),
};

constexpr bool inOrder() {
  for (std::size_t i = 0; i < std::size(kActions); ++i) {
    if (static_cast<std::size_t>(kActions[i].action) != i) return false;
  }
  return true;
}
static_assert(inOrder());

}  // namespace

std::span<const ActionSpec> allActions() { return kActions; }

const ActionSpec* findAction(std::string_view name) {
  // The firmware of v2.2 says `profiles`, its document `chargingProfile`.
  constexpr std::string_view kProfiles = "profiles.";
  constexpr std::string_view kDocumented = "chargingProfile.";
  const bool documented = name.starts_with(kDocumented);
  const std::string_view domain = documented ? kProfiles : std::string_view();
  if (documented) name.remove_prefix(kDocumented.size());
  const auto found = std::find_if(std::begin(kActions), std::end(kActions), [&](const auto& spec) {
    return spec.name.starts_with(domain) && spec.name.substr(domain.size()) == name;
  });
  return found == std::end(kActions) ? nullptr : &*found;
}

std::span<const ParameterSpec> conditions() { return kConditions; }

const ActionSpec& actionSpec(Action action) { return kActions[static_cast<std::size_t>(action)]; }

}  // namespace smartkar::protocol
