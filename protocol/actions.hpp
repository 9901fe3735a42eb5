#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.hpp"
#include "protocol/field_error.hpp"

namespace smartkar::protocol {

// The numbers are in the journals of cars: new actions go to the end.
enum class Action : std::uint8_t {
  Ring,
  Sync,
  Cancel,
  Ping,
  Status,
  Capabilities,
  Telemetry,
  Wakeup,
  SystemTelemetry,
  Info,
  Reboot,
  Sleep,
  Configure,
  GetState,
  RequestState,
  StartCharging,
  StopCharging,
  StartClimate,
  StopClimate,
  GetProfiles,
  GetProfile,
  UpdateProfile,
  SetEnabled,
  RefreshProfiles,
  SetLink,
};

enum class ActionKind : std::uint8_t {
  Link,        // part of the contact itself: has no id of its own, no answer of its own
  Management,  // answered at any time, also while a command runs
  Query,       // reads the vehicle
  Actuating,   // changes the vehicle: one at a time, journalled, at most once
};

// What an actuating command is about: a new one may supersede the open ones of its subject.
enum class Subject : std::uint8_t { None, Charging, Climate };

// A parameter, by meaning; its name in messages is in the action's table.
enum class Parameter : std::uint8_t {
  TargetSoc,
  MaxCurrent,
  Temperature,
  AllowBattery,
  SleepDuration,
  // Settings (setting_table.hpp).
  WakeInterval,
  IdleTime,
  PlainCommands,
  OfflineLimit,
  OfflineInterval,
  KeepAlive,
  Apn,
  EdrxCycle,
  BrokerHost,
  BrokerPort,
  WillFormat,
  Engine,
  Broker2Host,
  Broker2Port,
  TcpHost,
  TcpPort,
  LinkMode,
  LinkFailures,
  LinkReturn,
  LinkReturnWakes,
  DisarmedInterval,
  CellLow,
  CellCritical,
  CellRecovered,
  ReportAsleep,
  ReportAwake,
  ReportDriving,
  // Of the charging profiles.
  ProfileIndex,
  TimerIndex,
  Enabled,
  EnableCharging,
  EnableClimate,
  LeadTime,
  HoldTimePlug,
  HoldTimeBattery,
  ProfileName,
  Link,
  // The conditions of onlyIf.
  Parked,
  Plugged,
  Locked,
  SocBelow,
  SocAbove,
  OutsideBelow,
  OutsideAbove,
};
inline constexpr std::size_t kParameterCount = static_cast<std::size_t>(Parameter::OutsideAbove) + 1;

// What a text may be.
enum class TextForm : std::uint8_t {
  Any,          // no control characters
  NetworkName,  // printable ASCII without space, quote and backslash
};

struct ParameterSpec {
  Parameter parameter;
  std::string_view name;
  std::string_view alias;  // also accepted, wins if both are given; empty: none
  FieldType type;          // Integer, Number, Boolean or String
  double min;              // both included; of a string: its length in characters
  double max;
  std::optional<double> default_value;  // booleans: 0 or 1; nothing: what is not given is left as it is
  std::string_view unit;                // "%", "A", "°C", "s"; empty for booleans and strings
  bool required = false;
  TextForm form = TextForm::Any;
  std::span<const std::string_view> words =
      {};  // of a string: all it may be; its value is their place, as in min and max
};

struct ActionSpec {
  Action action;
  std::string_view name;  // "vehicle.startCharging"
  ActionKind kind;
  Subject subject;
  Duration default_ttl;  // time to live if the client gives none
  std::span<const ParameterSpec> parameters;
};

// Every action there is.
std::span<const ActionSpec> allActions();
// nullptr if there is no such action. What is returned lives for ever. The domain `chargingProfile` is `profiles`.
const ActionSpec* findAction(std::string_view name);
const ActionSpec& actionSpec(Action action);

// What `onlyIf` of an actuating command may ask of the vehicle. The order is in the journals of cars: new ones go to
// the end.
std::span<const ParameterSpec> conditions();

}  // namespace smartkar::protocol
