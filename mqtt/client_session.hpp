#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "mqtt/byte_queue.hpp"
#include "mqtt/inbound_window.hpp"
#include "mqtt/outbound_store.hpp"
#include "mqtt/packet.hpp"
#include "mqtt/session_types.hpp"
#include "mqtt/topic_aliases.hpp"

namespace smartkar::mqtt {

class Reader;
class Writer;

// An MQTT client without I/O, clock, heap or threads. The owner moves bytes and tells the time:
//
//   transport opened        session.connect(options, now)
//   bytes arrived           while (!bytes.empty()) { bytes = bytes.subspan(session.receive(bytes, now)); drain events }
//   after every call        send session.output(), report with consumed(n); while (auto e = session.poll()) …
//   at nextDeadline()       session.tick(now)
//   transport closed        session.transportClosed(now)
//
// Nothing calls back, so every function may be called between two poll()s. What was published at QoS 1 or 2 and not yet
// acknowledged, and what is known of QoS 2 messages received, outlives connections, and with save() and load() also the
// process.
class ClientSession {
 public:
  // Subscribe and unsubscribe requests that can await their answer at the same time.
  static constexpr std::size_t kMaxPendingRequests = 8;

  ClientSession(const SessionConfig& config, SessionMemory memory);
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // The transport is open: writes CONNECT. options: needed only during the call.
  // AlreadyConnected (also before the last connection's Disconnected has been polled), InvalidArgument (3.1.1: empty
  // client id without clean_start, password without user name; a string that is not valid), InvalidTopic (of the will,
  // or its response topic), PacketTooLarge.
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
  // connection. Then poll() and hand in the rest. While the inbound window is full (awaitingAcknowledgement() and
  // awaitingRelease() together are the size of SessionMemory::inbound) the next message stays in the receive memory,
  // and what is behind it: acknowledge(). Of QoS 2, packets also stay while output() has no room for their answer.
  std::size_t receive(Bytes bytes, Instant now);
  // The next event; nothing when all bytes received have been dealt with.
  std::optional<Event> poll();

  // Bytes for the transport, in one piece; valid until the next call that is not const.
  Bytes output() const { return transmit_.content(); }
  // The transport has taken the first `bytes` of output(). poll() after it: see receive().
  void consumed(std::size_t bytes);

  // Does what is due: keep-alive, timeouts.
  void tick(Instant now);
  // When tick() next has something to do; kNever if only the peer can cause something.
  Instant nextDeadline() const;

  // Publishes. QoS 1 and 2: returns the packet id that Published will name; possible without a connection, too: it is
  // sent as soon as connection and in-flight window allow. QoS 0: returns 0; NotConnected without a connection.
  // InvalidTopic (also the response topic), NotSupported, PacketTooLarge, NoRoom, InvalidArgument (message_expiry 0:
  // brokers read it as forever; a property that is not valid UTF-8).
  Result<std::uint16_t, SessionError> publish(std::string_view topic, Bytes payload,
                                              const PublishOptions& options = {});
  // Returns the packet id that Subscribed will name. subscriptions: at least one. identifier: comes back with every
  // message that these subscriptions bring, 1 to 268,435,455; 0 = none, and takes away that of a subscription to the
  // same filter. In 3.1.1 options and identifier are not sent. NotConnected, InvalidArgument (no subscription; No Local
  // on a shared one; identifier out of range), InvalidTopic, NotSupported, NoRoom, PacketTooLarge.
  Result<std::uint16_t, SessionError> subscribe(std::span<const Subscription> subscriptions,
                                                std::uint32_t identifier = 0);
  // Returns the packet id that Unsubscribed will name. Errors as for subscribe().
  Result<std::uint16_t, SessionError> unsubscribe(std::span<const std::string_view> filters);
  // The application is done with a message. Acknowledgements leave in the order of receipt [MQTT-4.6.0-2], so an
  // earlier message that is still open holds later ones back. False, and nothing happens, if the token belongs to an
  // ended connection (the server will send the message again), to QoS 0, or was used before.
  bool acknowledge(AckToken token);
  // Sends PINGREQ now, whatever the keep-alive says, and expects the answer. NotConnected.
  Result<void, SessionError> ping(Instant now);

  // Messages published at QoS 1 and 2 and not yet acknowledged; how many of them are in flight on this connection.
  std::size_t unacknowledged() const { return store_.count(); }
  std::size_t inFlight() const { return store_.inFlight(); }
  // Received messages that await acknowledge() or whose PUBACK or PUBREC has not left yet.
  std::size_t awaitingAcknowledgement() const { return inbound_.size(); }
  // Received QoS 2 messages whose PUBREC has left and whose PUBREL has not come yet.
  std::size_t awaitingRelease() const { return inbound_.heldCount(); }
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
  static constexpr std::size_t kPingreqSize = 2;
  static constexpr std::size_t kLargestDisconnect = 9;  // header 2, reason 1, property length 1, session expiry 5
  // Room in the output that only these two may use, so that they always can leave.
  static constexpr std::size_t kControlReserve = 16;
  static constexpr std::size_t kReplySize = 5;  // PUBACK … PUBCOMP with a reason: header 2, packet id 2, reason 1

  enum class Wait : std::uint8_t { None, Window, Output };
  enum class Overrun : std::uint8_t { None, Dropping, Leaving };

  Result<void, SessionError> checkConnect(const ConnectOptions& options) const;
  Result<void, SessionError> writeConnect(const ConnectOptions& options);
  void writeProperties(PropertyWriter& writer, const ConnectOptions& options) const;
  void writeProperties(PropertyWriter& writer, const WillMessage& will) const;
  Result<void, SessionError> checkMessage(std::string_view topic, std::optional<std::uint32_t> expiry,
                                          const MessageProperties& properties) const;
  Result<void, SessionError> checkPublish(std::string_view topic, const PublishOptions& options) const;
  Result<void, SessionError> checkSubscription(const Subscription& subscription) const;
  Result<std::span<std::uint8_t>, SessionError> roomInOutput(std::size_t size);
  Result<std::span<std::uint8_t>, SessionError> roomInStore(std::size_t size);
  template <class Encode>
  Result<std::uint16_t, SessionError> request(const Encode& encode);
  std::uint16_t freePacketId();
  bool takeRequest(std::uint16_t packet_id);

  void dropShown();
  std::optional<Event> pollPacket();
  std::optional<Event> publishedWithoutAnswer();
  std::optional<Event> onPacket(const Connack& packet);
  std::optional<Event> onPacket(const Publish& packet);
  std::optional<Event> onPacket(const Puback& packet);
  std::optional<Event> onPacket(const Pubrec& packet);
  std::optional<Event> onPacket(const Pubrel& packet);
  std::optional<Event> onPacket(const Pubcomp& packet);
  std::optional<Event> onPacket(const Suback& packet);
  std::optional<Event> onPacket(const Unsuback& packet);
  std::optional<Event> onPacket(const Pingresp& packet);
  std::optional<Event> onPacket(const Disconnect& packet);
  std::optional<Event> onPacket(const Auth& packet);
  std::optional<Event> onUnknown(const Pubrec& packet);
  Published published(const OutboundStore::InFlight& packet, ReasonCode reason, PropertyView properties);
  std::optional<std::string_view> topicOf(const Publish& packet);
  bool takeRepeated(const Publish& packet);
  void takeLimits(PropertyView properties);
  void waitFor(Wait what);
  void onFullWindow();
  void leaveAfterOverrun();
  const char* wrongPlace(const ServerPacket& packet) const;
  void violation(ReasonCode reason, const char* what);

  void end(DisconnectCause cause, ReasonCode reason, const char* what, PropertyView properties = {});
  void sendDisconnect(ReasonCode reason, std::optional<std::uint32_t> session_expiry);
  void sendPing();
  ReasonCode refusal(Bytes packet) const;
  void pump();
  void pumpAcknowledgements();
  void pumpReleases();
  void pumpPublishes();
  bool replyFits() const;
  template <PacketType Type>
  void sendReply(const PublishReply<Type>& reply);
  Instant pingDue() const;
  void writeState(Writer& writer) const;
  bool readState(Reader& reader);
  bool readHeld(Reader& reader);
  void forgetState();

  SessionConfig config_;
  ByteQueue receive_;
  ByteQueue transmit_;
  OutboundStore store_;
  InboundWindow inbound_;
  TopicAliases aliases_;
  FixedVector<std::uint16_t, kMaxPendingRequests> requests_;
  FixedString<kAssignedIdMax> assigned_id_;
  std::optional<Disconnected> ended_;
  ServerLimits limits_;
  std::size_t shown_ = 0;  // size of the packet that the views of the last event point into
  std::uint32_t generation_ = 0;
  std::uint16_t last_packet_id_ = 0;
  State state_ = State::Idle;
  Wait wait_ = Wait::None;           // for what the next packet in the receive memory waits
  Overrun overrun_ = Overrun::None;  // the server has sent more QoS 2 messages than the window takes
  bool clean_start_ = false;
  bool expires_later_ = false;       // the session expiry of CONNECT was not zero
  bool problem_information_ = true;  // as in CONNECT
  Instant now_{};
  Instant last_sent_{};
  Instant last_received_{};
  Instant answer_deadline_ = kNever;  // for CONNACK or PINGRESP
};

}  // namespace smartkar::mqtt
