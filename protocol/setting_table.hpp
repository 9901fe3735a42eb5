#pragma once

#include <algorithm>
#include <array>

#include "protocol/configuration.hpp"

// The table behind allSettings() and system.configure.
namespace smartkar::protocol::setting_table {

// Of the eDRX cycle, in the order of the modem's codes (kEdrxCycles).
inline constexpr std::array<std::string_view, 7> kEdrxWords = {"5s", "10s", "20s", "40s", "80s", "160s", "off"};
inline constexpr std::array<std::string_view, 2> kWillWords = {"word", "json"};
inline constexpr std::array<std::string_view, 2> kEngineWords = {"native", "socket"};
inline constexpr std::array<std::string_view, 2> kLinkModeWords = {"fallback", "first"};

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
    networkName(Setting::Broker2Host, Parameter::Broker2Host, "broker2Host", 0, kHostBytesMax, Network,
                "the second broker; empty: there is none"),
    number(Setting::Broker2Port, Parameter::Broker2Port, "broker2Port", 1, 65535, "", Network, "its port"),
    networkName(Setting::TcpHost, Parameter::TcpHost, "tcpHost", 0, kHostBytesMax, Network,
                "the server's TCP entrance; empty: there is none"),
    number(Setting::TcpPort, Parameter::TcpPort, "tcpPort", 1, 65535, "", Network, "its port"),
    word(Setting::LinkMode, Parameter::LinkMode, "linkMode", kLinkModeWords, Network,
         "when the first broker fails: the next link, or only the first unless `system.setLink` says otherwise"),
    number(Setting::LinkFailures, Parameter::LinkFailures, "linkFailures", 1, 10, "", Network,
           "failures in a row after which a link is left"),
    number(Setting::LinkReturn, Parameter::LinkReturn, "linkReturn", 60, 86400, "s", Network,
           "on another link after which the first is tried again"),
    number(Setting::LinkReturnWakes, Parameter::LinkReturnWakes, "linkReturnWakes", 1, 100, "", Network,
           "wakes on another link after which the first is tried again"),
    number(Setting::DisarmedInterval, Parameter::DisarmedInterval, "disarmedInterval", 300, 86400, "s", AtOnce,
           "the longest sleep in which the modem cannot wake the car"),
    number(Setting::CellLow, Parameter::CellLow, "cellLow", 2, 50, "%", AtOnce,
           "of the unit's own cell: it says goodbye and sleeps with the modem off"),
    number(Setting::CellCritical, Parameter::CellCritical, "cellCritical", 1, 49, "%", AtOnce,
           "the same without delay; below `cellLow`"),
    number(Setting::CellRecovered, Parameter::CellRecovered, "cellRecovered", 3, 100, "%", AtOnce,
           "the cell is good again; above `cellLow`"),
    number(Setting::ReportAsleep, Parameter::ReportAsleep, "reportAsleep", 60, 86400, "s", AtOnce,
           "the longest time between two reports of what does not change"),
    number(Setting::ReportAwake, Parameter::ReportAwake, "reportAwake", 10, 3600, "s", AtOnce,
           "the same of battery, climate and range while the vehicle is awake or charges"),
    number(Setting::ReportDriving, Parameter::ReportDriving, "reportDriving", 5, 3600, "s", AtOnce,
           "the same of driving and position with the ignition on"),
};

inline constexpr auto kParameters = [] {
  std::array<ParameterSpec, kSettings.size()> parameters{};
  std::transform(kSettings.begin(), kSettings.end(), parameters.begin(),
                 [](const auto& spec) { return spec.parameter; });
  return parameters;
}();

}  // namespace smartkar::protocol::setting_table
