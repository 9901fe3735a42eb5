#include "sim/broker_session.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "mqtt/topic.hpp"

namespace smartkar::sim {
namespace {

// Mosquitto's max_inflight_messages and max_queued_messages.
constexpr std::size_t kWindow = 20;
constexpr std::size_t kQueueMax = 1000;
// Of every packet beside topic and payload: header, packet id, one expiry.
constexpr std::size_t kOverhead = 64;
// In SUBACK: failure (MQTT 3.1.1 section 3.9.3), unspecified error (MQTT 5.0).
constexpr std::uint8_t kSubscribeFailure = 0x80;

BrokerMessage willOf(const mqtt::Will& will) {
  return {std::string(will.topic), std::string(mqtt::asText(will.payload)), will.qos, will.retain, kNever};
}

}  // namespace

void BrokerSession::connect(const mqtt::Connect& packet, modem_sim::ConnectionId connection, bool present,
                            Instant now) {
  connection_ = connection;
  version_ = packet.version;
  const auto expiry = packet.properties.number(mqtt::PropertyId::SessionExpiryInterval).value_or(0);
  ephemeral_ = mqtt::isV5(version_) ? expiry == 0 : packet.clean_start;
  window_ = std::min<std::size_t>(
      kWindow, packet.properties.number(mqtt::PropertyId::ReceiveMaximum).value_or(std::uint32_t{kWindow}));
  patience_ = std::chrono::seconds(packet.keep_alive) * 3 / 2;
  will_.reset();
  if (packet.will) will_ = willOf(*packet.will);
  heard(now);
  mqtt::Connack answer;
  answer.session_present = present;
  write(kOverhead, [&](auto out) { return mqtt::encode(answer, version_, out); });
  for (const std::uint16_t id : sent_order_) {
    if (released_.contains(id)) {
      reply<mqtt::Pubrel>(id);
    } else {
      send(in_flight_.at(id), id, true, now);
    }
  }
  fillWindow(now);
}

std::optional<BrokerMessage> BrokerSession::disconnect() {
  connection_ = 0;
  return std::exchange(will_, std::nullopt);
}

void BrokerSession::heard(Instant now) { heard_until_ = patience_ > Duration(0) ? now + patience_ : kNever; }

void BrokerSession::subscribe(const mqtt::Subscribe& packet,
                              const std::function<bool(std::string_view filter)>& allowed) {
  std::vector<std::uint8_t> granted;
  std::size_t offset = 0;
  while (const auto entry = packet.subscriptions.next(offset)) {
    if (!allowed(entry->filter)) {
      granted.push_back(kSubscribeFailure);
      continue;
    }
    subscriptions_[std::string(entry->filter)] = entry->qos;
    granted.push_back(static_cast<std::uint8_t>(entry->qos));
  }
  mqtt::Suback answer;
  answer.packet_id = packet.packet_id;
  answer.reasons = mqtt::ReasonCodes(granted);
  write(kOverhead + granted.size(), [&](auto out) { return mqtt::encode(answer, version_, out); });
}

void BrokerSession::unsubscribe(const mqtt::Unsubscribe& packet) {
  std::vector<std::uint8_t> reasons;
  std::size_t offset = 0;
  while (const auto filter = packet.filters.next(offset)) {
    const bool removed = subscriptions_.erase(std::string(*filter)) > 0;
    const auto reason = removed ? mqtt::ReasonCode::Success : mqtt::ReasonCode::NoSubscriptionExisted;
    reasons.push_back(static_cast<std::uint8_t>(reason));
  }
  mqtt::Unsuback answer;
  answer.packet_id = packet.packet_id;
  if (mqtt::isV5(version_)) answer.reasons = mqtt::ReasonCodes(reasons);
  write(kOverhead + reasons.size(), [&](auto out) { return mqtt::encode(answer, version_, out); });
}

std::optional<mqtt::Qos> BrokerSession::wants(std::string_view topic) const {
  std::optional<mqtt::Qos> best;
  for (const auto& [filter, qos] : subscriptions_) {
    if (mqtt::matches(filter, topic)) best = std::max(best.value_or(qos), qos);
  }
  return best;
}

void BrokerSession::deliver(BrokerMessage message, Instant now) {
  if (message.qos == mqtt::Qos::AtMostOnce) {
    if (connected()) send(message, 0, false, now);
    return;
  }
  if (waiting_.size() == kQueueMax) return;
  waiting_.push_back(std::move(message));
  if (connected()) fillWindow(now);
}

void BrokerSession::acknowledged(std::uint16_t packet_id, Instant now) {
  in_flight_.erase(packet_id);
  released_.erase(packet_id);
  std::erase(sent_order_, packet_id);
  fillWindow(now);
}

void BrokerSession::received(std::uint16_t packet_id) {
  if (!in_flight_.contains(packet_id)) return;
  released_.insert(packet_id);
  reply<mqtt::Pubrel>(packet_id);
}

void BrokerSession::acknowledge(std::uint16_t packet_id) { reply<mqtt::Puback>(packet_id); }

bool BrokerSession::takeOnce(std::uint16_t packet_id) {
  reply<mqtt::Pubrec>(packet_id);
  return taken_.insert(packet_id).second;
}

void BrokerSession::release(std::uint16_t packet_id) {
  taken_.erase(packet_id);
  reply<mqtt::Pubcomp>(packet_id);
}

template <class Reply>
void BrokerSession::reply(std::uint16_t packet_id) {
  Reply answer;
  answer.packet_id = packet_id;
  write(kOverhead, [&](auto out) { return mqtt::encode(answer, version_, out); });
}

void BrokerSession::answerPing() {
  write(kOverhead, [](auto out) { return mqtt::encode(mqtt::Pingresp{}, out); });
}

void BrokerSession::fillWindow(Instant now) {
  while (!waiting_.empty() && in_flight_.size() < window_) {
    BrokerMessage message = std::move(waiting_.front());
    waiting_.pop_front();
    if (message.expires <= now) continue;
    const std::uint16_t id = freePacketId();
    send(message, id, false, now);
    in_flight_.emplace(id, std::move(message));
    sent_order_.push_back(id);
  }
}

void BrokerSession::send(const BrokerMessage& message, std::uint16_t packet_id, bool duplicate, Instant now) {
  std::array<std::uint8_t, 8> memory{};
  mqtt::PropertyWriter properties{memory};
  if (message.expires != kNever) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(std::max(message.expires - now, Duration(0)));
    properties.number(mqtt::PropertyId::MessageExpiryInterval, static_cast<std::uint32_t>(left.count()));
  }
  mqtt::Publish packet;
  packet.topic = message.topic;
  packet.payload = mqtt::asBytes(message.payload);
  packet.qos = message.qos;
  packet.retain = message.retain;
  packet.duplicate = duplicate;
  packet.packet_id = packet_id;
  packet.properties = properties.view();
  write(kOverhead + message.topic.size() + message.payload.size(),
        [&](auto out) { return mqtt::encode(packet, version_, out); });
}

std::uint16_t BrokerSession::freePacketId() {
  do {
    ++last_packet_id_;
  } while (last_packet_id_ == 0 || in_flight_.contains(last_packet_id_));
  return last_packet_id_;
}

template <class Encode>
void BrokerSession::write(std::size_t room, Encode encode) {
  std::vector<std::uint8_t> bytes(room);
  const mqtt::Encoded size = encode(std::span<std::uint8_t>(bytes));
  SK_ASSERT(size.ok());
  write_(connection_, mqtt::asText(mqtt::Bytes(bytes).first(*size)));
}

}  // namespace smartkar::sim
