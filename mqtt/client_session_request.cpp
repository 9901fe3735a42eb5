// The requests of the application to ClientSession.
#include <algorithm>
#include <array>

#include "mqtt/client_session.hpp"
#include "mqtt/encoder.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"
#include "mqtt/wire.hpp"

namespace smartkar::mqtt {
namespace {

// The most that a PUBLISH of ours has beside topic, properties and payload: fixed header 5, topic length 2, packet id
// 2, property length 4.
constexpr std::size_t kPublishOverhead = 13;

constexpr std::uint8_t kPublishRetain = 0x01;

}  // namespace

// Why this server does not take a PUBLISH of ours, which it may have said only after publish().
ReasonCode ClientSession::refusal(Bytes packet) const {
  if (packet.size() > limits_.maximum_packet_size) return ReasonCode::PacketTooLarge;
  if (static_cast<Qos>(packet[0] >> 1 & 3u) > limits_.maximum_qos) return ReasonCode::QosNotSupported;
  if ((packet[0] & kPublishRetain) != 0 && !limits_.retain_available) return ReasonCode::RetainNotSupported;
  return ReasonCode::Success;
}

std::uint16_t ClientSession::freePacketId() {
  do {
    last_packet_id_ = static_cast<std::uint16_t>(last_packet_id_ == 65'535 ? 1 : last_packet_id_ + 1);
  } while (store_.contains(last_packet_id_) ||
           std::find(requests_.begin(), requests_.end(), last_packet_id_) != requests_.end());
  return last_packet_id_;
}

Result<void, SessionError> ClientSession::checkMessage(std::string_view topic, std::optional<std::uint32_t> expiry,
                                                       const MessageProperties& properties) const {
  if (!isValidTopicName(topic)) return Failure{SessionError::InvalidTopic};
  if (expiry == 0u) return Failure{SessionError::InvalidArgument};
  if (!isV5(config_.version)) return {};
  const bool responds = !properties.response_topic.empty();
  if (responds && !isValidTopicName(properties.response_topic)) return Failure{SessionError::InvalidTopic};
  const bool valid = isValidUtf8(properties.content_type) && detail::areValid(properties.user_properties);
  if (!valid) return Failure{SessionError::InvalidArgument};
  return {};
}

Result<void, SessionError> ClientSession::checkPublish(std::string_view topic, const PublishOptions& options) const {
  SK_TRY(checkMessage(topic, options.message_expiry, options.properties));
  if (!connected()) {
    if (options.qos == Qos::AtMostOnce) return Failure{SessionError::NotConnected};
    return {};
  }
  const bool ruled_out = options.qos > limits_.maximum_qos || (options.retain && !limits_.retain_available);
  if (ruled_out) return Failure{SessionError::NotSupported};
  return {};
}

Result<std::span<std::uint8_t>, SessionError> ClientSession::roomInOutput(std::size_t size) {
  if (size > transmit_.capacity() - kControlReserve) return Failure{SessionError::PacketTooLarge};
  if (size + kControlReserve > transmit_.room()) return Failure{SessionError::NoRoom};
  return transmit_.prepare(size);
}

Result<std::span<std::uint8_t>, SessionError> ClientSession::roomInStore(std::size_t size) {
  const bool never =
      size > transmit_.capacity() - kControlReserve || size + OutboundStore::kHeaderSize > store_.capacity();
  if (never) return Failure{SessionError::PacketTooLarge};
  const std::span<std::uint8_t> room = store_.prepare(size);
  if (room.empty()) return Failure{SessionError::NoRoom};
  return room;
}

// The properties are made at the end of the room, the packet at its beginning.
Result<std::uint16_t, SessionError> ClientSession::publish(std::string_view topic, Bytes payload,
                                                           const PublishOptions& options) {
  SK_TRY(checkPublish(topic, options));
  const bool kept = options.qos != Qos::AtMostOnce;
  PropertyWriter counter;
  if (isV5(config_.version)) detail::write(counter, options.message_expiry, options.properties);
  const std::size_t packet_bound = topic.size() + payload.size() + kPublishOverhead + counter.size();
  const std::size_t room_size = packet_bound + counter.size();
  const auto room = kept ? roomInStore(room_size) : roomInOutput(room_size);
  if (!room) return Failure{room.error()};

  PropertyWriter properties(room->last(counter.size()));
  if (isV5(config_.version)) detail::write(properties, options.message_expiry, options.properties);
  const Publish packet{.topic = topic,
                       .payload = payload,
                       .qos = options.qos,
                       .retain = options.retain,
                       .packet_id = kept ? freePacketId() : std::uint16_t{0},
                       .properties = properties.view()};
  const Encoded size = encode(packet, config_.version, room->first(packet_bound));
  const bool too_large = connected() && size && *size > limits_.maximum_packet_size;
  if (!counter.ok() || !size || too_large) return Failure{SessionError::PacketTooLarge};
  if (kept) {
    store_.commit(packet.packet_id, *size);
    pump();
  } else {
    transmit_.commit(*size);
    last_sent_ = now_;
  }
  return packet.packet_id;
}

Result<void, SessionError> ClientSession::checkSubscription(const Subscription& subscription) const {
  const std::string_view filter = subscription.filter;
  if (!isValidTopicFilter(filter)) return Failure{SessionError::InvalidTopic};
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

Result<std::uint16_t, SessionError> ClientSession::subscribe(std::span<const Subscription> subscriptions,
                                                             std::uint32_t identifier) {
  if (!connected()) return Failure{SessionError::NotConnected};
  if (subscriptions.empty() || identifier > kMaxVariable) return Failure{SessionError::InvalidArgument};
  for (const Subscription& subscription : subscriptions) SK_TRY(checkSubscription(subscription));
  if (identifier != 0 && !limits_.subscription_identifiers) return Failure{SessionError::NotSupported};
  std::array<std::uint8_t, 5> property_memory;
  PropertyWriter properties(property_memory);
  if (identifier != 0 && isV5(config_.version)) properties.number(PropertyId::SubscriptionIdentifier, identifier);
  return request([&](std::uint16_t packet_id, std::span<std::uint8_t> out) {
    return encodeSubscribe(packet_id, subscriptions, properties.view(), config_.version, out);
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
