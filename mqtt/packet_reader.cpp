#include "mqtt/packet_reader.hpp"

#include <algorithm>

#include "mqtt/topic.hpp"

namespace smartkar::mqtt::detail {
namespace {

constexpr std::size_t kMaxHeaderSize = 5;

bool maySend(Sender sender, PacketType type, Version version) {
  switch (type) {
    case PacketType::Connect:
    case PacketType::Subscribe:
    case PacketType::Unsubscribe:
    case PacketType::Pingreq:
      return sender == Sender::Client;
    case PacketType::Connack:
    case PacketType::Suback:
    case PacketType::Unsuback:
    case PacketType::Pingresp:
      return sender == Sender::Server;
    case PacketType::Disconnect:
      return sender == Sender::Client || isV5(version);
    case PacketType::Auth:
      return isV5(version);
    default:
      return true;
  }
}

bool flagsAreValid(PacketType type, std::uint8_t flags) {
  switch (type) {
    case PacketType::Publish: {
      const unsigned qos = flags >> 1 & 3u;
      const bool duplicate = (flags & 0x08) != 0;
      return qos != 3 && !(duplicate && qos == 0);  // [MQTT-3.3.1-4, MQTT-3.3.1-2]
    }
    case PacketType::Pubrel:
    case PacketType::Subscribe:
    case PacketType::Unsubscribe:
      return flags == 0x02;
    default:
      return flags == 0;  // [MQTT-2.1.3-1]
  }
}

Frame invalid(ReasonCode reason, const char* what) {
  return {.status = DecodeStatus::Invalid, .reason = reason, .what = what};
}

Frame needMore(std::size_t size) { return {.status = DecodeStatus::NeedMore, .size = size}; }

bool isOneOf(ReasonCode reason, std::string_view values) {
  return values.find(static_cast<char>(reason)) != std::string_view::npos;
}

// The "Reason Code" tables of the packets' sections in MQTT 5.0; DISCONNECT is the union of both directions.
bool mayCarry(PacketType type, ReasonCode reason) {
  using namespace std::string_view_literals;
  switch (type) {
    case PacketType::Connack:
      return isOneOf(reason,
                     "\0\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8A\x8C\x90\x95\x97\x99\x9A\x9B\x9C\x9D\x9F"sv);
    case PacketType::Puback:
    case PacketType::Pubrec:
      return isOneOf(reason, "\0\x10\x80\x83\x87\x90\x91\x97\x99"sv);
    case PacketType::Pubrel:
    case PacketType::Pubcomp:
      return isOneOf(reason, "\0\x92"sv);
    case PacketType::Suback:
      return isOneOf(reason, "\0\x01\x02\x80\x83\x87\x8F\x91\x97\x9E\xA1\xA2"sv);
    case PacketType::Unsuback:
      return isOneOf(reason, "\0\x11\x80\x83\x87\x8F\x91"sv);
    case PacketType::Disconnect:
      return isOneOf(reason,
                     "\0\x04\x80\x81\x82\x83\x87\x89\x8B\x8D\x8E\x8F\x90\x93\x94\x95\x96\x97\x98\x99\x9A\x9B\x9C\x9D"
                     "\x9E\x9F\xA0\xA1\xA2"sv);
    case PacketType::Auth:
      return isOneOf(reason, "\0\x18\x19"sv);
    default:
      return false;
  }
}

bool mayCarry311(ReasonCode suback) {
  return static_cast<std::uint8_t>(suback) <= 2 || suback == ReasonCode::UnspecifiedError;  // [MQTT-3.9.3-2]
}

}  // namespace

Frame readFrame(Bytes bytes, Version version, Sender sender, std::uint32_t max_size) {
  if (bytes.empty()) return needMore(2);
  const auto type = static_cast<PacketType>(bytes[0] >> 4);
  const auto flags = static_cast<std::uint8_t>(bytes[0] & 0x0F);
  if (bytes[0] >> 4 == 0) return invalid(ReasonCode::MalformedPacket, "packet type 0");
  if (!maySend(sender, type, version)) return invalid(ReasonCode::ProtocolError, "packet type not for this direction");
  if (!flagsAreValid(type, flags)) return invalid(ReasonCode::MalformedPacket, "invalid fixed header flags");

  const Bytes length_bytes = bytes.subspan(1, std::min(bytes.size(), kMaxHeaderSize) - 1);
  const bool length_complete =
      length_bytes.size() == kMaxHeaderSize - 1 ||
      std::any_of(length_bytes.begin(), length_bytes.end(), [](std::uint8_t byte) { return (byte & 0x80) == 0; });
  if (!length_complete) return needMore(bytes.size() + 1);
  Reader length(length_bytes);
  const std::uint32_t body_size = length.variable();
  if (!length.ok()) return invalid(length.reason(), "invalid remaining length");

  const std::size_t header_size = 1 + length.position();
  const std::size_t size = header_size + body_size;
  if (size > max_size) return invalid(ReasonCode::PacketTooLarge, "packet over the maximum size");
  if (size > bytes.size()) return needMore(size);
  return {.status = DecodeStatus::Complete,
          .size = size,
          .type = type,
          .flags = flags,
          .body = bytes.subspan(header_size, body_size)};
}

std::uint16_t readPacketId(Reader& reader) {
  const std::uint16_t id = reader.twoBytes();
  if (id == 0) reader.fail(ReasonCode::ProtocolError, "packet identifier 0");  // [MQTT-2.2.1-3]
  return id;
}

PropertyView readProperties(Reader& reader, Version version, PacketType type, PropertyPlace place) {
  if (!isV5(version)) return {};
  const Bytes encoded = reader.take(reader.variable());
  const ReasonCode result = checkProperties(encoded, type, place);
  if (result != ReasonCode::Success) reader.fail(result, "invalid properties");
  return reader.ok() ? PropertyView(encoded) : PropertyView();
}

ReasonCode readReason(Reader& reader, PacketType type) {
  const auto reason = static_cast<ReasonCode>(reader.byte());
  if (!mayCarry(type, reason)) reader.fail(ReasonCode::ProtocolError, "reason code not defined for this packet");
  return reason;
}

ReasonCodes readReasons(Reader& reader, Version version, PacketType type) {
  const Bytes codes = reader.rest();
  if (codes.empty()) reader.fail(ReasonCode::ProtocolError, "no reason code");
  for (const std::uint8_t code : codes) {
    const auto reason = static_cast<ReasonCode>(code);
    if (!(isV5(version) ? mayCarry(type, reason) : mayCarry311(reason))) {
      reader.fail(ReasonCode::ProtocolError, "reason code not defined for this packet");
    }
  }
  return ReasonCodes(codes);
}

ReasonAndProperties readOptionalReason(Reader& reader, Version version, PacketType type) {
  ReasonAndProperties result;
  if (!isV5(version)) return result;
  if (reader.remaining() > 0) result.reason = readReason(reader, type);
  if (reader.remaining() > 0) result.properties = readProperties(reader, version, type);
  return result;
}

void readBody(Reader& reader, Version version, std::uint8_t flags, Publish& packet) {
  packet.qos = static_cast<Qos>(flags >> 1 & 3u);
  packet.retain = (flags & 0x01) != 0;
  packet.duplicate = (flags & 0x08) != 0;
  packet.topic = reader.text();
  if (packet.qos != Qos::AtMostOnce) packet.packet_id = readPacketId(reader);
  packet.properties = readProperties(reader, version, PacketType::Publish);
  packet.payload = reader.rest();
  if (!reader.ok()) return;
  if (packet.topic.empty()) {
    const bool has_alias = packet.properties.find(PropertyId::TopicAlias).has_value();
    if (!has_alias) reader.fail(ReasonCode::ProtocolError, "neither topic nor topic alias");
  } else if (!isValidTopicName(packet.topic)) {
    reader.fail(ReasonCode::TopicNameInvalid, "wildcard in a topic name");  // [MQTT-3.3.2-2]
  }
}

void readBody(Reader& reader, Version version, std::uint8_t, Disconnect& packet) {
  const ReasonAndProperties end = readOptionalReason(reader, version, PacketType::Disconnect);
  packet.reason = end.reason;
  packet.properties = end.properties;
}

void readBody(Reader& reader, Version version, std::uint8_t, Auth& packet) {
  const ReasonAndProperties end = readOptionalReason(reader, version, PacketType::Auth);
  packet.reason = end.reason;
  packet.properties = end.properties;
}

}  // namespace smartkar::mqtt::detail
