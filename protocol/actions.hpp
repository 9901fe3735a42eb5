#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/field_error.hpp"
#include "protocol/json_document.hpp"
#include "protocol/json_writer.hpp"

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
  WakeInterval,
  IdleTime,
  PlainCommands,
};
inline constexpr std::size_t kParameterCount = 8;

struct ParameterSpec {
  Parameter parameter;
  std::string_view name;
  std::string_view alias;  // also accepted, wins if both are given; empty: none
  FieldType type;          // Integer, Number or Boolean
  double min;              // both included
  double max;
  std::optional<double> default_value;  // booleans: 0 or 1; nothing: what is not given is left as it is
  std::string_view unit;                // "%", "A", "°C", "s"; empty for booleans
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
// nullptr if there is no such action. What is returned lives for ever.
const ActionSpec* findAction(std::string_view name);
const ActionSpec& actionSpec(Action action);

// The parameters of one command, each within its range; one not given has its default, if there is one.
class Parameters {
 public:
  // spec: lives as long as this, which all specs of the table do.
  explicit Parameters(const ActionSpec& spec);

  // The value; parameter: one of the action's own that was given or has a default (asserts).
  std::int64_t integer(Parameter parameter) const;
  double number(Parameter parameter) const;
  bool boolean(Parameter parameter) const;
  // True if the client gave it.
  bool given(Parameter parameter) const { return given_[static_cast<std::size_t>(parameter)]; }

  const ActionSpec& spec() const { return *spec_; }
  // Writes all that have a value as members of the open object, under their names, defaults included.
  void write(JsonWriter& writer) const;

 private:
  friend class ParameterParser;
  const ActionSpec* spec_;
  std::array<std::optional<double>, kParameterCount> values_{};
  std::array<bool, kParameterCount> given_{};
};

// Reads the parameters an API client gave. params: an object with nothing else in it; null: no parameters.
// Fails with the first field that is unknown, of the wrong type or out of range, or with Missing for an action that
// takes some of its parameters and was given none.
Result<Parameters, FieldError> parseParameters(const ActionSpec& spec, JsonValue params);

// Reads the parameters of a command message: flattened, nested under `params`, or both (flattened wins). Members of
// the message that are not parameters (id, action, expiresAt, contact, try, mac) are passed over.
Result<Parameters, FieldError> parseCommandParameters(const ActionSpec& spec, JsonValue message);

// All parameters as text of one object, for CommandOut::params_json and for storing.
Result<std::string_view, EncodeError> encodeParameters(const Parameters& parameters, std::span<char> out);

}  // namespace smartkar::protocol
