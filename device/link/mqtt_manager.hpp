#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/arena.hpp"
#include "base/fixed_string.hpp"
#include "base/log.hpp"
#include "base/task.hpp"
#include "device/link/command_sender.hpp"
#include "device/link/mqtt_settings.hpp"
#include "device/link/server_link.hpp"
#include "device/link/tls_files.hpp"
#include "device/modem/modem_manager.hpp"

namespace smartkar::device {

// What the modem says of its MQTT connection.
enum class SessionClaim : std::uint8_t {
  Unknown,        // it did not say, or not readably
  Down,           //
  Up,             // connected, the session began with this connection
  UpWithSession,  // connected, the broker kept the session and with it the subscriptions
};

struct MqttCounters {
  std::uint32_t received = 0;
  std::uint32_t malformed = 0;      // +SMSUB lines that are not exactly `"topic","hex"`
  std::uint32_t foreign = 0;        // for another topic
  std::uint32_t too_long = 0;       // beyond kCommandBytesMax
  std::uint32_t connects = 0;       // sessions opened
  std::uint32_t adoptions = 0;      // sessions found alive
  std::uint32_t garbled_polls = 0;  // SMSTATE? without a readable answer
};

// Frames of the deepest dialogue through this object and the modem manager, on a 64-bit machine; checked in its test.
inline constexpr std::size_t kLinkArenaBytes = 6144;

// MQTT through the modem's own client (AT+SM…): QoS 1, persistent session, payloads received as hex digits.
class MqttManager : public ServerLink, private UrcHandler {
 public:
  // All parameters must outlive the object. settings: host, client id, topic prefix and ccid must be valid (asserts).
  // The dialogues' frames live in modem.arena().
  MqttManager(CommandSender& sender, ModemManager& modem, TlsFiles& files, InboundSink& sink, LogSink& log,
              const MqttSettings& settings);

  // Where the next open() leads; at first to the first broker. A session that was opened with the other one in this run
  // is closed then. Second: only if there is one (asserts).
  void useBroker(Broker broker);
  // payload: the JSON text for WillFormat::EscapedJson.
  void setWill(std::string_view payload) override;
  // Seconds, 1 … 65535; counts from the next session on.
  void setKeepAlive(std::chrono::seconds interval) override;

  // Success does not reset the recovery ladder: ModemManager::onLinkSuccess does, once the server has answered.
  // NoModem … NoBearer: as the modem manager found. Refused: the broker, the modem or the handshake said no. Timeout:
  // no answer; the next call starts by bringing the line into step.
  Task<Result<void, LinkError>> open() override;
  // Refused: the modem said no and is still connected. Down: no session, or it broke during the publish, even if the
  // modem said OK. Timeout: unknown whether it was sent. TooLong.
  Task<Result<void, LinkError>> publish(protocol::Channel channel, std::string_view payload, bool retain) override;
  // The modem hands over by itself what comes, and keeps the session alive.
  Task<Result<void, LinkError>> receive() override;
  bool suspend() override { return true; }
  // Ok: no session is left. Timeout, NoModem: unknown.
  Task<Result<void, LinkError>> close() override;
  bool up() const override;
  bool adopted() const override { return adopted_; }
  bool secured() const override { return settings_.tls; }
  std::string_view name() const override { return broker_ == Broker::First ? "mqtt" : "mqtt2"; }

  // Asks the modem (SMSTATE?). An unreadable answer is Unknown and changes nothing; the third in a row makes up()
  // false.
  Task<SessionClaim> check();
  const MqttCounters& counters() const { return counters_; }

  Arena& arena() { return modem_.arena(); }

 private:
  using Done = Result<void, LinkError>;

  void onUrc(std::string_view line) override;
  void onInbound(std::string_view line);
  void takeClaim(SessionClaim claim);
  void account(const Done& done);
  const BrokerAddress& address() const { return broker_ == Broker::First ? settings_.broker : settings_.second_broker; }

  Task<SessionClaim> ask();
  Task<Done> adopt(SessionClaim claim);
  Task<Done> renewSubscription();
  Task<Done> openSession();
  Task<Done> sendTls();
  Task<Done> sendSettings();
  Task<Done> sendWill();
  Task<Done> connect();
  Task<Done> subscribe();

  AtEngine& at_;
  CommandSender& sender_;
  ModemManager& modem_;
  TlsFiles& files_;
  InboundSink& sink_;
  Log log_;
  const MqttSettings settings_;
  Broker broker_ = Broker::First;
  std::optional<Broker> session_with_;  // the session the modem may hold; nothing: none was opened in this run
  std::uint16_t keep_alive_s_;
  FixedString<120> will_;
  protocol::Topic command_topic_;
  MqttCounters counters_;
  SessionClaim claim_ = SessionClaim::Unknown;
  std::uint32_t losses_ = 0;  // how often the session was said to be down: tells whether one broke during a publish
  int unreadable_ = 0;
  bool subscribed_ = false;
  bool adopted_ = false;
  bool unproved_ = false;  // nothing was received since the latest open(): perhaps there is no subscription
};

}  // namespace smartkar::device
