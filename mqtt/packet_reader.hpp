#pragma once

#include <cstddef>
#include <cstdint>

#include "mqtt/decoder.hpp"
#include "mqtt/wire.hpp"

// What the decoders of both directions share; not for use outside this folder.
namespace smartkar::mqtt::detail {

enum class Sender : std::uint8_t { Client, Server };

// One packet cut out of the stream, its fixed header checked.
struct Frame {
  DecodeStatus status = DecodeStatus::NeedMore;
  std::size_t size = 0;  // as in Decoded
  ReasonCode reason = ReasonCode::Success;
  const char* what = "";
  PacketType type{};
  std::uint8_t flags = 0;
  Bytes body{};
};
Frame readFrame(Bytes bytes, Version version, Sender sender, std::uint32_t max_size);

std::uint16_t readPacketId(Reader& reader);
PropertyView readProperties(Reader& reader, Version version, PacketType type,
                            PropertyPlace place = PropertyPlace::Packet);
// A reason code that may stand in a packet of this type.
ReasonCode readReason(Reader& reader, PacketType type);
// Checks a list of them.
ReasonCodes readReasons(Reader& reader, Version version, PacketType type);

struct ReasonAndProperties {
  ReasonCode reason = ReasonCode::Success;
  PropertyView properties;
};
// The optional end of PUBACK … PUBCOMP, DISCONNECT and AUTH.
ReasonAndProperties readOptionalReason(Reader& reader, Version version, PacketType type);

// The bodies of the packets. flags: of the fixed header.
void readBody(Reader& reader, Version version, std::uint8_t flags, Connect& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Connack& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Publish& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Subscribe& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Suback& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Unsubscribe& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Unsuback& packet);
inline void readBody(Reader&, Version, std::uint8_t, Pingreq&) {}
inline void readBody(Reader&, Version, std::uint8_t, Pingresp&) {}
void readBody(Reader& reader, Version version, std::uint8_t flags, Disconnect& packet);
void readBody(Reader& reader, Version version, std::uint8_t flags, Auth& packet);
template <PacketType Type>
void readBody(Reader& reader, Version version, std::uint8_t, PublishReply<Type>& packet) {
  packet.packet_id = readPacketId(reader);
  const ReasonAndProperties end = readOptionalReason(reader, version, Type);
  packet.reason = end.reason;
  packet.properties = end.properties;
}

// Reads the body as a Specific and puts it into decoded.packet.
template <class Specific, class Packet>
void readInto(Decoded<Packet>& decoded, const Frame& frame, Version version) {
  Reader reader(frame.body);
  auto& packet = decoded.packet.template emplace<Specific>();
  readBody(reader, version, frame.flags, packet);
  if (reader.remaining() > 0) reader.fail(ReasonCode::MalformedPacket, "bytes after the end of the packet");
  if (reader.ok()) return;
  decoded.status = DecodeStatus::Invalid;
  decoded.reason = reader.reason();
  decoded.what = reader.what();
}

}  // namespace smartkar::mqtt::detail
