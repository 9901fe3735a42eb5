#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "modem_sim/network.hpp"
#include "mqtt/packet.hpp"
#include "sim/broker_inbox.hpp"
#include "sim/broker_message.hpp"
#include "sim/broker_outbox.hpp"

namespace smartkar::sim {

// One client's session: its will, what waits for it, what it has not acknowledged, what it has not released. Outlives
// the connection if the client wants it to. Whether a packet is answered, and with what, is the caller's to say.
class BrokerSession {
 public:
  // Takes encoded bytes for the client.
  using Write = std::function<void(modem_sim::ConnectionId connection, std::string_view bytes)>;

  // limits: outlives this.
  BrokerSession(std::string client_id, const BrokerLimits& limits, Write write);
  BrokerSession(const BrokerSession&) = delete;
  BrokerSession& operator=(const BrokerSession&) = delete;

  const std::string& clientId() const { return client_id_; }

  // A new connection with this session, which may be new itself.
  void connect(const mqtt::Connect& packet, modem_sim::ConnectionId connection, Instant now);
  // Answers CONNECT, then sends again what the client has not acknowledged, and what waits. assigned_id: the client
  // named none.
  void welcome(bool present, bool assigned_id, Instant now);
  // The connection is gone.
  void disconnect(Instant now);
  // The broker ended and started again with what it had saved.
  void restore();
  // …and the client has not been back since.
  bool restored() const { return restored_; }

  bool connected() const { return connection_ != 0; }
  modem_sim::ConnectionId connection() const { return connection_; }
  mqtt::Version version() const { return version_; }
  // It began without what was there before. In MQTT 3.1.1 it then also ends with its connection.
  bool clean() const { return clean_; }
  // In seconds after the end of the connection; 0: ends with it.
  std::uint32_t expiryInterval() const { return expiry_interval_; }
  void setExpiryInterval(std::uint32_t seconds) { expiry_interval_ = seconds; }
  // When the session is over, of a client that is away.
  Instant expires() const { return connected() ? kNever : expires_; }
  // When the broker gives up the connection, unless the client is heard of before.
  Instant heardUntil() const { return connected() ? heard_until_ : kNever; }
  void heard(Instant now);

  void forgetWill() { will_.reset(); }
  // The will, which is then void.
  std::optional<BrokerMessage> takeWill(Instant now);

  BrokerOutbox& outbox() { return outbox_; }
  BrokerInbox& inbox() { return inbox_; }

  // PUBACK, PUBREC, PUBREL, PUBCOMP.
  template <class Reply>
  void reply(std::uint16_t packet_id, mqtt::ReasonCode reason = mqtt::ReasonCode::Success);
  void answerSubscribe(std::uint16_t packet_id, const std::vector<std::uint8_t>& granted);
  void answerUnsubscribe(std::uint16_t packet_id, const std::vector<std::uint8_t>& reasons);
  void answerPing();
  // DISCONNECT, of which a client of 3.1.1 is not told.
  void sendDisconnect(mqtt::ReasonCode reason);

 private:
  struct Will {
    BrokerMessage message;
    std::uint32_t expiry = 0;  // seconds after it is published; 0: never
  };

  void sendPublish(const Outgoing& outgoing, Instant now);
  template <class Encode>
  void write(std::size_t room, Encode encode);

  const std::string client_id_;
  const BrokerLimits& limits_;
  Write write_;
  BrokerInbox inbox_;
  BrokerOutbox outbox_;
  modem_sim::ConnectionId connection_ = 0;
  mqtt::Version version_ = mqtt::Version::V311;
  bool clean_ = false;
  bool restored_ = false;
  bool keep_alive_set_ = false;  // by the broker
  std::uint16_t keep_alive_ = 0;
  std::uint32_t expiry_interval_ = 0;
  Instant expires_ = kNever;
  Instant heard_until_ = kNever;
  std::optional<Will> will_;
};

// When Mosquitto ends a connection from which nothing came since `heard`: it looks every 6 s, and counts whole seconds
// (keepalive__check() of 2.0.11).
Instant givenUpAt(Instant heard, std::chrono::seconds keep_alive);

// The moment in `seconds`, in the whole seconds that Mosquitto counts in; for 0 never, as Mosquitto reads it.
Instant expiryAfter(Instant now, std::uint32_t seconds);

}  // namespace smartkar::sim
