#include "device/app/setting_bindings.hpp"

#include <algorithm>
#include <array>

namespace smartkar::device {

using protocol::Setting;
using protocol::SettingValue;

namespace {

// 3GPP TS 24.008 table 10.5.5.32, in the order of the words of `edrxCycle`: 5.12, 10.24, 20.48, 40.96, 81.92, 163.84 s,
// none.
constexpr std::array<std::string_view, 7> kEdrxCycles = {"0000", "0001", "0010", "0011", "0101", "1001", ""};

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
    case Setting::Broker2Host:
      return text(config.mqtt.second_broker.host);
    case Setting::Broker2Port:
      return number(config.mqtt.second_broker.port);
    case Setting::TcpHost:
      return text(config.tcp.host);
    case Setting::TcpPort:
      return number(config.tcp.port);
    case Setting::LinkMode:
      return number(static_cast<int>(config.link_policy.mode));
    case Setting::LinkFailures:
      return number(config.link_policy.failures);
    case Setting::LinkReturn:
      return seconds(config.link_policy.return_after);
    case Setting::LinkReturnWakes:
      return number(config.link_policy.return_wakes);
    case Setting::DisarmedInterval:
      return seconds(sleep.disarmed_interval);
    case Setting::CellLow:
      return number(config.controller.cell.low_percent);
    case Setting::CellCritical:
      return number(config.controller.cell.critical_percent);
    case Setting::CellRecovered:
      return number(config.controller.cell.recovered_percent);
    case Setting::ReportAsleep:
      return seconds(config.controller.report.asleep);
    case Setting::ReportAwake:
      return seconds(config.controller.report.awake);
    case Setting::ReportDriving:
      return seconds(config.controller.report.driving);
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
    case Setting::Broker2Host:
      config.mqtt.second_broker.host = value.text;
      return;
    case Setting::Broker2Port:
      config.mqtt.second_broker.port = static_cast<std::uint16_t>(value.number);
      return;
    case Setting::TcpHost:
      config.tcp.host = value.text;
      return;
    case Setting::TcpPort:
      config.tcp.port = static_cast<std::uint16_t>(value.number);
      return;
    case Setting::LinkMode:
      config.link_policy.mode = static_cast<LinkMode>(value.number);
      return;
    case Setting::LinkFailures:
      config.link_policy.failures = static_cast<std::uint8_t>(value.number);
      return;
    case Setting::LinkReturn:
      config.link_policy.return_after = std::chrono::seconds(value.number);
      return;
    case Setting::LinkReturnWakes:
      config.link_policy.return_wakes = static_cast<std::uint8_t>(value.number);
      return;
    case Setting::DisarmedInterval:
      sleep.disarmed_interval = std::chrono::seconds(value.number);
      return;
    case Setting::CellLow:
      config.controller.cell.low_percent = value.number;
      return;
    case Setting::CellCritical:
      config.controller.cell.critical_percent = value.number;
      return;
    case Setting::CellRecovered:
      config.controller.cell.recovered_percent = value.number;
      return;
    case Setting::ReportAsleep:
      config.controller.report.asleep = std::chrono::seconds(value.number);
      return;
    case Setting::ReportAwake:
      config.controller.report.awake = std::chrono::seconds(value.number);
      return;
    case Setting::ReportDriving:
      config.controller.report.driving = std::chrono::seconds(value.number);
      return;
  }
}

}  // namespace smartkar::device
