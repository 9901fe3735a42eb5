#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "mqtt/byte_queue.hpp"
#include "mqtt/inbound_window.hpp"
#include "mqtt/outbound_store.hpp"
#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

class Writer;

// Why a call changed nothing.
enum class SessionError : std::uint8_t {
  NotConnected,      // needs a connection that the server has accepted
  AlreadyConnected,  // connect() or load() while a connection exists or its Disconnected event waits
  NoRoom,            // the memory handed in is full for now: send output(), or wait for Published events
  PacketTooLarge,    // over the server's Maximum Packet Size, or more than the memory handed in can ever take
  InvalidTopic,      // not a valid topic name or filter
  InvalidArgument,   // a combination of values that MQTT does not allow
  NotSupported,      // QoS 2; or QoS, retain or a kind of subscription that this server has ruled out
  NotAtBoundary,     // save() while bytes or events are still under way
  Corrupt,           // load() of bytes that save() did not write, or of another version or memory size
};
// "PacketTooLarge" …
std::string_view name(SessionError error);

// The session's memory: stays with the caller and must outlive the session.
struct SessionMemory {
  std::span<std::uint8_t> receive;          // the largest packet that can be received
  std::span<std::uint8_t> transmit;         // the largest packet that can be sent, at least 64; holds unsent output
  std::span<std::uint8_t> unacknowledged;   // published at QoS 1 and not yet acknowledged, 8 bytes more than the packet
                                            // each; twice the expected content saves copying
  std::span<InboundWindow::Entry> inbound;  // received at QoS 1 and not yet acknowledged by us: their greatest number,
                                            // 1 to 65,535; announced as Receive Maximum in MQTT 5
};

template <std::size_t Receive, std::size_t Transmit, std::size_t Unacknowledged, std::size_t Inbound>
struct FixedSessionMemory {
  std::array<std::uint8_t, Receive> receive{};
  std::array<std::uint8_t, Transmit> transmit{};
  std::array<std::uint8_t, Unacknowledged> unacknowledged{};
  std::array<InboundWindow::Entry, Inbound> inbound{};
  SessionMemory view() { return {receive, transmit, unacknowledged, inbound}; }
};

struct SessionConfig {
  Version version = Version::V311;
  Duration connect_timeout = 20s;  // from connect() to CONNACK
  Duration ping_timeout = 10s;     // from PINGREQ to any packet from the server
  bool auto_acknowledge = false;   // true: a message is acknowledged when poll() returns it
  // MQTT 5, a server that sends more than our Receive Maximum: true cuts it off as [MQTT-3.3.4-9] wants; false holds it
  // back like one of 3.1.1, because Mosquitto 2.0.11 exceeds the maximum by one more with every message acknowledged
  // while others are queued.
  bool strict_receive_maximum = false;
  std::uint16_t max_outbound_in_flight = 65'535;  // own limit beside the server's Receive Maximum, at least 1
};

struct WillMessage {
  std::string_view topic{};
  Bytes payload{};  // at most 65,535 bytes
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  std::uint32_t delay = 0;                        // seconds until the server publishes it, MQTT 5 only
  std::optional<std::uint32_t> message_expiry{};  // seconds, MQTT 5 only
};

struct ConnectOptions {
  std::string_view client_id{};      // empty: the id that the server assigned before, if any
  std::uint16_t keep_alive = 60;     // seconds, 0 = none
  bool clean_start = true;           // 3.1.1: Clean Session
  std::uint32_t session_expiry = 0;  // seconds after the end of the connection, 0xFFFFFFFF = never; MQTT 5 only
  std::optional<WillMessage> will{};
  std::optional<std::string_view> user_name{};
  std::optional<Bytes> password{};
};

// What the server allows, with the defaults of MQTT 5.0 section 3.2.2.3 (in 3.1.1 always these).
struct ServerLimits {
  std::uint16_t receive_maximum = 65'535;
  std::uint32_t maximum_packet_size = 268'435'460;
  Qos maximum_qos = Qos::ExactlyOnce;
  bool retain_available = true;
  bool wildcard_subscriptions = true;
  bool shared_subscriptions = true;
  std::uint16_t keep_alive = 0;      // seconds, the one in force, 0 = none
  std::uint32_t session_expiry = 0;  // seconds, the one in force
};

// Names one received QoS 1 message of one connection.
struct AckToken {
  std::uint32_t generation = 0;
  std::uint32_t sequence = 0;
};

// --- Events. Their views are valid until the next receive() or poll(); publish(), acknowledge() … leave them alone.

// The server accepted the connection. Subscribe again unless session_present. Unacknowledged messages are under way
// again, in their original order: with DUP if the session is present, else as new ones.
struct Connected {
  bool session_present = false;
  std::string_view client_id{};  // the one assigned by the server, otherwise empty
  ServerLimits limits{};
};

// A message for us. At QoS 1 it must be acknowledged (unless auto_acknowledge), at any later time, in any order.
struct Message {
  std::string_view topic{};
  Bytes payload{};
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  bool duplicate = false;
  std::uint16_t packet_id = 0;                    // 0 for QoS 0
  AckToken token{};                               // for acknowledge(); of no use for QoS 0
  std::optional<std::uint32_t> message_expiry{};  // seconds left, MQTT 5 only
  PropertyView properties{};
};

// A message published at QoS 1 has left the session's memory. reason: an error (isError) means that the server, or the
// session on behalf of a server that has become stricter, refused it: it is not sent again.
struct Published {
  std::uint16_t packet_id = 0;
  ReasonCode reason = ReasonCode::Success;
};

// The answers to subscribe(), one for each filter: the granted QoS or an error.
struct Subscribed {
  std::uint16_t packet_id = 0;
  ReasonCodes reasons{};
};

// reasons: one for each filter; empty in 3.1.1.
struct Unsubscribed {
  std::uint16_t packet_id = 0;
  ReasonCodes reasons{};
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
};

using Event = std::variant<Connected, Message, Published, Subscribed, Unsubscribed, Disconnected>;

struct PublishOptions {
  Qos qos = Qos::AtMostOnce;  // QoS 0 or 1
  bool retain = false;
  std::optional<std::uint32_t> message_expiry{};  // seconds, MQTT 5 only; a redelivery carries the same value
};

// An MQTT client without I/O, clock, heap or threads. The owner moves bytes and tells the time:
//
//   transport opened        session.connect(options, now)
//   bytes arrived           while (!bytes.empty()) { bytes = bytes.subspan(session.receive(bytes, now)); drain events }
//   after every call        send session.output(), report with consumed(n); while (auto e = session.poll()) …
//   at nextDeadline()       session.tick(now)
//   transport closed        session.transportClosed(now)
//
// Nothing calls back, so every function may be called between two poll()s. What was published at QoS 1 and not yet
// acknowledged outlives connections, and with save() and load() also the process.
class ClientSession {
 public:
  // Subscribe and unsubscribe requests that can await their answer at the same time.
  static constexpr std::size_t kMaxPendingRequests = 8;

  ClientSession(const SessionConfig& config, SessionMemory memory);
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // The transport is open: writes CONNECT. options: needed only during the call.
  // AlreadyConnected (also before the last connection's Disconnected has been polled), InvalidArgument (3.1.1: empty
  // client id without clean_start, password without user name; a string that is not valid), InvalidTopic (will),
  // NotSupported (will at QoS 2), PacketTooLarge.
  Result<void, SessionError> connect(const ConnectOptions& options, Instant now);
  // The transport is gone, for whatever reason. Ignored without a connection.
  void transportClosed(Instant now);
  // Ends the connection with DISCONNECT, and without the will unless reason is DisconnectWithWill (MQTT 5; 3.1.1 has no
  // reason and then sends no DISCONNECT). session_expiry: replaces the one given at connect() (MQTT 5). NotConnected;
  // InvalidArgument (a session that was to end with its connection cannot be prolonged).
  Result<void, SessionError> disconnect(ReasonCode reason, Instant now,
                                        std::optional<std::uint32_t> session_expiry = std::nullopt);
  // From a connect() that succeeded until its Disconnected event arises.
  bool active() const { return state_ != State::Idle; }
  // The server has accepted the connection and it has not ended.
  bool connected() const { return state_ == State::Connected; }

  // Takes bytes from the transport and returns how many: less than all when the receive memory is full, 0 without a
  // connection. Then poll() and hand in the rest. While the inbound window is full (awaitingAcknowledgement() is the
  // size of SessionMemory::inbound) the next message stays in the receive memory, and what is behind it: acknowledge().
  std::size_t receive(Bytes bytes, Instant now);
  // The next event; nothing when all bytes received have been dealt with.
  std::optional<Event> poll();

  // Bytes for the transport, in one piece; valid until the next call that is not const.
  Bytes output() const { return transmit_.content(); }
  // The transport has taken the first `bytes` of output().
  void consumed(std::size_t bytes);

  // Does what is due: keep-alive, timeouts.
  void tick(Instant now);
  // When tick() next has something to do; kNever if only the peer can cause something.
  Instant nextDeadline() const;

  // Publishes. QoS 1: returns the packet id that Published will name; possible without a connection, too: it is sent as
  // soon as connection and in-flight window allow. QoS 0: returns 0; NotConnected without a connection.
  // InvalidTopic, NotSupported, PacketTooLarge, NoRoom, InvalidArgument (message_expiry 0: brokers read it as forever).
  Result<std::uint16_t, SessionError> publish(std::string_view topic, Bytes payload,
                                              const PublishOptions& options = {});
  // Returns the packet id that Subscribed will name. subscriptions: at least one; in 3.1.1 their options are not sent.
  // NotConnected, InvalidArgument (none; No Local on a shared subscription), InvalidTopic, NotSupported, NoRoom,
  // PacketTooLarge.
  Result<std::uint16_t, SessionError> subscribe(std::span<const Subscription> subscriptions);
  // Returns the packet id that Unsubscribed will name. Errors as for subscribe().
  Result<std::uint16_t, SessionError> unsubscribe(std::span<const std::string_view> filters);
  // The application is done with a message. Acknowledgements leave in the order of receipt [MQTT-4.6.0-2], so an
  // earlier message that is still open holds later ones back. False, and nothing happens, if the token belongs to an
  // ended connection (the server will send the message again), to QoS 0, or was used before.
  bool acknowledge(AckToken token);
  // Sends PINGREQ now, whatever the keep-alive says, and expects the answer. NotConnected.
  Result<void, SessionError> ping(Instant now);

  // Messages published at QoS 1 and not yet acknowledged; how many of them are in flight on this connection.
  std::size_t unacknowledged() const { return store_.count(); }
  std::size_t inFlight() const { return store_.inFlight(); }
  // Received messages that await acknowledge() or whose PUBACK has not left yet.
  std::size_t awaitingAcknowledgement() const { return inbound_.size(); }
  // Forgets all unacknowledged messages. Only without a connection: NotAtBoundary otherwise.
  Result<void, SessionError> discardUnacknowledged();

  // Writes the session (CRC-protected) so that load() can go on, also with the same connection if the transport
  // survives (a modem's socket while its processor sleeps). Returns the size, at most savedSize(). NotAtBoundary while
  // a connection is being set up, while output() or undecoded bytes are left, while an answer (PINGRESP, SUBACK) is
  // awaited or received messages are unacknowledged; NoRoom.
  Result<std::size_t, SessionError> save(std::span<std::uint8_t> out) const;
  std::size_t savedSize() const;
  // Into a session that has not been used, made with equal config and memory at least as large. If it was saved with a
  // connection it is connected again: call transportClosed() if the transport did not survive. Corrupt: without any
  // unacknowledged message. AlreadyConnected.
  Result<void, SessionError> load(Bytes saved, Instant now);

 private:
  enum class State : std::uint8_t { Idle, Connecting, Connected };
  static constexpr std::size_t kAssignedIdMax = 64;  // longer ones are only reported

  Result<void, SessionError> checkConnect(const ConnectOptions& options) const;
  Result<void, SessionError> checkPublish(std::string_view topic, const PublishOptions& options) const;
  Result<void, SessionError> checkSubscription(const Subscription& subscription) const;
  Result<void, SessionError> publishNow(const Publish& packet, std::size_t size_bound);
  Result<void, SessionError> store(const Publish& packet, std::size_t size_bound);
  template <class Encode>
  Result<std::uint16_t, SessionError> request(const Encode& encode);
  std::uint16_t freePacketId();
  bool takeRequest(std::uint16_t packet_id);

  void dropShown();
  std::optional<Event> pollPacket();
  std::optional<Event> refusedPublish();
  std::optional<Event> onPacket(const Connack& packet);
  std::optional<Event> onPacket(const Publish& packet);
  std::optional<Event> onPacket(const Puback& packet);
  std::optional<Event> onPacket(const Suback& packet);
  std::optional<Event> onPacket(const Unsuback& packet);
  std::optional<Event> onPacket(const Pingresp& packet);
  std::optional<Event> onPacket(const Disconnect& packet);
  std::optional<Event> onPacket(const Auth& packet);
  template <PacketType Type>
  std::optional<Event> onPacket(const PublishReply<Type>& packet);
  void takeLimits(PropertyView properties);
  bool outOfPlace(const ServerPacket& packet) const;
  void violation(ReasonCode reason, const char* what);

  void end(DisconnectCause cause, ReasonCode reason, const char* what);
  void sendDisconnect(ReasonCode reason, std::optional<std::uint32_t> session_expiry);
  void sendPing();
  ReasonCode refusal(Bytes packet) const;
  void pump();
  void pumpAcknowledgements();
  void pumpPublishes();
  Instant pingDue() const;
  void writeState(Writer& writer) const;

  SessionConfig config_;
  ByteQueue receive_;
  ByteQueue transmit_;
  OutboundStore store_;
  InboundWindow inbound_;
  FixedVector<std::uint16_t, kMaxPendingRequests> requests_;
  FixedString<kAssignedIdMax> assigned_id_;
  std::optional<Disconnected> ended_;
  ServerLimits limits_;
  std::size_t shown_ = 0;  // size of the packet that the views of the last event point into
  std::uint32_t generation_ = 0;
  std::uint16_t last_packet_id_ = 0;
  State state_ = State::Idle;
  bool clean_start_ = false;
  bool stalled_ = false;  // a message waits for room in the inbound window
  Instant now_{};
  Instant last_sent_{};
  Instant last_received_{};
  Instant answer_deadline_ = kNever;  // for CONNACK or PINGRESP
};

}  // namespace smartkar::mqtt
