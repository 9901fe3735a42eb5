#include "device/app/modem_stack.hpp"

#include <algorithm>

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
  if (profile_.settings.engine == MqttEngineKind::Native) return chosen_.emplace<NativeEngine>(parts);
  return chosen_.emplace<SocketEngine>(parts, socket_, scheduler_, saved);
}

Task<bool> ModemStack::prepareForSleep() {
  const auto done = co_await modem_.prepareForSleep();
  co_return done.ok();
}

bool ModemStack::quiet() {
  at_.poll(scheduler_.now());
  return at_.idle() && mqtt_.suspend();
}

}  // namespace smartkar::device
