// Any bytes, in both directions and versions: the decoders stay within them, and what they accept encodes again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::mqtt {
namespace {

template <class Entry>
void walk(const EntryList<Entry>& list) {
  std::size_t offset = 0;
  std::size_t entries = 0;
  while (list.next(offset)) ++entries;
  if (entries == 0) std::abort();  // an accepted request names at least one filter
}

Encoded again(const Connect& packet, Version, std::span<std::uint8_t> out) { return encode(packet, out); }
Encoded again(const Pingreq& packet, Version, std::span<std::uint8_t> out) { return encode(packet, out); }
Encoded again(const Pingresp& packet, Version, std::span<std::uint8_t> out) { return encode(packet, out); }
Encoded again(const Subscribe& packet, Version, std::span<std::uint8_t>) {
  walk(packet.subscriptions);
  return std::size_t{0};
}
Encoded again(const Unsubscribe& packet, Version, std::span<std::uint8_t>) {
  walk(packet.filters);
  return std::size_t{0};
}
template <class Packet>
Encoded again(const Packet& packet, Version version, std::span<std::uint8_t> out) {
  return encode(packet, version, out);
}

template <class Packet>
void check(const Decoded<Packet>& decoded, Bytes bytes, Version version) {
  if (decoded.status == DecodeStatus::NeedMore && decoded.size <= bytes.size()) std::abort();
  if (decoded.status == DecodeStatus::Invalid && !isError(decoded.reason)) std::abort();
  if (decoded.status != DecodeStatus::Complete) return;
  if (decoded.size > bytes.size()) std::abort();
  // Only a reason code or property length that may be left out makes a difference, and then a packet is shorter.
  std::vector<std::uint8_t> out(decoded.size);
  std::visit(
      [&](const auto& packet) {
        if (!again(packet, version, out).ok()) std::abort();
      },
      decoded.packet);
}

}  // namespace
}  // namespace smartkar::mqtt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::mqtt;
  const Bytes bytes(data, size);
  for (const Version version : {Version::V311, Version::V5}) {
    check(decodeServerPacket(bytes, version), bytes, version);
    check(decodeClientPacket(bytes, version), bytes, version);
  }
  return 0;
}
