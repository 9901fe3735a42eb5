#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/time.hpp"
#include "mqtt/inbound_window.hpp"
#include "mqtt/message_properties.hpp"
#include "mqtt/packet.hpp"

// What goes into a ClientSession and what comes out of it.
namespace smartkar::mqtt {

// Why a call changed nothing.
enum class SessionError : std::uint8_t {
  NotConnected,      // needs a connection that the server has accepted
  AlreadyConnected,  // connect() or load() while a connection exists or its Disconnected event waits
  NoRoom,            // the memory handed in is full for now: send output(), or wait for Published events
  PacketTooLarge,    // over the server's Maximum Packet Size, or more than the memory handed in can ever take
  InvalidTopic,      // not a valid topic name or filter
  InvalidArgument,   // a combination of values that MQTT does not allow
  NotSupported,      // a QoS, retain or a kind of subscription that this server has ruled out
  NotAtBoundary,     // save() while bytes or events are still under way
  Corrupt,           // load() of bytes that save() did not write, or of another version or memory size
};
// "PacketTooLarge" …
std::string_view name(SessionError error);

// The session's memory: stays with the caller and must outlive the session.
struct SessionMemory {
  std::span<std::uint8_t> receive;          // the largest packet that can be received
  std::span<std::uint8_t> transmit;         // the largest packet that can be sent, at least 64; holds unsent output
  std::span<std::uint8_t> unacknowledged;   // published at QoS 1 and 2 and not yet acknowledged, 8 bytes more than the
                                            // packet each; twice the expected content saves copying
  std::span<InboundWindow::Entry> inbound;  // received at QoS 1 and not yet acknowledged by us, received at QoS 2 and
                                            // not yet released by the server: their greatest number together, 1 to
                                            // 65,535; announced as Receive Maximum in MQTT 5
  // The topics of SessionConfig::topic_alias_maximum aliases, 4 bytes more than the topic each. One that does not fit
  // ends the connection.
  std::span<std::uint8_t> topic_aliases{};
};
// In `transmit` and `unacknowledged` a packet with message properties (a CONNECT: with user properties or a will's)
// needs the room of its properties twice while it is made.

template <std::size_t Receive, std::size_t Transmit, std::size_t Unacknowledged, std::size_t Inbound,
          std::size_t TopicAliases = 0>
struct FixedSessionMemory {
  std::array<std::uint8_t, Receive> receive{};
  std::array<std::uint8_t, Transmit> transmit{};
  std::array<std::uint8_t, Unacknowledged> unacknowledged{};
  std::array<InboundWindow::Entry, Inbound> inbound{};
  std::array<std::uint8_t, TopicAliases> topic_aliases{};
  SessionMemory view() { return {receive, transmit, unacknowledged, inbound, topic_aliases}; }
};

struct SessionConfig {
  Version version = Version::V311;
  Duration connect_timeout = 20s;  // from connect() to CONNACK
  Duration ping_timeout = 10s;     // from PINGREQ to any packet from the server
  bool auto_acknowledge = false;   // true: a message is acknowledged when poll() returns it
  // MQTT 5, a server that sends more than our Receive Maximum: true cuts it off as [MQTT-3.3.4-9] wants; false holds it
  // back like one of 3.1.1, because Mosquitto 2.0.11 exceeds the maximum by one more with every message acknowledged
  // while others are queued. With a window full of QoS 2 messages holding back does not work: what is too much is left
  // unanswered, and the connection ends with ReceiveMaximumExceeded as soon as the window has been acknowledged; the
  // server sends the rest on the next one.
  bool strict_receive_maximum = false;
  std::uint16_t max_outbound_in_flight = 65'535;  // own limit beside the server's Receive Maximum, at least 1
  // The highest topic alias that the server may use, MQTT 5 only; more than 0 needs SessionMemory::topic_aliases.
  std::uint16_t topic_alias_maximum = 0;
};

struct WillMessage {
  std::string_view topic{};
  Bytes payload{};  // at most 65,535 bytes
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  std::uint32_t delay = 0;                        // seconds until the server publishes it, MQTT 5 only
  std::optional<std::uint32_t> message_expiry{};  // seconds, MQTT 5 only
  MessageProperties properties{};
};

struct ConnectOptions {
  std::string_view client_id{};      // empty: the id that the server assigned before, if any
  std::uint16_t keep_alive = 60;     // seconds, 0 = none
  bool clean_start = true;           // 3.1.1: Clean Session
  std::uint32_t session_expiry = 0;  // seconds after the end of the connection, 0xFFFFFFFF = never; MQTT 5 only
  std::optional<WillMessage> will{};
  std::optional<std::string_view> user_name{};
  std::optional<Bytes> password{};
  // MQTT 5 only:
  bool response_information = false;  // asks the server for a basis of response topics: Connected::properties
  bool problem_information = true;    // false asks it to leave reason strings and user properties out of its answers
  std::span<const UserProperty> user_properties{};
};

// What the server allows, with the defaults of MQTT 5.0 section 3.2.2.3 (in 3.1.1 always these).
struct ServerLimits {
  std::uint16_t receive_maximum = 65'535;
  std::uint32_t maximum_packet_size = 268'435'460;
  Qos maximum_qos = Qos::ExactlyOnce;
  bool retain_available = true;
  bool wildcard_subscriptions = true;
  bool shared_subscriptions = true;
  bool subscription_identifiers = true;
  std::uint16_t keep_alive = 0;      // seconds, the one in force, 0 = none
  std::uint32_t session_expiry = 0;  // seconds, the one in force
};

// Names one received QoS 1 or QoS 2 message of one connection.
struct AckToken {
  std::uint32_t generation = 0;
  std::uint32_t sequence = 0;
};

// --- Events. Their views are valid until the next receive() or poll(); publish(), acknowledge() … leave them alone.
// `properties` has what MQTT 5 servers say beyond the other fields: reason string, user properties …

// The server accepted the connection. Subscribe again unless session_present. Unacknowledged messages are under way
// again, in their original order: with DUP if the session is present, else as new ones.
struct Connected {
  bool session_present = false;
  std::string_view client_id{};  // the one assigned by the server, otherwise empty
  ServerLimits limits{};
  PropertyView properties{};
};

// A message for us. At QoS 1 and 2 it must be acknowledged (unless auto_acknowledge), at any later time, in any order.
// At QoS 2 a message that has been acknowledged never comes again, one that has not does after a reconnect.
struct Message {
  std::string_view topic{};
  Bytes payload{};
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  bool duplicate = false;
  std::uint16_t packet_id = 0;                    // 0 for QoS 0
  AckToken token{};                               // for acknowledge(); of no use for QoS 0
  std::optional<std::uint32_t> message_expiry{};  // seconds left, MQTT 5 only
  // The `identifier` of the subscribe() that brought the message, MQTT 5 only. A message for overlapping subscriptions
  // may have several, in any order; this is the first, properties.next(PropertyId::SubscriptionIdentifier, offset)
  // walks over all.
  std::optional<std::uint32_t> subscription_identifier{};
  PropertyView properties{};  // content type, response topic, correlation data, user properties …
};

// A message published at QoS 1 or 2 has left the session's memory: the server owns it, or an error (isError) says that
// the server, or the session on behalf of a server that has become stricter, refused it; it is not sent again.
struct Published {
  std::uint16_t packet_id = 0;
  ReasonCode reason = ReasonCode::Success;  // at QoS 2 that of PUBREC
  PropertyView properties{};
};

// The answers to subscribe(), one for each filter: the granted QoS or an error.
struct Subscribed {
  std::uint16_t packet_id = 0;
  ReasonCodes reasons{};
  PropertyView properties{};
};

// reasons: one for each filter; empty in 3.1.1.
struct Unsubscribed {
  std::uint16_t packet_id = 0;
  ReasonCodes reasons{};
  PropertyView properties{};
};

enum class DisconnectCause : std::uint8_t {
  Requested,          // disconnect()
  TransportClosed,    // transportClosed()
  Refused,            // CONNACK with an error: reason
  ServerDisconnect,   // DISCONNECT from the server: reason
  ProtocolViolation,  // the server broke the protocol or our limits: reason and what
  ConnectTimeout,
  PingTimeout,
};
// "PingTimeout" …
std::string_view name(DisconnectCause cause);

// The end of a connection: exactly one for each connect() that succeeded. Send what output() still holds (a DISCONNECT
// packet), then close the transport; transportClosed() is not needed after this.
struct Disconnected {
  DisconnectCause cause = DisconnectCause::Requested;
  ReasonCode reason = ReasonCode::Success;
  const char* what = "";  // static text for a log
  // Where the server sends us with the reason UseAnotherServer (this time) or ServerMoved (from now on): "host:port …",
  // see MQTT 5.0 section 4.11. Empty if it does not say. The owner decides whether it trusts it.
  std::string_view server_reference{};
  PropertyView properties{};
};

using Event = std::variant<Connected, Message, Published, Subscribed, Unsubscribed, Disconnected>;

struct PublishOptions {
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  std::optional<std::uint32_t> message_expiry{};  // seconds, MQTT 5 only; a redelivery carries the same value
  MessageProperties properties{};
};

}  // namespace smartkar::mqtt
