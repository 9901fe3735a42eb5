// The receiving half of ClientSession.
#include <algorithm>
#include <cstring>
#include <utility>

#include "mqtt/client_session.hpp"
#include "mqtt/decoder.hpp"

namespace smartkar::mqtt {

std::size_t ClientSession::receive(Bytes bytes, Instant now) {
  now_ = now;
  if (!active()) return 0;
  dropShown();
  const std::size_t taken = std::min(bytes.size(), receive_.room());
  if (taken == 0) return 0;
  std::memcpy(receive_.prepare(taken).data(), bytes.data(), taken);
  receive_.commit(taken);
  last_received_ = now;
  // A PINGRESP may stand behind much else; CONNACK is the first packet.
  if (connected() && answer_deadline_ != kNever) answer_deadline_ = now + config_.ping_timeout;
  return taken;
}

void ClientSession::dropShown() { receive_.drop(std::exchange(shown_, 0)); }

std::optional<Event> ClientSession::poll() {
  dropShown();
  std::optional<Event> event = refusedPublish();
  while (!event && active() && !stalled_ && !receive_.empty()) {
    const std::size_t before = receive_.size();
    event = pollPacket();
    if (shown_ == 0 && receive_.size() == before) break;  // incomplete, or stalled
    if (!event) dropShown();
  }
  if (!event && ended_) event = *std::exchange(ended_, std::nullopt);
  return event;
}

std::optional<Event> ClientSession::pollPacket() {
  const auto decoded =
      decodeServerPacket(std::as_const(receive_).content(), config_.version,
                         static_cast<std::uint32_t>(std::min<std::size_t>(receive_.capacity(), kLargestPacket)));
  if (decoded.status == DecodeStatus::NeedMore) return std::nullopt;
  if (decoded.status == DecodeStatus::Invalid) {
    violation(decoded.reason, decoded.what);
    return std::nullopt;
  }
  if (outOfPlace(decoded.packet)) {
    violation(ReasonCode::ProtocolError, "CONNACK missing or repeated");
    return std::nullopt;
  }
  shown_ = decoded.size;
  return std::visit([this](const auto& packet) { return onPacket(packet); }, decoded.packet);
}

// The first packet, and only it, is CONNACK [MQTT-3.2.0-1, MQTT-3.2.0-2].
bool ClientSession::outOfPlace(const ServerPacket& packet) const {
  return std::holds_alternative<Connack>(packet) != (state_ == State::Connecting);
}

void ClientSession::violation(ReasonCode reason, const char* what) {
  sendDisconnect(reason, std::nullopt);
  end(DisconnectCause::ProtocolViolation, reason, what);
}

std::optional<Event> ClientSession::onPacket(const Connack& packet) {
  if (packet.reason != ReasonCode::Success) {
    end(DisconnectCause::Refused, packet.reason, "CONNACK refuses");
    return std::nullopt;
  }
  if (packet.session_present && clean_start_) {  // [MQTT-3.2.2-2]
    violation(ReasonCode::ProtocolError, "session present after clean start");
    return std::nullopt;
  }
  if (packet.properties.find(PropertyId::AuthenticationMethod)) {
    violation(ReasonCode::ProtocolError, "authentication method not asked for");
    return std::nullopt;
  }
  takeLimits(packet.properties);
  const std::string_view assigned =
      packet.properties.text(PropertyId::AssignedClientIdentifier).value_or(std::string_view());
  if (!assigned.empty() && !assigned_id_.assign(assigned)) assigned_id_.clear();
  state_ = State::Connected;
  answer_deadline_ = kNever;
  store_.rewind(packet.session_present);
  pump();
  return Connected{.session_present = packet.session_present, .client_id = assigned, .limits = limits_};
}

void ClientSession::takeLimits(PropertyView properties) {
  const auto take = [&](PropertyId id, auto& limit) {
    if (const auto value = properties.number(id)) limit = static_cast<std::remove_reference_t<decltype(limit)>>(*value);
  };
  take(PropertyId::ReceiveMaximum, limits_.receive_maximum);
  take(PropertyId::MaximumPacketSize, limits_.maximum_packet_size);
  take(PropertyId::MaximumQos, limits_.maximum_qos);
  take(PropertyId::RetainAvailable, limits_.retain_available);
  take(PropertyId::WildcardSubscriptionAvailable, limits_.wildcard_subscriptions);
  take(PropertyId::SharedSubscriptionAvailable, limits_.shared_subscriptions);
  take(PropertyId::ServerKeepAlive, limits_.keep_alive);
  take(PropertyId::SessionExpiryInterval, limits_.session_expiry);
}

std::optional<Event> ClientSession::onPacket(const Publish& packet) {
  if (packet.properties.find(PropertyId::TopicAlias)) {  // we allow none [MQTT-3.1.2-26]
    violation(ReasonCode::TopicAliasInvalid, "topic alias over our maximum");
    return std::nullopt;
  }
  if (packet.qos == Qos::ExactlyOnce) {
    violation(ReasonCode::QosNotSupported, "message at QoS 2");
    return std::nullopt;
  }
  Message message{.topic = packet.topic,
                  .payload = packet.payload,
                  .qos = packet.qos,
                  .retain = packet.retain,
                  .duplicate = packet.duplicate,
                  .packet_id = packet.packet_id,
                  .token = {},
                  .message_expiry = packet.properties.number(PropertyId::MessageExpiryInterval),
                  .properties = packet.properties};
  if (packet.qos == Qos::AtMostOnce) return message;
  const auto sequence = inbound_.add(packet.packet_id);
  if (!sequence) {
    if (config_.strict_receive_maximum && isV5(config_.version)) {
      violation(ReasonCode::ReceiveMaximumExceeded, "more messages than our receive maximum");
    } else {
      stalled_ = true;
      shown_ = 0;  // the packet stays for a later poll()
    }
    return std::nullopt;
  }
  message.token = {.generation = generation_, .sequence = *sequence};
  if (config_.auto_acknowledge) acknowledge(message.token);
  return message;
}

std::optional<Event> ClientSession::onPacket(const Puback& packet) {
  // One for a message that we do not know (any more) means nothing: both sides are through with it.
  if (!store_.acknowledge(packet.packet_id)) return std::nullopt;
  pump();
  return Published{.packet_id = packet.packet_id, .reason = packet.reason};
}

// A message that was accepted by publish() and that this server will not take leaves the store without being sent.
std::optional<Event> ClientSession::refusedPublish() {
  if (!connected()) return std::nullopt;
  const Bytes packet = store_.next();
  if (packet.empty()) return std::nullopt;
  const ReasonCode reason = refusal(packet);
  if (reason == ReasonCode::Success) return std::nullopt;
  const std::uint16_t packet_id = store_.nextId();
  store_.dropNext();
  pump();
  return Published{.packet_id = packet_id, .reason = reason};
}

bool ClientSession::takeRequest(std::uint16_t packet_id) {
  const auto* const found = std::find(requests_.begin(), requests_.end(), packet_id);
  if (found == requests_.end()) return false;
  requests_.erase(static_cast<std::size_t>(found - requests_.begin()));
  return true;
}

std::optional<Event> ClientSession::onPacket(const Suback& packet) {
  if (!takeRequest(packet.packet_id)) return std::nullopt;
  return Subscribed{.packet_id = packet.packet_id, .reasons = packet.reasons};
}

std::optional<Event> ClientSession::onPacket(const Unsuback& packet) {
  if (!takeRequest(packet.packet_id)) return std::nullopt;
  return Unsubscribed{.packet_id = packet.packet_id, .reasons = packet.reasons};
}

std::optional<Event> ClientSession::onPacket(const Pingresp&) {
  answer_deadline_ = kNever;
  return std::nullopt;
}

std::optional<Event> ClientSession::onPacket(const Disconnect& packet) {
  end(DisconnectCause::ServerDisconnect, packet.reason, "DISCONNECT from the server");
  return std::nullopt;
}

// The server must not begin it [MQTT-4.12.0-6], and we never ask for it.
std::optional<Event> ClientSession::onPacket(const Auth&) {
  violation(ReasonCode::ProtocolError, "AUTH without an authentication method");
  return std::nullopt;
}

template <PacketType Type>
std::optional<Event> ClientSession::onPacket(const PublishReply<Type>&) {
  violation(ReasonCode::ProtocolError, "QoS 2 reply without a QoS 2 message");
  return std::nullopt;
}

}  // namespace smartkar::mqtt
