#include "test/interop/client.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"
#include "test/interop/observation.hpp"

namespace smartkar::interop {
namespace {

using mqtt::PacketType;
using mqtt::PropertyId;

constexpr std::size_t kPacketMax = 4096;

class Properties {
 public:
  void number(PropertyId id, std::uint32_t value) { writer_.number(id, value); }
  template <class Value>
  void number(PropertyId id, const std::optional<Value>& value) {
    if (value) writer_.number(id, *value);
  }
  mqtt::PropertyView view() const { return writer_.view(); }

 private:
  std::array<std::uint8_t, 64> memory_{};
  mqtt::PropertyWriter writer_{memory_};
};

// Of the packet at the beginning, which is there as a whole and shorter than 128 bytes.
std::size_t packetSize(std::string_view bytes) { return 2 + static_cast<std::size_t>(bytes.at(1)); }

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value / 16];
    text += kDigits[value % 16];
  }
  return text;
}

}  // namespace

void Client::act(const Connect& step) {
  // A second connection with the same id: the broker ends the first, whose end is read by then.
  const auto before = link_;
  version_ = step.version;
  acknowledges_ = step.acknowledges;
  input_.clear();
  owed_.clear();
  link_ = transport_.open();
  Properties properties;
  properties.number(PropertyId::SessionExpiryInterval, step.session_expiry);
  properties.number(PropertyId::ReceiveMaximum, step.receive_maximum);
  mqtt::Connect packet;
  packet.version = step.version;
  packet.client_id = id_;
  packet.clean_start = step.clean;
  packet.keep_alive = step.keep_alive;
  if (mqtt::isV5(version_)) packet.properties = properties.view();
  const std::string payload = "will of " + id_;
  if (step.will)
    packet.will = mqtt::Will{step.will->topic, mqtt::asBytes(payload), step.will->qos, step.will->retain, {}};
  write([&](auto out) { return mqtt::encode(packet, out); });
  if (!before) return;
  std::string rest;
  for (std::string bytes = transport_.receive(*before); !bytes.empty(); bytes = transport_.receive(*before))
    rest += bytes;
  seen_.push_back("first connection gets " + std::to_string(rest.size()) + " bytes and its end");
}

void Client::act(const Leave& step) {
  if (!connected()) return;
  if (!step.goodbye) {
    transport_.hangUp(*link_);
  } else {
    Properties properties;
    properties.number(PropertyId::SessionExpiryInterval, step.session_expiry);
    const auto reason = step.with_will ? mqtt::ReasonCode::DisconnectWithWill : mqtt::ReasonCode::Success;
    write([&](auto out) { return mqtt::encode(mqtt::Disconnect{reason, properties.view()}, version_, out); });
  }
  drain();
}

void Client::act(const Subscribe& step) {
  if (!connected()) return;
  std::vector<mqtt::Subscription> wishes;
  wishes.reserve(step.filters.size());
  for (const auto& wish : step.filters) {
    wishes.push_back({wish.filter, wish.qos, wish.no_local, wish.retain_as_published, wish.retain_handling});
  }
  Properties properties;
  if (step.identifier > 0) properties.number(PropertyId::SubscriptionIdentifier, step.identifier);
  write([&](auto out) { return mqtt::encodeSubscribe(nextPacketId(), wishes, properties.view(), version_, out); });
}

void Client::act(const Unsubscribe& step) {
  if (!connected()) return;
  const std::string_view filter = step.filter;
  write([&](auto out) { return mqtt::encodeUnsubscribe(nextPacketId(), std::span(&filter, 1), {}, version_, out); });
}

void Client::act(const Publish& step) {
  if (!connected()) return;
  const std::uint16_t packet_id = step.qos == mqtt::Qos::AtMostOnce ? 0 : nextPacketId();
  if (step.qos == mqtt::Qos::ExactlyOnce) latest_exact_ = {step, packet_id};
  publish(step, packet_id, false);
}

void Client::act(const Repeat&) {
  if (connected() && latest_exact_) publish(latest_exact_->first, latest_exact_->second, true);
}

void Client::act(const Acknowledge& step) {
  if (!connected()) return;
  for (std::size_t i = 0; i < step.count && !owed_.empty(); ++i) {
    const Owed owed = step.newest_first ? owed_.back() : owed_.front();
    step.newest_first ? owed_.pop_back() : owed_.pop_front();
    answer(owed, step.refuses);
  }
}

bool Client::settle() {
  if (!connected()) return true;
  write([](auto out) { return mqtt::encode(mqtt::Pingreq{}, out); });
  for (;;) {
    const std::string bytes = transport_.receive(*link_);
    if (bytes.empty()) {
      lost();
      return true;
    }
    if (digest(bytes)) break;
  }
  if (!acknowledges_ || owed_.empty()) return true;
  for (const Owed& owed : std::exchange(owed_, {})) answer(owed, false);
  return false;
}

void Client::drain() {
  if (!connected()) return;
  for (std::string bytes = transport_.receive(*link_); !bytes.empty(); bytes = transport_.receive(*link_)) {
    digest(bytes);
  }
  lost();
}

void Client::publish(const Publish& message, std::uint16_t packet_id, bool duplicate) {
  Properties properties;
  if (message.expiry > 0) properties.number(PropertyId::MessageExpiryInterval, message.expiry);
  mqtt::Publish packet;
  packet.topic = message.topic;
  packet.payload = mqtt::asBytes(message.payload);
  packet.qos = message.qos;
  packet.retain = message.retain;
  packet.duplicate = duplicate;
  packet.packet_id = packet_id;
  packet.properties = properties.view();
  write([&](auto out) { return mqtt::encode(packet, version_, out); });
}

void Client::answer(const Owed& owed, bool refuses) {
  const auto reply = [&](auto packet) {
    packet.packet_id = owed.packet_id;
    write([&](auto out) { return mqtt::encode(packet, version_, out); });
  };
  switch (owed.type) {
    case PacketType::Puback:
      return reply(mqtt::Puback{});
    case PacketType::Pubrec: {
      mqtt::Pubrec packet;
      if (refuses && mqtt::isV5(version_)) packet.reason = mqtt::ReasonCode::UnspecifiedError;
      return reply(packet);
    }
    case PacketType::Pubrel:
      return reply(mqtt::Pubrel{});
    default:
      return reply(mqtt::Pubcomp{});
  }
}

void Client::take(const mqtt::ServerPacket& packet) {
  seen_.push_back(describe(packet));
  if (const auto* message = std::get_if<mqtt::Publish>(&packet)) {
    if (message->qos == mqtt::Qos::AtLeastOnce) owed_.push_back({PacketType::Puback, message->packet_id});
    if (message->qos == mqtt::Qos::ExactlyOnce) owed_.push_back({PacketType::Pubrec, message->packet_id});
  } else if (const auto* received = std::get_if<mqtt::Pubrec>(&packet)) {
    // What was refused has ended.
    const bool refused = static_cast<std::uint8_t>(received->reason) >= 0x80;
    if (!refused) owed_.push_back({PacketType::Pubrel, received->packet_id});
  } else if (const auto* release = std::get_if<mqtt::Pubrel>(&packet)) {
    owed_.push_back({PacketType::Pubcomp, release->packet_id});
  }
}

bool Client::digest(std::string_view bytes) {
  input_ += bytes;
  bool pinged = false;
  for (;;) {
    const auto decoded = mqtt::decodeServerPacket(mqtt::asBytes(input_), version_);
    if (decoded.status == mqtt::DecodeStatus::NeedMore) return pinged;
    if (decoded.status == mqtt::DecodeStatus::Invalid) {
      // Such as a reason that MQTT 5 does not have in this packet; the other broker is to send it, too.
      const std::size_t size = packetSize(input_);
      seen_.push_back(std::string(decoded.what) + ": " + hex(std::string_view(input_).substr(0, size)));
      input_.erase(0, size);
      continue;
    }
    if (std::holds_alternative<mqtt::Pingresp>(decoded.packet)) {
      pinged = true;
    } else {
      take(decoded.packet);
    }
    input_.erase(0, decoded.size);
  }
}

void Client::lost() {
  link_.reset();
  seen_.push_back("end of connection");
}

std::uint16_t Client::nextPacketId() {
  if (++last_packet_id_ == 0) ++last_packet_id_;
  return last_packet_id_;
}

template <class Encode>
void Client::write(Encode encode) {
  std::array<std::uint8_t, kPacketMax> memory;
  const mqtt::Encoded size = encode(std::span<std::uint8_t>(memory));
  if (!size.ok()) throw std::runtime_error("a packet cannot be encoded");
  transport_.send(*link_, mqtt::asText(mqtt::Bytes(memory).first(*size)));
}

}  // namespace smartkar::interop
