#include "mqtt/decoder.hpp"

#include <iterator>

#include "base/assert.hpp"
#include "mqtt/packet_reader.hpp"

namespace smartkar::mqtt {
namespace detail {
namespace {

// MQTT 3.1.1 table 3.1.
ReasonCode readConnackCode311(Reader& reader) {
  constexpr ReasonCode kCodes[] = {
      ReasonCode::Success,           ReasonCode::UnsupportedProtocolVersion, ReasonCode::ClientIdentifierNotValid,
      ReasonCode::ServerUnavailable, ReasonCode::BadUserNameOrPassword,      ReasonCode::NotAuthorized};
  const std::uint8_t code = reader.byte();
  if (code < std::size(kCodes)) return kCodes[code];
  reader.fail(ReasonCode::ProtocolError, "reserved CONNACK return code");
  return ReasonCode::UnspecifiedError;
}

}  // namespace

void readBody(Reader& reader, Version version, std::uint8_t, Connack& packet) {
  const std::uint8_t flags = reader.byte();
  if (flags > 1) reader.fail(ReasonCode::MalformedPacket, "reserved CONNACK flags");  // [MQTT-3.2.2-1]
  packet.session_present = flags == 1;
  packet.reason = isV5(version) ? readReason(reader, PacketType::Connack) : readConnackCode311(reader);
  packet.properties = readProperties(reader, version, PacketType::Connack);
  if (packet.session_present && packet.reason != ReasonCode::Success) {
    reader.fail(ReasonCode::ProtocolError, "session present in a refusal");  // [MQTT-3.2.2-6]
  }
}

void readBody(Reader& reader, Version version, std::uint8_t, Suback& packet) {
  packet.packet_id = readPacketId(reader);
  packet.properties = readProperties(reader, version, PacketType::Suback);
  packet.reasons = readReasons(reader, version, PacketType::Suback);
}

void readBody(Reader& reader, Version version, std::uint8_t, Unsuback& packet) {
  packet.packet_id = readPacketId(reader);
  packet.properties = readProperties(reader, version, PacketType::Unsuback);
  if (isV5(version)) packet.reasons = readReasons(reader, version, PacketType::Unsuback);
}

}  // namespace detail

Decoded<ServerPacket> decodeServerPacket(Bytes bytes, Version version, std::uint32_t max_size) {
  using namespace detail;
  const Frame frame = readFrame(bytes, version, Sender::Server, max_size);
  Decoded<ServerPacket> decoded{
      .status = frame.status, .size = frame.size, .reason = frame.reason, .what = frame.what, .packet = {}};
  if (frame.status != DecodeStatus::Complete) return decoded;
  switch (frame.type) {
    case PacketType::Connack:
      readInto<Connack>(decoded, frame, version);
      break;
    case PacketType::Publish:
      readInto<Publish>(decoded, frame, version);
      break;
    case PacketType::Puback:
      readInto<Puback>(decoded, frame, version);
      break;
    case PacketType::Pubrec:
      readInto<Pubrec>(decoded, frame, version);
      break;
    case PacketType::Pubrel:
      readInto<Pubrel>(decoded, frame, version);
      break;
    case PacketType::Pubcomp:
      readInto<Pubcomp>(decoded, frame, version);
      break;
    case PacketType::Suback:
      readInto<Suback>(decoded, frame, version);
      break;
    case PacketType::Unsuback:
      readInto<Unsuback>(decoded, frame, version);
      break;
    case PacketType::Pingresp:
      readInto<Pingresp>(decoded, frame, version);
      break;
    case PacketType::Disconnect:
      readInto<Disconnect>(decoded, frame, version);
      break;
    case PacketType::Auth:
      readInto<Auth>(decoded, frame, version);
      break;
    default:
      SK_ASSERT(false);  // readFrame() lets no other type of a server pass
  }
  return decoded;
}

}  // namespace smartkar::mqtt
