#include "mqtt/client_session.hpp"

#include <algorithm>
#include <cstring>

#include "mqtt/encoder.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"

namespace smartkar::mqtt {
namespace {

// Room in the output that only PINGREQ (2 bytes) and DISCONNECT (at most 9: header 2, reason 1, property length 1,
// session expiry 5) may use, so that these two always can leave.
constexpr std::size_t kControlReserve = 16;
constexpr std::size_t kPubackSize = 4;

// The most that a PUBLISH of ours has beside topic and payload: fixed header 5, topic length 2, packet id 2, property
// length 1, message expiry 5.
constexpr std::size_t kPublishOverhead = 15;

constexpr std::uint8_t kPublishDuplicate = 0x08;
constexpr std::uint8_t kPublishRetain = 0x01;

// Session expiry of MQTT 5 that means "never"; what Clean Session 0 means in 3.1.1.
constexpr std::uint32_t kNoExpiry = 0xFFFFFFFF;

PropertyView willProperties(const WillMessage& will, PropertyWriter& writer) {
  if (will.delay != 0) writer.number(PropertyId::WillDelayInterval, will.delay);
  if (will.message_expiry) writer.number(PropertyId::MessageExpiryInterval, *will.message_expiry);
  return writer.view();
}

}  // namespace

std::string_view name(SessionError error) {
  switch (error) {
    case SessionError::NotConnected:
      return "NotConnected";
    case SessionError::AlreadyConnected:
      return "AlreadyConnected";
    case SessionError::NoRoom:
      return "NoRoom";
    case SessionError::PacketTooLarge:
      return "PacketTooLarge";
    case SessionError::InvalidTopic:
      return "InvalidTopic";
    case SessionError::InvalidArgument:
      return "InvalidArgument";
    case SessionError::NotSupported:
      return "NotSupported";
    case SessionError::NotAtBoundary:
      return "NotAtBoundary";
    case SessionError::Corrupt:
      return "Corrupt";
  }
  return "unknown";
}

std::string_view name(DisconnectCause cause) {
  switch (cause) {
    case DisconnectCause::Requested:
      return "Requested";
    case DisconnectCause::TransportClosed:
      return "TransportClosed";
    case DisconnectCause::Refused:
      return "Refused";
    case DisconnectCause::ServerDisconnect:
      return "ServerDisconnect";
    case DisconnectCause::ProtocolViolation:
      return "ProtocolViolation";
    case DisconnectCause::ConnectTimeout:
      return "ConnectTimeout";
    case DisconnectCause::PingTimeout:
      return "PingTimeout";
  }
  return "unknown";
}

ClientSession::ClientSession(const SessionConfig& config, SessionMemory memory)
    : config_(config),
      receive_(memory.receive),
      transmit_(memory.transmit),
      store_(memory.unacknowledged),
      inbound_(memory.inbound) {
  SK_ASSERT(memory.transmit.size() >= 64);
  SK_ASSERT(!memory.inbound.empty() && memory.inbound.size() <= 65'535);
  SK_ASSERT(config.max_outbound_in_flight > 0);
}

// ---- Connection

Result<void, SessionError> ClientSession::checkConnect(const ConnectOptions& options) const {
  if (active() || ended_) return Failure{SessionError::AlreadyConnected};
  if (!isValidUtf8(options.client_id) || (options.user_name && !isValidUtf8(*options.user_name))) {
    return Failure{SessionError::InvalidArgument};
  }
  if (!isV5(config_.version)) {
    const bool no_id = options.client_id.empty() && !options.clean_start;
    const bool password_alone = options.password && !options.user_name;
    if (no_id || password_alone) return Failure{SessionError::InvalidArgument};
  }
  if (!options.will) return {};
  if (!isValidTopicName(options.will->topic)) return Failure{SessionError::InvalidTopic};
  if (options.will->qos == Qos::ExactlyOnce) return Failure{SessionError::NotSupported};
  if (options.will->message_expiry == 0u) return Failure{SessionError::InvalidArgument};
  return {};
}

Result<void, SessionError> ClientSession::connect(const ConnectOptions& options, Instant now) {
  SK_TRY(checkConnect(options));
  std::array<std::uint8_t, 16> property_memory;
  std::array<std::uint8_t, 16> will_memory;
  PropertyWriter properties(property_memory);
  PropertyWriter will_properties(will_memory);
  Connect packet{.version = config_.version,
                 .client_id = options.client_id.empty() ? assigned_id_.view() : options.client_id,
                 .clean_start = options.clean_start,
                 .keep_alive = options.keep_alive,
                 .will = {},
                 .user_name = options.user_name,
                 .password = options.password,
                 .properties = {}};
  if (isV5(config_.version)) {
    if (options.session_expiry != 0) properties.number(PropertyId::SessionExpiryInterval, options.session_expiry);
    properties.number(PropertyId::ReceiveMaximum, static_cast<std::uint32_t>(inbound_.capacity()));
    properties.number(PropertyId::MaximumPacketSize, static_cast<std::uint32_t>(receive_.capacity()));
    packet.properties = properties.view();
  }
  if (options.will) {
    const WillMessage& will = *options.will;
    packet.will = Will{.topic = will.topic,
                       .payload = will.payload,
                       .qos = will.qos,
                       .retain = will.retain,
                       .properties = willProperties(will, will_properties)};
  }
  transmit_.clear();
  receive_.clear();
  const Encoded size = encode(packet, transmit_.prepare(transmit_.room() - kControlReserve));
  if (!size) return Failure{SessionError::PacketTooLarge};
  transmit_.commit(*size);

  const std::uint32_t session_expiry_311 = options.clean_start ? 0 : kNoExpiry;
  limits_ = {.keep_alive = options.keep_alive,
             .session_expiry = isV5(config_.version) ? options.session_expiry : session_expiry_311};
  clean_start_ = options.clean_start;
  shown_ = 0;
  ++generation_;
  state_ = State::Connecting;
  now_ = last_sent_ = last_received_ = now;
  answer_deadline_ = now + config_.connect_timeout;
  return {};
}

void ClientSession::transportClosed(Instant now) {
  now_ = now;
  if (!active()) return;
  end(DisconnectCause::TransportClosed, ReasonCode::Success, "transport closed");
  transmit_.clear();
}

Result<void, SessionError> ClientSession::disconnect(ReasonCode reason, Instant now,
                                                     std::optional<std::uint32_t> session_expiry) {
  now_ = now;
  if (!connected()) return Failure{SessionError::NotConnected};
  // [MQTT-3.14.2-2] in effect: zero at connect() cannot become more.
  if (session_expiry.value_or(0) != 0 && limits_.session_expiry == 0) return Failure{SessionError::InvalidArgument};
  sendDisconnect(reason, session_expiry);
  end(DisconnectCause::Requested, reason, "disconnect requested");
  return {};
}

// In 3.1.1 a DISCONNECT always means a good end, so a bad one is told by closing without it.
void ClientSession::sendDisconnect(ReasonCode reason, std::optional<std::uint32_t> session_expiry) {
  if (!isV5(config_.version) && reason != ReasonCode::Success) return;
  std::array<std::uint8_t, 8> property_memory;
  PropertyWriter properties(property_memory);
  if (session_expiry) properties.number(PropertyId::SessionExpiryInterval, *session_expiry);
  const Disconnect packet{.reason = reason, .properties = properties.view()};
  const Encoded size = encode(packet, config_.version, transmit_.prepare(transmit_.room()));
  if (size) transmit_.commit(*size);
}

void ClientSession::end(DisconnectCause cause, ReasonCode reason, const char* what) {
  state_ = State::Idle;
  ended_ = Disconnected{.cause = cause, .reason = reason, .what = what};
  receive_.clear();
  shown_ = 0;
  inbound_.clear();
  requests_.clear();
  stalled_ = false;
  answer_deadline_ = kNever;
}

// ---- Time

Instant ClientSession::pingDue() const {
  if (!connected() || limits_.keep_alive == 0 || answer_deadline_ != kNever) return kNever;
  // Also when only the server is silent: a client that keeps sending must notice that nothing comes back.
  return std::min(last_sent_, last_received_) + std::chrono::seconds(limits_.keep_alive);
}

Instant ClientSession::nextDeadline() const { return std::min(answer_deadline_, pingDue()); }

void ClientSession::tick(Instant now) {
  now_ = now;
  if (pingDue() <= now) sendPing();
  if (answer_deadline_ > now) return;
  if (stalled_) {  // the answer may stand behind the message that has no room yet
    answer_deadline_ = now + config_.ping_timeout;
  } else if (state_ == State::Connecting) {
    end(DisconnectCause::ConnectTimeout, ReasonCode::Success, "no CONNACK");
  } else {
    sendDisconnect(ReasonCode::UnspecifiedError, std::nullopt);
    end(DisconnectCause::PingTimeout, ReasonCode::Success, "no PINGRESP");
  }
}

Result<void, SessionError> ClientSession::ping(Instant now) {
  now_ = now;
  if (!connected()) return Failure{SessionError::NotConnected};
  if (answer_deadline_ == kNever) sendPing();
  return {};
}

void ClientSession::sendPing() {
  const Encoded size = encode(Pingreq{}, transmit_.prepare(2));
  SK_ASSERT(size.ok());
  transmit_.commit(*size);
  last_sent_ = now_;
  answer_deadline_ = now_ + config_.ping_timeout;
}

// ---- Output

void ClientSession::consumed(std::size_t bytes) {
  transmit_.drop(bytes);
  pump();
}

// Moves into the output what has become possible.
void ClientSession::pump() {
  if (!connected()) return;
  pumpAcknowledgements();
  pumpPublishes();
}

void ClientSession::pumpAcknowledgements() {
  while (const auto packet_id = inbound_.ready()) {
    if (transmit_.room() < kPubackSize + kControlReserve) return;
    const Encoded size = encode(Puback{.packet_id = *packet_id}, config_.version, transmit_.prepare(kPubackSize));
    SK_ASSERT(size.ok());
    transmit_.commit(*size);
    last_sent_ = now_;
    inbound_.pop();
    stalled_ = false;
  }
}

void ClientSession::pumpPublishes() {
  const std::size_t window = std::min(limits_.receive_maximum, config_.max_outbound_in_flight);
  while (store_.inFlight() < window) {
    const std::span<std::uint8_t> packet = store_.next();
    if (packet.empty() || refusal(packet) != ReasonCode::Success) return;  // poll() reports a refusal
    if (transmit_.room() < packet.size() + kControlReserve) return;
    const unsigned flags = packet[0] & ~static_cast<unsigned>(kPublishDuplicate);
    packet[0] = static_cast<std::uint8_t>(store_.nextWasSent() ? flags | kPublishDuplicate : flags);
    std::memcpy(transmit_.prepare(packet.size()).data(), packet.data(), packet.size());
    transmit_.commit(packet.size());
    store_.markSent();
    last_sent_ = now_;
  }
}

// Why this server does not take a PUBLISH of ours, which it may have said only after publish().
ReasonCode ClientSession::refusal(Bytes packet) const {
  if (packet.size() > limits_.maximum_packet_size) return ReasonCode::PacketTooLarge;
  if (limits_.maximum_qos == Qos::AtMostOnce) return ReasonCode::QosNotSupported;
  if ((packet[0] & kPublishRetain) != 0 && !limits_.retain_available) return ReasonCode::RetainNotSupported;
  return ReasonCode::Success;
}

// ---- Requests of the application

std::uint16_t ClientSession::freePacketId() {
  do {
    last_packet_id_ = static_cast<std::uint16_t>(last_packet_id_ == 65'535 ? 1 : last_packet_id_ + 1);
  } while (store_.contains(last_packet_id_) ||
           std::find(requests_.begin(), requests_.end(), last_packet_id_) != requests_.end());
  return last_packet_id_;
}

Result<void, SessionError> ClientSession::checkPublish(std::string_view topic, const PublishOptions& options) const {
  if (!isValidTopicName(topic)) return Failure{SessionError::InvalidTopic};
  if (options.qos == Qos::ExactlyOnce) return Failure{SessionError::NotSupported};
  if (options.message_expiry == 0u) return Failure{SessionError::InvalidArgument};
  if (!connected()) {
    if (options.qos == Qos::AtMostOnce) return Failure{SessionError::NotConnected};
    return {};
  }
  const bool ruled_out = options.qos > limits_.maximum_qos || (options.retain && !limits_.retain_available);
  if (ruled_out) return Failure{SessionError::NotSupported};
  return {};
}

Result<std::uint16_t, SessionError> ClientSession::publish(std::string_view topic, Bytes payload,
                                                           const PublishOptions& options) {
  SK_TRY(checkPublish(topic, options));
  const std::size_t size_bound = topic.size() + payload.size() + kPublishOverhead;
  if (size_bound > transmit_.capacity() - kControlReserve) return Failure{SessionError::PacketTooLarge};
  std::array<std::uint8_t, 8> property_memory;
  PropertyWriter properties(property_memory);
  if (options.message_expiry) properties.number(PropertyId::MessageExpiryInterval, *options.message_expiry);
  Publish packet{.topic = topic,
                 .payload = payload,
                 .qos = options.qos,
                 .retain = options.retain,
                 .packet_id = 0,
                 .properties = properties.view()};
  if (options.qos == Qos::AtMostOnce) {
    SK_TRY(publishNow(packet, size_bound));
  } else {
    packet.packet_id = freePacketId();
    SK_TRY(store(packet, size_bound));
    pump();
  }
  return packet.packet_id;
}

Result<void, SessionError> ClientSession::publishNow(const Publish& packet, std::size_t size_bound) {
  if (size_bound > transmit_.room() - std::min(transmit_.room(), kControlReserve)) return Failure{SessionError::NoRoom};
  const Encoded size = encode(packet, config_.version, transmit_.prepare(size_bound));
  if (!size || *size > limits_.maximum_packet_size) return Failure{SessionError::PacketTooLarge};
  transmit_.commit(*size);
  last_sent_ = now_;
  return {};
}

Result<void, SessionError> ClientSession::store(const Publish& packet, std::size_t size_bound) {
  if (size_bound + OutboundStore::kHeaderSize > store_.capacity()) return Failure{SessionError::PacketTooLarge};
  const std::span<std::uint8_t> room = store_.prepare(size_bound);
  if (room.empty()) return Failure{SessionError::NoRoom};
  const Encoded size = encode(packet, config_.version, room);
  if (!size || (connected() && *size > limits_.maximum_packet_size)) return Failure{SessionError::PacketTooLarge};
  store_.commit(packet.packet_id, *size);
  return {};
}

Result<void, SessionError> ClientSession::checkSubscription(const Subscription& subscription) const {
  const std::string_view filter = subscription.filter;
  if (!isValidTopicFilter(filter)) return Failure{SessionError::InvalidTopic};
  if (subscription.qos == Qos::ExactlyOnce) return Failure{SessionError::NotSupported};
  const bool shared = withoutShareName(filter).size() != filter.size();
  const bool wildcard = withoutShareName(filter).find_first_of("+#") != std::string_view::npos;
  if (shared && subscription.no_local) return Failure{SessionError::InvalidArgument};  // [MQTT-3.8.3-4]
  if (shared && !limits_.shared_subscriptions) return Failure{SessionError::NotSupported};
  if (wildcard && !limits_.wildcard_subscriptions) return Failure{SessionError::NotSupported};
  return {};
}

// Sends the packet that `encode(packet_id, out)` writes and remembers that its answer is awaited.
template <class Encode>
Result<std::uint16_t, SessionError> ClientSession::request(const Encode& encode) {
  if (requests_.full() || transmit_.room() < kControlReserve) return Failure{SessionError::NoRoom};
  const std::uint16_t packet_id = freePacketId();
  const bool was_empty = transmit_.empty();
  const Encoded size = encode(packet_id, transmit_.prepare(transmit_.room() - kControlReserve));
  if (!size && size.error() == EncodeError::NoRoom && !was_empty) return Failure{SessionError::NoRoom};
  if (!size || *size > limits_.maximum_packet_size) return Failure{SessionError::PacketTooLarge};
  transmit_.commit(*size);
  SK_ASSERT(requests_.push(packet_id));
  last_sent_ = now_;
  return packet_id;
}

Result<std::uint16_t, SessionError> ClientSession::subscribe(std::span<const Subscription> subscriptions) {
  if (!connected()) return Failure{SessionError::NotConnected};
  if (subscriptions.empty()) return Failure{SessionError::InvalidArgument};
  for (const Subscription& subscription : subscriptions) SK_TRY(checkSubscription(subscription));
  return request([&](std::uint16_t packet_id, std::span<std::uint8_t> out) {
    return encodeSubscribe(packet_id, subscriptions, {}, config_.version, out);
  });
}

Result<std::uint16_t, SessionError> ClientSession::unsubscribe(std::span<const std::string_view> filters) {
  if (!connected()) return Failure{SessionError::NotConnected};
  if (filters.empty()) return Failure{SessionError::InvalidArgument};
  for (const std::string_view filter : filters) {
    if (!isValidTopicFilter(filter)) return Failure{SessionError::InvalidTopic};
  }
  return request([&](std::uint16_t packet_id, std::span<std::uint8_t> out) {
    return encodeUnsubscribe(packet_id, filters, {}, config_.version, out);
  });
}

bool ClientSession::acknowledge(AckToken token) {
  if (!connected() || token.generation != generation_ || !inbound_.acknowledge(token.sequence)) return false;
  pump();
  return true;
}

Result<void, SessionError> ClientSession::discardUnacknowledged() {
  if (active()) return Failure{SessionError::NotAtBoundary};
  store_.clear();
  return {};
}

}  // namespace smartkar::mqtt
