// The receiving half of ClientSession.
#include <algorithm>
#include <cstring>
#include <utility>

#include "mqtt/client_session.hpp"
#include "mqtt/decoder.hpp"

namespace smartkar::mqtt {
namespace {

// Reason strings and user properties, the only properties of these packets.
template <class Packet>
bool explains(const Packet&) {
  return false;
}
template <PacketType Type>
bool explains(const PublishReply<Type>& packet) {
  return !packet.properties.empty();
}
template <PacketType Type>
bool explains(const SubscriptionReply<Type>& packet) {
  return !packet.properties.empty();
}

}  // namespace

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
  leaveAfterOverrun();
  std::optional<Event> event = publishedWithoutAnswer();
  while (!event && active() && wait_ == Wait::None && !receive_.empty()) {
    const std::size_t before = receive_.size();
    event = pollPacket();
    if (shown_ == 0 && receive_.size() == before) break;  // incomplete, or it waits
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
  if (const char* const what = wrongPlace(decoded.packet)) {
    violation(ReasonCode::ProtocolError, what);
    return std::nullopt;
  }
  shown_ = decoded.size;
  return std::visit([this](const auto& packet) { return onPacket(packet); }, decoded.packet);
}

// What is wrong with a packet that is valid in itself; null if nothing is.
const char* ClientSession::wrongPlace(const ServerPacket& packet) const {
  // The server must not begin with AUTH [MQTT-4.12.0-6], and we never ask for it.
  if (std::holds_alternative<Auth>(packet)) return "AUTH without an authentication method";
  // The first packet, and only it, is CONNACK [MQTT-3.2.0-1, MQTT-3.2.0-2].
  if (std::holds_alternative<Connack>(packet) != (state_ == State::Connecting)) return "CONNACK missing or repeated";
  const bool explained = std::visit([](const auto& specific) { return explains(specific); }, packet);
  if (explained && !problem_information_) return "problem information not asked for";  // [MQTT-3.1.2-29]
  return nullptr;
}

void ClientSession::violation(ReasonCode reason, const char* what) {
  sendDisconnect(reason, std::nullopt);
  end(DisconnectCause::ProtocolViolation, reason, what);
}

std::optional<Event> ClientSession::onPacket(const Connack& packet) {
  if (packet.reason != ReasonCode::Success) {
    end(DisconnectCause::Refused, packet.reason, "CONNACK refuses", packet.properties);
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
  if (isV5(config_.version)) takeLimits(packet.properties);
  if (limits_.maximum_packet_size < kReplySize) {
    violation(ReasonCode::ImplementationSpecificError, "the server takes no acknowledgement");
    return std::nullopt;
  }
  const std::string_view assigned =
      packet.properties.text(PropertyId::AssignedClientIdentifier).value_or(std::string_view());
  if (!assigned.empty() && !assigned_id_.assign(assigned)) assigned_id_.clear();
  state_ = State::Connected;
  answer_deadline_ = kNever;
  if (!packet.session_present) inbound_.forgetHeld();  // [MQTT-3.2.2-5]
  store_.rewind(packet.session_present);
  pump();
  return Connected{.session_present = packet.session_present,
                   .client_id = assigned,
                   .limits = limits_,
                   .properties = packet.properties};
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
  take(PropertyId::SubscriptionIdentifierAvailable, limits_.subscription_identifiers);
  take(PropertyId::ServerKeepAlive, limits_.keep_alive);
  take(PropertyId::SessionExpiryInterval, limits_.session_expiry);
}

// The topic of a message, whichever way it is told (MQTT 5.0 section 3.3.2.3.4); nothing after a violation.
std::optional<std::string_view> ClientSession::topicOf(const Publish& packet) {
  if (!isV5(config_.version)) return packet.topic;
  const auto number = packet.properties.number(PropertyId::TopicAlias);
  if (!number) return packet.topic;
  const auto alias = static_cast<std::uint16_t>(*number);
  if (alias > config_.topic_alias_maximum) {  // [MQTT-3.1.2-26, MQTT-3.1.2-27]
    violation(ReasonCode::TopicAliasInvalid, "topic alias over our maximum");
  } else if (packet.topic.empty()) {
    if (const auto topic = aliases_.find(alias)) return topic;
    violation(ReasonCode::ProtocolError, "topic alias that stands for no topic");
  } else if (aliases_.set(alias, packet.topic)) {
    return packet.topic;
  } else {
    violation(ReasonCode::ImplementationSpecificError, "no memory for a topic alias");
  }
  return std::nullopt;
}

// A QoS 2 message that the application has seen: acknowledged before, it gets another PUBREC in its turn, and while it
// is open none at all [MQTT-4.3.3-10].
bool ClientSession::takeRepeated(const Publish& packet) {
  if (packet.qos != Qos::ExactlyOnce) return false;
  if (inbound_.isOpen(packet.packet_id)) return true;
  if (!inbound_.reopen(packet.packet_id)) return false;
  pump();
  return true;
}

std::optional<Event> ClientSession::onPacket(const Publish& packet) {
  const auto topic = topicOf(packet);
  if (!topic || takeRepeated(packet)) return std::nullopt;
  Message message{.topic = *topic,
                  .payload = packet.payload,
                  .qos = packet.qos,
                  .retain = packet.retain,
                  .duplicate = packet.duplicate,
                  .packet_id = packet.packet_id,
                  .token = {},
                  .message_expiry = packet.properties.number(PropertyId::MessageExpiryInterval),
                  .subscription_identifier = packet.properties.number(PropertyId::SubscriptionIdentifier),
                  .properties = packet.properties};
  if (packet.qos == Qos::AtMostOnce) return message;
  if (overrun_ != Overrun::None) return std::nullopt;
  const auto sequence = inbound_.add(packet.packet_id, packet.qos);
  if (!sequence) {
    onFullWindow();
    return std::nullopt;
  }
  message.token = {.generation = generation_, .sequence = *sequence};
  if (config_.auto_acknowledge) acknowledge(message.token);
  return message;
}

// The packet stays for a later poll().
void ClientSession::waitFor(Wait what) {
  wait_ = what;
  shown_ = 0;
}

// With a window full of QoS 2 messages waiting would never end: the PUBRELs that make room stand behind this message.
// It and all after it go unanswered, so that the server sends them again, in order, on the next connection.
void ClientSession::onFullWindow() {
  if (config_.strict_receive_maximum && isV5(config_.version)) {
    violation(ReasonCode::ReceiveMaximumExceeded, "more messages than our receive maximum");
  } else if (inbound_.freedByAcknowledging()) {
    waitFor(Wait::Window);
  } else {
    overrun_ = Overrun::Dropping;
  }
}

// When the application is through with what is in the window. The PINGRESP proves that the server has our PUBRECs: the
// next connection begins with its PUBRELs, which make room.
void ClientSession::leaveAfterOverrun() {
  const bool through = inbound_.size() == 0 && answer_deadline_ == kNever;
  if (overrun_ != Overrun::Dropping || !through) return;
  sendPing();
  overrun_ = Overrun::Leaving;
}

std::optional<Event> ClientSession::onPacket(const Pingresp&) {
  answer_deadline_ = kNever;
  if (overrun_ == Overrun::Leaving) {
    violation(ReasonCode::ReceiveMaximumExceeded, "more QoS 2 messages than our receive maximum");
  }
  return std::nullopt;
}

// The server is through with a QoS 2 message; one that we do not know (any more) it must hear about, too, to get
// through with it (MQTT 5.0 section 3.7.2.1).
std::optional<Event> ClientSession::onPacket(const Pubrel& packet) {
  if (!replyFits()) {
    waitFor(Wait::Output);
    return std::nullopt;
  }
  const bool known = inbound_.release(packet.packet_id);
  sendReply(Pubcomp{.packet_id = packet.packet_id,
                    .reason = known ? ReasonCode::Success : ReasonCode::PacketIdentifierNotFound});
  return std::nullopt;
}

Published ClientSession::published(const OutboundStore::InFlight& packet, ReasonCode reason, PropertyView properties) {
  store_.remove(packet);
  pump();
  return {.packet_id = packet.packet_id, .reason = reason, .properties = properties};
}

// An answer for a message that we do not know (any more) means nothing: both sides are through with it.
std::optional<Event> ClientSession::onPacket(const Puback& packet) {
  const auto message = store_.find(packet.packet_id);
  if (!message) return std::nullopt;
  if (message->qos == Qos::AtLeastOnce) return published(*message, packet.reason, packet.properties);
  violation(ReasonCode::ProtocolError, "PUBACK for a message at QoS 2");
  return std::nullopt;
}

std::optional<Event> ClientSession::onPacket(const Pubrec& packet) {
  const auto message = store_.find(packet.packet_id);
  if (!message) return onUnknown(packet);
  if (message->qos != Qos::ExactlyOnce) {
    violation(ReasonCode::ProtocolError, "PUBREC for a message at QoS 1");
    return std::nullopt;
  }
  if (isError(packet.reason)) return published(*message, packet.reason, packet.properties);
  store_.release(*message, packet.reason);
  pump();
  return std::nullopt;
}

// The server waits for a PUBREL of a message that we know nothing about (MQTT 5.0 section 3.6.2.1).
std::optional<Event> ClientSession::onUnknown(const Pubrec& packet) {
  if (isError(packet.reason) || store_.contains(packet.packet_id)) return std::nullopt;
  if (replyFits()) {
    sendReply(Pubrel{.packet_id = packet.packet_id, .reason = ReasonCode::PacketIdentifierNotFound});
  } else {
    waitFor(Wait::Output);
  }
  return std::nullopt;
}

// Its own reason only says whether the server still knew the packet id.
std::optional<Event> ClientSession::onPacket(const Pubcomp& packet) {
  const auto message = store_.find(packet.packet_id);
  if (!message) return std::nullopt;
  if (message->released) return published(*message, message->received, packet.properties);
  violation(ReasonCode::ProtocolError, "PUBCOMP without PUBREL");
  return std::nullopt;
}

// Messages that were accepted by publish() and leave the store without an answer: the server owned them when it lost
// its session, or it will not take them.
std::optional<Event> ClientSession::publishedWithoutAnswer() {
  if (const auto owned = store_.findOwned()) return published(*owned, owned->received, {});
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
  return Subscribed{.packet_id = packet.packet_id, .reasons = packet.reasons, .properties = packet.properties};
}

std::optional<Event> ClientSession::onPacket(const Unsuback& packet) {
  if (!takeRequest(packet.packet_id)) return std::nullopt;
  return Unsubscribed{.packet_id = packet.packet_id, .reasons = packet.reasons, .properties = packet.properties};
}

std::optional<Event> ClientSession::onPacket(const Disconnect& packet) {
  end(DisconnectCause::ServerDisconnect, packet.reason, "DISCONNECT from the server", packet.properties);
  return std::nullopt;
}

// wrongPlace() lets none pass.
std::optional<Event> ClientSession::onPacket(const Auth&) { return std::nullopt; }

}  // namespace smartkar::mqtt
