#include "device/app/modem_stack.hpp"

#include <algorithm>

#include "base/crc32.hpp"

namespace smartkar::device {

// With the socket engine all that matters comes through a connection; the modem's other words need not wake anybody.
ModemSettings ModemStack::modemSettings(const DeviceConfig& config) {
  ModemSettings settings = config.modem;
  settings.ring_for_data_only = config.mqtt.engine == MqttEngineKind::Socket;
  return settings;
}

// Twice the longest sleep, as far as MQTT can say it.
MqttSettings ModemStack::mqttSettings(const DeviceConfig& config) {
  MqttSettings settings = config.mqtt;
  const std::int64_t silence = 2 * (config.controller.sleep.wake_interval / std::chrono::seconds(1));
  settings.silence_max_s = static_cast<std::uint16_t>(std::clamp<std::int64_t>(silence, 60, 65535));
  return settings;
}

MqttEngine& ModemStack::makeEngine(const MqttEngineParts& parts, SavedSession& saved) {
  if (profile_.settings.engine == MqttEngineKind::Native)
    return chosen_.emplace<NativeEngine>(parts, scheduler_, saved);
  return chosen_.emplace<SocketEngine>(parts, socket_, scheduler_, saved);
}

Task<bool> ModemStack::prepareForSleep() {
  const auto done = co_await modem_.prepareForSleep();
  co_return done.ok();
}

bool ModemStack::quiet() {
  at_.poll(scheduler_.now());
  return at_.idle() && selector_.suspend();
}

Task<std::optional<int>> ModemStack::signal() {
  const auto dbm = co_await modem_.signal();
  co_return dbm.ok() ? std::optional(*dbm) : std::nullopt;
}

Task<SimNumber> ModemStack::simNumber() {
  const auto number = co_await modem_.ccid();
  co_return number.ok() ? *number : SimNumber();
}

Task<std::uint32_t> ModemStack::network() {
  const auto found = co_await modem_.networkOperator();
  if (!found.ok()) co_return 0;
  const std::uint32_t key = crc32(apn_.view(), crc32(found->name.view()));
  co_return std::max<std::uint32_t>(key, 1);
}

void ModemStack::onContact() {
  modem_.onLinkSuccess();
  selector_.onContact();
}

void ModemStack::onSilence() {
  modem_.onLinkFailure(LinkTrouble::Silent);
  selector_.onSilence();
}

LinkKinds ModemStack::configuredLinks(const DeviceConfig& config) {
  LinkKinds kinds;
  kinds.set(static_cast<std::size_t>(LinkKind::Mqtt));
  kinds.set(static_cast<std::size_t>(LinkKind::Mqtt2), !config.mqtt.second_broker.host.empty());
  kinds.set(static_cast<std::size_t>(LinkKind::Tcp), !config.tcp.host.empty());
  return kinds;
}

}  // namespace smartkar::device
