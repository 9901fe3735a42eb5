#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

// The most a packet can be: 1 byte of type, 4 of length, 268,435,455 of body (MQTT 5.0 section 2.1.4).
inline constexpr std::uint32_t kLargestPacket = 268'435'460;

enum class DecodeStatus : std::uint8_t {
  Complete,  // `packet` is valid and takes `size` bytes
  NeedMore,  // the packet is not complete: at least `size` bytes are needed in all
  Invalid,   // close the connection, after DISCONNECT with `reason` in MQTT 5; `what` says what was wrong
};

template <class Packet>
struct Decoded {
  DecodeStatus status = DecodeStatus::NeedMore;
  std::size_t size = 0;
  ReasonCode reason = ReasonCode::Success;
  const char* what = "";  // static text for a log
  Packet packet;          // its views point into the decoded bytes
};

// Decodes the packet at the beginning of `bytes`, which may hold less or more than one.
// version: agreed in CONNECT. max_size: a packet over this many bytes is Invalid with PacketTooLarge as soon as its
// length is known.
Decoded<ServerPacket> decodeServerPacket(Bytes bytes, Version version, std::uint32_t max_size = kLargestPacket);

// version: agreed in CONNECT; a CONNECT itself is decoded by the version it names, and one that names neither 3.1.1 nor
// 5.0 is Invalid with UnsupportedProtocolVersion.
Decoded<ClientPacket> decodeClientPacket(Bytes bytes, Version version, std::uint32_t max_size = kLargestPacket);

}  // namespace smartkar::mqtt
