#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "mqtt/encoder.hpp"
#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

using Buffer = std::vector<std::uint8_t>;

struct Sample {
  std::string name;
  Version version;
  bool from_client;
  Buffer bytes;
};

// Encodes with one of the encode functions: encoded([&](auto out) { return encode(packet, version, out); })
template <class Encode>
Buffer encoded(const Encode& encode) {
  Buffer buffer(4096);
  buffer.resize(encode(std::span<std::uint8_t>(buffer)).value());
  return buffer;
}

template <class Packet>
Buffer bytesOf(const Packet& packet, Version version) {
  return encoded([&](std::span<std::uint8_t> out) { return encode(packet, version, out); });
}
inline Buffer bytesOf(const Connect& packet, Version) {
  return encoded([&](std::span<std::uint8_t> out) { return encode(packet, out); });
}
inline Buffer bytesOf(const Pingreq& packet, Version) {
  return encoded([&](std::span<std::uint8_t> out) { return encode(packet, out); });
}
inline Buffer bytesOf(const Pingresp& packet, Version) {
  return encoded([&](std::span<std::uint8_t> out) { return encode(packet, out); });
}

// One packet of every type, direction and version, with every part that it can have.
std::vector<Sample> samplePackets();

}  // namespace smartkar::mqtt
