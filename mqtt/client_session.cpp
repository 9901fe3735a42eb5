#include "mqtt/client_session.hpp"

#include <algorithm>
#include <cstring>

#include "mqtt/encoder.hpp"
#include "mqtt/utf8.hpp"

namespace smartkar::mqtt {
namespace {

// Session expiry of MQTT 5 that means "never"; what Clean Session 0 means in 3.1.1.
constexpr std::uint32_t kNoExpiry = 0xFFFFFFFF;

constexpr std::uint8_t kPublishDuplicate = 0x08;

}  // namespace

ClientSession::ClientSession(const SessionConfig& config, SessionMemory memory)
    : config_(config),
      receive_(memory.receive),
      transmit_(memory.transmit),
      store_(memory.unacknowledged),
      inbound_(memory.inbound),
      aliases_(memory.topic_aliases) {
  SK_ASSERT(memory.transmit.size() >= 64);
  SK_ASSERT(!memory.inbound.empty() && memory.inbound.size() <= 65'535);
  SK_ASSERT(config.max_outbound_in_flight > 0);
  SK_ASSERT(config.topic_alias_maximum == 0 || !memory.topic_aliases.empty());
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
  if (isV5(config_.version) && !detail::areValid(options.user_properties)) {
    return Failure{SessionError::InvalidArgument};
  }
  if (!options.will) return {};
  return checkMessage(options.will->topic, options.will->message_expiry, options.will->properties);
}

void ClientSession::writeProperties(PropertyWriter& writer, const ConnectOptions& options) const {
  if (!isV5(config_.version)) return;
  const auto number = [&](PropertyId id, std::uint32_t value, std::uint32_t absent) {
    if (value != absent) writer.number(id, value);
  };
  number(PropertyId::SessionExpiryInterval, options.session_expiry, 0);
  writer.number(PropertyId::ReceiveMaximum, static_cast<std::uint32_t>(inbound_.capacity()));
  writer.number(PropertyId::MaximumPacketSize, static_cast<std::uint32_t>(receive_.capacity()));
  number(PropertyId::TopicAliasMaximum, config_.topic_alias_maximum, 0);
  number(PropertyId::RequestResponseInformation, options.response_information ? 1 : 0, 0);
  number(PropertyId::RequestProblemInformation, options.problem_information ? 1 : 0, 1);
  detail::write(writer, options.user_properties);
}

void ClientSession::writeProperties(PropertyWriter& writer, const WillMessage& will) const {
  if (!isV5(config_.version)) return;
  if (will.delay != 0) writer.number(PropertyId::WillDelayInterval, will.delay);
  detail::write(writer, will.message_expiry, will.properties);
}

// The properties are made at the end of the memory, the packet at its beginning.
Result<void, SessionError> ClientSession::writeConnect(const ConnectOptions& options) {
  transmit_.clear();
  const std::span<std::uint8_t> room = transmit_.prepare(transmit_.room() - kControlReserve);
  PropertyWriter counter;
  writeProperties(counter, options);
  const std::size_t own_size = counter.size();
  if (options.will) writeProperties(counter, *options.will);
  if (!counter.ok() || counter.size() > room.size()) return Failure{SessionError::PacketTooLarge};

  const std::span<std::uint8_t> scratch = room.last(counter.size());
  PropertyWriter properties(scratch.first(own_size));
  writeProperties(properties, options);
  Connect packet{.version = config_.version,
                 .client_id = options.client_id.empty() ? assigned_id_.view() : options.client_id,
                 .clean_start = options.clean_start,
                 .keep_alive = options.keep_alive,
                 .will = {},
                 .user_name = options.user_name,
                 .password = options.password,
                 .properties = properties.view()};
  PropertyWriter will_properties(scratch.subspan(own_size));
  if (options.will) {
    writeProperties(will_properties, *options.will);
    packet.will = Will{.topic = options.will->topic,
                       .payload = options.will->payload,
                       .qos = options.will->qos,
                       .retain = options.will->retain,
                       .properties = will_properties.view()};
  }
  const Encoded size = encode(packet, room.first(room.size() - scratch.size()));
  if (!size) return Failure{SessionError::PacketTooLarge};
  transmit_.commit(*size);
  return {};
}

Result<void, SessionError> ClientSession::connect(const ConnectOptions& options, Instant now) {
  SK_TRY(checkConnect(options));
  SK_TRY(writeConnect(options));
  receive_.clear();
  const std::uint32_t session_expiry_311 = options.clean_start ? 0 : kNoExpiry;
  limits_ = {.keep_alive = options.keep_alive,
             .session_expiry = isV5(config_.version) ? options.session_expiry : session_expiry_311};
  clean_start_ = options.clean_start;
  expires_later_ = options.session_expiry != 0;
  problem_information_ = options.problem_information;
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
  // MQTT 5.0 section 3.14.2.2.2: zero in CONNECT cannot become more, whatever CONNACK says.
  if (session_expiry.value_or(0) != 0 && !expires_later_) return Failure{SessionError::InvalidArgument};
  sendDisconnect(reason, session_expiry);
  end(DisconnectCause::Requested, reason, "disconnect requested");
  return {};
}

// In 3.1.1 a DISCONNECT always means a good end, so a bad one is told by closing without it.
void ClientSession::sendDisconnect(ReasonCode reason, std::optional<std::uint32_t> session_expiry) {
  if (!isV5(config_.version) && reason != ReasonCode::Success) return;
  std::array<std::uint8_t, 8> property_memory;
  PropertyWriter properties(property_memory);
  if (session_expiry && isV5(config_.version)) properties.number(PropertyId::SessionExpiryInterval, *session_expiry);
  const Disconnect packet{.reason = reason, .properties = properties.view()};
  const Encoded size = encode(packet, config_.version, transmit_.prepare(transmit_.room()));
  if (size && *size <= limits_.maximum_packet_size) transmit_.commit(*size);
}

// properties: of the packet that ends the connection. Its bytes stay in the receive memory until connect() and
// receive().
void ClientSession::end(DisconnectCause cause, ReasonCode reason, const char* what, PropertyView properties) {
  state_ = State::Idle;
  ended_ = Disconnected{.cause = cause,
                        .reason = reason,
                        .what = what,
                        .server_reference = properties.text(PropertyId::ServerReference).value_or(std::string_view()),
                        .properties = properties};
  receive_.clear();
  shown_ = 0;
  inbound_.endConnection();
  aliases_.clear();
  requests_.clear();
  wait_ = Wait::None;
  overrun_ = Overrun::None;
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
  if (wait_ == Wait::Window) {  // the answer may stand behind the message that has no room yet
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

// Without one where earlier PINGREQs still wait in the output: the rest of its room belongs to DISCONNECT.
void ClientSession::sendPing() {
  if (transmit_.room() >= kPingreqSize + kLargestDisconnect) {
    const Encoded size = encode(Pingreq{}, transmit_.prepare(kPingreqSize));
    SK_ASSERT(size.ok());
    transmit_.commit(*size);
  }
  last_sent_ = now_;
  answer_deadline_ = now_ + config_.ping_timeout;
}

// ---- Output

void ClientSession::consumed(std::size_t bytes) {
  transmit_.drop(bytes);
  if (wait_ == Wait::Output) wait_ = Wait::None;
  pump();
}

// Moves into the output what has become possible.
void ClientSession::pump() {
  if (!connected()) return;
  pumpAcknowledgements();
  pumpReleases();
  pumpPublishes();
}

bool ClientSession::replyFits() const { return transmit_.room() >= kReplySize + kControlReserve; }

template <PacketType Type>
void ClientSession::sendReply(const PublishReply<Type>& reply) {
  const Encoded size = encode(reply, config_.version, transmit_.prepare(kReplySize));
  SK_ASSERT(size.ok());
  transmit_.commit(*size);
  last_sent_ = now_;
}
template void ClientSession::sendReply(const Puback&);
template void ClientSession::sendReply(const Pubrec&);
template void ClientSession::sendReply(const Pubrel&);
template void ClientSession::sendReply(const Pubcomp&);

void ClientSession::pumpAcknowledgements() {
  while (replyFits()) {
    const auto message = inbound_.ready();
    if (!message) return;
    if (message->qos == Qos::ExactlyOnce) {
      sendReply(Pubrec{.packet_id = message->packet_id});
    } else {
      sendReply(Puback{.packet_id = message->packet_id});
    }
    inbound_.pop();
    if (wait_ == Wait::Window) wait_ = Wait::None;
  }
}

// Not held back by the server's Receive Maximum [MQTT-4.9.0-3].
void ClientSession::pumpReleases() {
  while (replyFits()) {
    const auto packet_id = store_.takeRelease();
    if (!packet_id) return;
    sendReply(Pubrel{.packet_id = *packet_id});
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

}  // namespace smartkar::mqtt
