#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "modem_sim/network.hpp"
#include "mqtt/encoder.hpp"
#include "mqtt/packet.hpp"

namespace smartkar::sim {

// A message as the broker holds it.
struct BrokerMessage {
  std::string topic;
  std::string payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;       // to be kept by the broker; of one delivered: it is a replay of what was kept
  Instant expires = kNever;  //
};

// One client's session: what it subscribed to, what waits for it and what it has not acknowledged. Outlives the
// connection if the client wants it to.
class BrokerSession {
 public:
  // Takes encoded bytes for the client.
  using Write = std::function<void(modem_sim::ConnectionId connection, std::string_view bytes)>;

  explicit BrokerSession(Write write) : write_(std::move(write)) {}

  // A new connection with this session: answers, then sends again what the client has not acknowledged, and what waits.
  void connect(const mqtt::Connect& packet, modem_sim::ConnectionId connection, bool present, Instant now);
  // The connection is gone. Returns its will, unless the client said goodbye.
  std::optional<BrokerMessage> disconnect();
  // The client said goodbye: the will is void.
  void forgetWill() { will_.reset(); }

  bool connected() const { return connection_ != 0; }
  modem_sim::ConnectionId connection() const { return connection_; }
  mqtt::Version version() const { return version_; }
  // The session ends with its connection.
  bool ephemeral() const { return ephemeral_; }
  // By when the client must be heard of again: one and a half times its keep-alive (MQTT 3.1.1 section 3.1.2.10).
  Instant heardUntil() const { return connected() ? heard_until_ : kNever; }

  void heard(Instant now);
  // allowed: whether the client may read what matches the filter.
  void subscribe(const mqtt::Subscribe& packet, const std::function<bool(std::string_view filter)>& allowed);
  void unsubscribe(const mqtt::Unsubscribe& packet);
  // The QoS of the subscription that matches; nothing if there is none.
  std::optional<mqtt::Qos> wants(std::string_view topic) const;
  // Sends it at once, or keeps it for later if it is to be acknowledged.
  void deliver(BrokerMessage message, Instant now);
  // PUBACK, or PUBCOMP of what received() was called for.
  void acknowledged(std::uint16_t packet_id, Instant now);
  // PUBREC: the client has a message at QoS 2.
  void received(std::uint16_t packet_id);
  void acknowledge(std::uint16_t packet_id);
  // A message of the client's at QoS 2: answers. False: it came before. PUBREL: its packet id is free again.
  bool takeOnce(std::uint16_t packet_id);
  void release(std::uint16_t packet_id);
  void answerPing();

 private:
  template <class Reply>
  void reply(std::uint16_t packet_id);
  void fillWindow(Instant now);
  void send(const BrokerMessage& message, std::uint16_t packet_id, bool duplicate, Instant now);
  std::uint16_t freePacketId();
  template <class Encode>
  void write(std::size_t room, Encode encode);

  Write write_;
  modem_sim::ConnectionId connection_ = 0;
  mqtt::Version version_ = mqtt::Version::V311;
  bool ephemeral_ = true;
  Duration patience_{};  // 0: for ever
  Instant heard_until_ = kNever;
  std::optional<BrokerMessage> will_;
  std::map<std::string, mqtt::Qos, std::less<>> subscriptions_;
  std::size_t window_ = 0;
  std::deque<BrokerMessage> waiting_;
  std::map<std::uint16_t, BrokerMessage> in_flight_;
  std::deque<std::uint16_t> sent_order_;  // of in_flight_
  std::set<std::uint16_t> released_;      // of in_flight_, at QoS 2: PUBREC has come
  std::set<std::uint16_t> taken_;         // of the client's, at QoS 2: PUBREL has not come
  std::uint16_t last_packet_id_ = 0;
};

}  // namespace smartkar::sim
