#pragma once

#include <algorithm>
#include <array>

#include "protocol/configuration.hpp"

// The table behind allSettings() and system.configure.
namespace smartkar::protocol::setting_table {

// Of the eDRX cycle, in the order of the modem's codes (kEdrxCycles).
inline constexpr std::array<std::string_view, 6> kEdrxWords = {"5s", "10s", "20s", "40s", "80s", "160s"};
inline constexpr std::array<std::string_view, 2> kWillWords = {"word", "json"};
inline constexpr std::array<std::string_view, 2> kEngineWords = {"native", "socket"};

inline constexpr double kHostBytesMax = 64;  // the limit of the socket engine
inline constexpr double kApnBytesMax = 64;   // ModemSettings::apn

constexpr SettingSpec number(Setting setting, Parameter parameter, std::string_view name, double min, double max,
                             std::string_view unit, SettingEffect effect, std::string_view meaning) {
  return {setting,
          {.parameter = parameter,
           .name = name,
           .alias = "",
           .type = FieldType::Integer,
           .min = min,
           .max = max,
           .default_value = {},
           .unit = unit},
          effect,
          meaning};
}
constexpr SettingSpec flag(Setting setting, Parameter parameter, std::string_view name, SettingEffect effect,
                           std::string_view meaning) {
  return {setting,
          {.parameter = parameter,
           .name = name,
           .alias = "",
           .type = FieldType::Boolean,
           .min = 0,
           .max = 1,
           .default_value = {},
           .unit = ""},
          effect,
          meaning};
}
constexpr SettingSpec word(Setting setting, Parameter parameter, std::string_view name,
                           std::span<const std::string_view> words, SettingEffect effect, std::string_view meaning) {
  return {setting,
          {.parameter = parameter,
           .name = name,
           .alias = "",
           .type = FieldType::String,
           .min = 0,
           .max = static_cast<double>(words.size()) - 1,
           .default_value = {},
           .unit = "",
           .words = words},
          effect,
          meaning};
}
// A name of the network: printable ASCII without space, quote and backslash, as it goes into lines of the modem.
constexpr SettingSpec networkName(Setting setting, Parameter parameter, std::string_view name, double min, double max,
                                  SettingEffect effect, std::string_view meaning) {
  return {setting,
          {.parameter = parameter,
           .name = name,
           .alias = "",
           .type = FieldType::String,
           .min = min,
           .max = max,
           .default_value = {},
           .unit = "",
           .form = TextForm::NetworkName},
          effect,
          meaning};
}

using enum SettingEffect;

inline constexpr std::array kSettings = {
    number(Setting::WakeInterval, Parameter::WakeInterval, "wakeInterval", 300, 86400, "s", AtOnce,
           "the longest sleep"),
    number(Setting::IdleTime, Parameter::IdleTime, "idleTime", 10, 3600, "s", AtOnce,
           "awake without activity before it sleeps"),
    flag(Setting::PlainCommands, Parameter::PlainCommands, "plainCommands", AtOnce,
         "commands that name no contact are obeyed"),
    number(Setting::OfflineLimit, Parameter::OfflineLimit, "offlineLimit", 60, 3600, "s", AtOnce,
           "awake without a contact before it sleeps"),
    number(Setting::OfflineInterval, Parameter::OfflineInterval, "offlineInterval", 300, 86400, "s", AtOnce,
           "the first sleep after that, doubling up to `wakeInterval`"),
    number(Setting::KeepAlive, Parameter::KeepAlive, "keepAlive", 0, 1740, "s", Broker,
           "silence after which the modem gives a sign of life; 0: learned for each network"),
    networkName(Setting::Apn, Parameter::Apn, "apn", 0, kApnBytesMax, Network,
                "access point; empty: the network chooses"),
    word(Setting::EdrxCycle, Parameter::EdrxCycle, "edrxCycle", kEdrxWords, Network,
         "how often a sleeping modem listens: 5.12 s and its doubles"),
    networkName(Setting::BrokerHost, Parameter::BrokerHost, "brokerHost", 1, kHostBytesMax, Broker, "the broker"),
    number(Setting::BrokerPort, Parameter::BrokerPort, "brokerPort", 1, 65535, "", Broker, "its port"),
    word(Setting::WillFormat, Parameter::WillFormat, "willFormat", kWillWords, Broker,
         "the will: the word `offline`, or JSON with backslashes"),
    word(Setting::Engine, Parameter::Engine, "engine", kEngineWords, Broker,
         "who speaks MQTT: the modem, or the processor over a socket of the modem"),
};

inline constexpr auto kParameters = [] {
  std::array<ParameterSpec, kSettings.size()> parameters{};
  std::transform(kSettings.begin(), kSettings.end(), parameters.begin(),
                 [](const auto& spec) { return spec.parameter; });
  return parameters;
}();

}  // namespace smartkar::protocol::setting_table
