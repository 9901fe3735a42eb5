#include "device/app/setting_bindings.hpp"

#include <algorithm>
#include <array>

namespace smartkar::device {

using protocol::Setting;
using protocol::SettingValue;

namespace {

// 3GPP TS 24.008 table 10.5.5.32, in the order of the words of `edrxCycle`: 5.12, 10.24, 20.48, 40.96, 81.92, 163.84 s.
constexpr std::array<std::string_view, 6> kEdrxCycles = {"0000", "0001", "0010", "0011", "0101", "1001"};

SettingValue number(std::int64_t value) { return {static_cast<std::int32_t>(value), {}}; }
SettingValue seconds(Duration span) { return number(std::chrono::duration_cast<std::chrono::seconds>(span).count()); }
SettingValue text(std::string_view value) { return {0, value}; }

std::optional<SettingValue> edrxWord(std::string_view cycle) {
  const auto* const found = std::find(kEdrxCycles.begin(), kEdrxCycles.end(), cycle);
  if (found == kEdrxCycles.end()) return std::nullopt;
  return number(found - kEdrxCycles.begin());
}

}  // namespace

std::optional<SettingValue> settingOf(const DeviceConfig& config, Setting setting) {
  const SleepSettings& sleep = config.controller.sleep;
  switch (setting) {
    case Setting::WakeInterval:
      return seconds(sleep.wake_interval);
    case Setting::IdleTime:
      return seconds(sleep.idle);
    case Setting::PlainCommands:
      return number(config.controller.router.plain_commands);
    case Setting::OfflineLimit:
      return seconds(sleep.offline_limit);
    case Setting::OfflineInterval:
      return seconds(sleep.offline_interval);
    case Setting::KeepAlive:
      return seconds(config.controller.link_keep_alive);
    case Setting::Apn:
      return text(config.modem.apn);
    case Setting::EdrxCycle:
      return edrxWord(config.modem.edrx_cycle);
    case Setting::BrokerHost:
      return text(config.mqtt.broker.host);
    case Setting::BrokerPort:
      return number(config.mqtt.broker.port);
    case Setting::WillFormat:
      return number(static_cast<int>(config.mqtt.will_format));
    case Setting::Engine:
      return number(static_cast<int>(config.mqtt.engine));
  }
  return std::nullopt;
}

void applySetting(DeviceConfig& config, Setting setting, const SettingValue& value) {
  SleepSettings& sleep = config.controller.sleep;
  switch (setting) {
    case Setting::WakeInterval:
      sleep.wake_interval = std::chrono::seconds(value.number);
      return;
    case Setting::IdleTime:
      sleep.idle = std::chrono::seconds(value.number);
      return;
    case Setting::PlainCommands:
      config.controller.router.plain_commands = value.number != 0;
      return;
    case Setting::OfflineLimit:
      sleep.offline_limit = std::chrono::seconds(value.number);
      return;
    case Setting::OfflineInterval:
      sleep.offline_interval = std::chrono::seconds(value.number);
      return;
    case Setting::KeepAlive:
      config.controller.link_keep_alive = std::chrono::seconds(value.number);
      return;
    case Setting::Apn:
      config.modem.apn = value.text;
      return;
    case Setting::EdrxCycle:
      config.modem.edrx_cycle = kEdrxCycles[static_cast<std::size_t>(value.number)];
      return;
    case Setting::BrokerHost:
      config.mqtt.broker.host = value.text;
      return;
    case Setting::BrokerPort:
      config.mqtt.broker.port = static_cast<std::uint16_t>(value.number);
      return;
    case Setting::WillFormat:
      config.mqtt.will_format = static_cast<WillFormat>(value.number);
      return;
    case Setting::Engine:
      config.mqtt.engine = static_cast<MqttEngineKind>(value.number);
      return;
  }
}

}  // namespace smartkar::device
