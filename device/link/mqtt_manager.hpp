#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "device/link/mqtt_engine.hpp"
#include "device/modem/modem_manager.hpp"

namespace smartkar::device {

// Frames of the deepest dialogue through this object and the modem manager, on a 64-bit machine; checked in its test.
inline constexpr std::size_t kLinkArenaBytes = 6144;

// MQTT through whichever engine was chosen; tells the modem manager how it went.
class MqttManager : public ServerLink {
 public:
  // All parameters must outlive the object; profile is the engine's. The dialogues' frames live in modem.arena().
  MqttManager(AtEngine& at, ModemManager& modem, MqttEngine& engine, MqttProfile& profile)
      : at_(at), modem_(modem), engine_(engine), profile_(profile) {}

  // Where the next open() leads; at first to the first broker. A session that was opened with the other one in this run
  // is closed then. Second: only if there is one (asserts).
  void useBroker(Broker broker);
  // payload: the JSON text for WillFormat::EscapedJson.
  void setWill(std::string_view payload) override;
  // Seconds, 1 … 65535: the modem's sign of life while nothing else is said, also while the processor sleeps. Counts
  // from the next session on.
  void setKeepAlive(std::uint16_t seconds) { profile_.settings.keep_alive_s = seconds; }

  // Success does not reset the recovery ladder: ModemManager::onLinkSuccess does, once the server has answered.
  // NoModem … NoBearer: as the modem manager found. Refused: the broker, the modem or the handshake said no. Timeout:
  // no answer; the next call starts by bringing the line into step.
  Task<Result<void, LinkError>> open() override;
  // Refused: the modem or the broker said no, and the session is still up. Down: no session, or it broke during the
  // publish, even if the modem said OK. Timeout: unknown whether it was sent. TooLong.
  Task<Result<void, LinkError>> publish(protocol::Channel channel, std::string_view payload, bool retain) override;
  Task<Result<void, LinkError>> receive() override;
  // Ok: no session is left. Timeout, NoModem: unknown.
  Task<Result<void, LinkError>> close() override;
  bool suspend() override { return engine_.suspend(); }
  bool up() const override { return engine_.up() && modem_.connected(); }
  bool adopted() const override { return profile_.adopted; }
  bool secured() const override { return profile_.settings.tls; }
  std::string_view name() const override { return profile_.broker == Broker::First ? "mqtt" : "mqtt2"; }

  const MqttCounters& counters() const { return profile_.counters; }

  Arena& arena() { return modem_.arena(); }

 private:
  using Done = Result<void, LinkError>;

  Task<Done> leaveOtherBroker();
  Done account(const Done& done);

  AtEngine& at_;
  ModemManager& modem_;
  MqttEngine& engine_;
  MqttProfile& profile_;
  std::optional<Broker> session_with_;  // the session there may be; nothing: none was opened in this run
};

}  // namespace smartkar::device
