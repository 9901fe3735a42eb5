#include "sim/broker_session.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "base/assert.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::sim {
namespace {

using mqtt::PropertyId;

// Of every packet beside topic and payload: header, packet id, properties.
constexpr std::size_t kOverhead = 64;
// Session Expiry Interval of a session that never ends (MQTT 5.0 section 3.1.2.11.2), and of every one of 3.1.1.
constexpr std::uint32_t kNeverExpires = std::numeric_limits<std::uint32_t>::max();
// Mosquitto's max_topic_alias, which it announces.
constexpr std::uint32_t kTopicAliasMax = 10;

std::uint32_t expiryIntervalOf(const mqtt::Connect& packet) {
  if (mqtt::isV5(packet.version)) return packet.properties.number(PropertyId::SessionExpiryInterval).value_or(0);
  return packet.clean_start ? 0 : kNeverExpires;
}

}  // namespace

Instant givenUpAt(Instant heard, std::chrono::seconds keep_alive) {
  if (keep_alive.count() == 0) return kNever;
  constexpr std::int64_t kCheckInterval = 6;
  const auto last = std::chrono::floor<std::chrono::seconds>(heard.time_since_epoch()).count();
  const std::int64_t late = last + keep_alive.count() * 3 / 2 + 1;
  return Instant(std::chrono::seconds((late + kCheckInterval - 1) / kCheckInterval * kCheckInterval));
}

Instant expiryAfter(Instant now, std::uint32_t seconds) {
  if (seconds == 0) return kNever;
  return Instant(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()) + std::chrono::seconds(seconds));
}

BrokerSession::BrokerSession(std::string client_id, const BrokerLimits& limits, Write write)
    : client_id_(std::move(client_id)),
      limits_(limits),
      write_(std::move(write)),
      inbox_(limits),
      outbox_(limits, {[this](const Outgoing& outgoing, Instant now) { sendPublish(outgoing, now); },
                       [this](std::uint16_t packet_id) { reply<mqtt::Pubrel>(packet_id); }}) {}

void BrokerSession::connect(const mqtt::Connect& packet, modem_sim::ConnectionId connection, Instant now) {
  connection_ = connection;
  restored_ = false;
  version_ = packet.version;
  clean_ = packet.clean_start;
  expiry_interval_ = expiryIntervalOf(packet);
  const bool modern = mqtt::isV5(version_);
  keep_alive_set_ = modern && (packet.keep_alive == 0 || packet.keep_alive > limits_.max_keepalive);
  keep_alive_ = keep_alive_set_ ? limits_.max_keepalive : packet.keep_alive;
  will_.reset();
  if (packet.will) {
    const mqtt::Will& will = *packet.will;
    will_ = Will{{std::string(will.topic), std::string(mqtt::asText(will.payload)), will.qos, will.retain, kNever},
                 will.properties.number(PropertyId::MessageExpiryInterval).value_or(0)};
  }
  heard(now);
  inbox_.connect();
  outbox_.connect(packet.properties.number(PropertyId::ReceiveMaximum).value_or(limits_.max_inflight_messages));
}

void BrokerSession::welcome(bool present, bool assigned_id, Instant now) {
  std::array<std::uint8_t, 128> memory{};
  mqtt::PropertyWriter properties{memory};
  properties.number(PropertyId::TopicAliasMaximum, kTopicAliasMax);
  if (keep_alive_set_) properties.number(PropertyId::ServerKeepAlive, keep_alive_);
  if (assigned_id) properties.text(PropertyId::AssignedClientIdentifier, client_id_);
  if (limits_.max_packet_size > 0) properties.number(PropertyId::MaximumPacketSize, limits_.max_packet_size);
  if (limits_.max_inflight_messages > 0) properties.number(PropertyId::ReceiveMaximum, limits_.max_inflight_messages);
  mqtt::Connack answer;
  answer.session_present = present;
  answer.properties = properties.view();
  write(kOverhead + properties.size(), [&](auto out) { return mqtt::encode(answer, version_, out); });
  outbox_.resume(now);
}

void BrokerSession::disconnect(Instant now) {
  connection_ = 0;
  outbox_.disconnect();
  const std::uint32_t limit =
      limits_.persistent_client_expiration > 0 ? limits_.persistent_client_expiration : kNeverExpires;
  const std::uint32_t interval = std::min(expiry_interval_, limit);
  // Mosquitto looks for sessions whose second is over.
  expires_ = interval == kNeverExpires ? kNever : expiryAfter(now, interval + 1);
}

// Of what is saved, neither the version nor the time of expiry is used (persist__client_chunk_restore() of 2.0.11).
void BrokerSession::restore() {
  restored_ = true;
  connection_ = 0;
  will_.reset();
  version_ = mqtt::Version::V311;
  expires_ = kNever;
  inbox_.restore();
  outbox_.restore();
}

void BrokerSession::heard(Instant now) { heard_until_ = givenUpAt(now, std::chrono::seconds(keep_alive_)); }

std::optional<BrokerMessage> BrokerSession::takeWill(Instant now) {
  if (!will_) return std::nullopt;
  BrokerMessage message = std::move(will_->message);
  message.expires = expiryAfter(now, will_->expiry);
  will_.reset();
  return message;
}

template <class Reply>
void BrokerSession::reply(std::uint16_t packet_id, mqtt::ReasonCode reason) {
  Reply answer;
  answer.packet_id = packet_id;
  if (mqtt::isV5(version_)) answer.reason = reason;
  write(kOverhead, [&](auto out) { return mqtt::encode(answer, version_, out); });
}
template void BrokerSession::reply<mqtt::Puback>(std::uint16_t, mqtt::ReasonCode);
template void BrokerSession::reply<mqtt::Pubrec>(std::uint16_t, mqtt::ReasonCode);
template void BrokerSession::reply<mqtt::Pubcomp>(std::uint16_t, mqtt::ReasonCode);

void BrokerSession::answerSubscribe(std::uint16_t packet_id, const std::vector<std::uint8_t>& granted) {
  mqtt::Suback answer;
  answer.packet_id = packet_id;
  answer.reasons = mqtt::ReasonCodes(granted);
  write(kOverhead + granted.size(), [&](auto out) { return mqtt::encode(answer, version_, out); });
}

void BrokerSession::answerUnsubscribe(std::uint16_t packet_id, const std::vector<std::uint8_t>& reasons) {
  mqtt::Unsuback answer;
  answer.packet_id = packet_id;
  if (mqtt::isV5(version_)) answer.reasons = mqtt::ReasonCodes(reasons);
  write(kOverhead + reasons.size(), [&](auto out) { return mqtt::encode(answer, version_, out); });
}

void BrokerSession::answerPing() {
  write(kOverhead, [](auto out) { return mqtt::encode(mqtt::Pingresp{}, out); });
}

void BrokerSession::sendDisconnect(mqtt::ReasonCode reason) {
  if (!mqtt::isV5(version_)) return;
  write(kOverhead, [&](auto out) { return mqtt::encode(mqtt::Disconnect{reason, {}}, version_, out); });
}

void BrokerSession::sendPublish(const Outgoing& outgoing, Instant now) {
  const BrokerMessage& message = outgoing.message;
  std::array<std::uint8_t, 16> memory{};
  mqtt::PropertyWriter properties{memory};
  if (outgoing.subscription > 0) properties.number(PropertyId::SubscriptionIdentifier, outgoing.subscription);
  if (message.expires != kNever) {
    // In its last second Mosquitto sends it without, since 0 would be no limit to it.
    const std::int64_t left = secondsLeft(message, now);
    if (left > 0) properties.number(PropertyId::MessageExpiryInterval, static_cast<std::uint32_t>(left));
  }
  mqtt::Publish packet;
  packet.topic = message.topic;
  packet.payload = mqtt::asBytes(message.payload);
  packet.qos = message.qos;
  packet.retain = message.retain;
  packet.duplicate = outgoing.duplicate;
  packet.packet_id = outgoing.packet_id;
  packet.properties = properties.view();
  write(kOverhead + message.topic.size() + message.payload.size(),
        [&](auto out) { return mqtt::encode(packet, version_, out); });
}

template <class Encode>
void BrokerSession::write(std::size_t room, Encode encode) {
  std::vector<std::uint8_t> bytes(room);
  const mqtt::Encoded size = encode(std::span<std::uint8_t>(bytes));
  SK_ASSERT(size.ok());
  write_(connection_, mqtt::asText(mqtt::Bytes(bytes).first(*size)));
}

}  // namespace smartkar::sim
