#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "protocol/actions.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/parameters.hpp"

namespace smartkar::protocol {

// Everything that can be set about a car. The numbers are in the flash of cars: a new setting gets a new one below 64,
// none is used again.
enum class Setting : std::uint8_t {
  WakeInterval = 1,
  IdleTime = 2,
  PlainCommands = 3,
  KeepAlive = 4,
  OfflineLimit = 5,
  OfflineInterval = 6,
  Apn = 7,
  EdrxCycle = 8,
  BrokerHost = 9,
  BrokerPort = 10,
  WillFormat = 11,
  Engine = 12,
  Broker2Host = 13,
  Broker2Port = 14,
  TcpHost = 15,
  TcpPort = 16,
  LinkMode = 17,
  LinkFailures = 18,
  LinkReturn = 19,
  LinkReturnWakes = 20,
  DisarmedInterval = 21,
  CellLow = 22,
  CellCritical = 23,
  CellRecovered = 24,
  ReportAsleep = 25,
  ReportAwake = 26,
  ReportDriving = 27,
};

// What it takes to put a new value into force, and what proves that the car is still within reach with it.
enum class SettingEffect : std::uint8_t {
  AtOnce,   // nothing: it cannot lose the link
  Network,  // another run, which starts the modem; a contact over any link
  Broker,   // another run; a contact over the first broker
};

// A text for strings, a whole number for all others: booleans 0 or 1, a word by its place.
struct SettingValue {
  std::int32_t number = 0;
  std::string_view text;

  friend bool operator==(const SettingValue&, const SettingValue&) = default;
};

struct SettingSpec {
  Setting setting;
  ParameterSpec parameter;  // of system.configure
  SettingEffect effect;
  std::string_view meaning;

  std::string_view name() const { return parameter.name; }
  bool isText() const { return parameter.type == FieldType::String && parameter.words.empty(); }
  bool mayLoseTheLink() const { return effect != SettingEffect::AtOnce; }
  // True if system.configure would accept it.
  bool allows(const SettingValue& value) const;
};

// Each must be below the next.
inline constexpr std::array kAscending = {Setting::CellCritical, Setting::CellLow, Setting::CellRecovered};
inline constexpr std::string_view kAscendingText = "cellCritical must be below cellLow, cellLow below cellRecovered";
// True if they are. numberOf: the value of a setting.
template <class NumberOf>
bool ascending(NumberOf numberOf) {
  const auto& row = kAscending;
  const auto wrong = [&](Setting lower, Setting upper) { return numberOf(lower) >= numberOf(upper); };
  return std::adjacent_find(row.begin(), row.end(), wrong) == row.end();
}

// A few settings.
class SettingSet {
 public:
  constexpr SettingSet() = default;
  constexpr explicit SettingSet(std::uint64_t bits) : bits_(bits) {}
  constexpr void add(Setting setting) { bits_ |= std::uint64_t{1} << static_cast<unsigned>(setting); }
  constexpr bool has(Setting setting) const { return bits_ >> static_cast<unsigned>(setting) & 1; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr std::uint64_t bits() const { return bits_; }
  friend constexpr bool operator==(SettingSet, SettingSet) = default;

 private:
  std::uint64_t bits_ = 0;
};

std::span<const SettingSpec> allSettings();
const SettingSpec& settingSpec(Setting setting);

// The value that system.configure gives to a setting. parameters: of this action; given() must hold.
// Its text is valid as long as they are.
SettingValue settingValue(const Parameters& parameters, const SettingSpec& spec);
// Writes it as a value of JSON.
void writeSetting(JsonWriter& writer, const SettingSpec& spec, const SettingValue& value);

}  // namespace smartkar::protocol
