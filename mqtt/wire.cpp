#include "mqtt/wire.hpp"

#include <cstring>

#include "mqtt/utf8.hpp"

namespace smartkar::mqtt {

void Reader::fail(ReasonCode reason, const char* what) {
  if (!ok()) return;
  reason_ = reason;
  what_ = what;
}

std::span<const std::uint8_t> Reader::take(std::size_t count) {
  if (count > remaining()) fail(ReasonCode::MalformedPacket, "packet ends inside a field");
  if (!ok()) return {};
  position_ += count;
  return bytes_.subspan(position_ - count, count);
}

std::uint8_t Reader::byte() {
  const auto bytes = take(1);
  return bytes.empty() ? std::uint8_t{0} : bytes[0];
}

std::uint16_t Reader::twoBytes() {
  const auto bytes = take(2);
  return bytes.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

std::uint32_t Reader::fourBytes() {
  const std::uint32_t high = twoBytes();
  return high << 16 | twoBytes();
}

std::uint32_t Reader::variable() {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t next = byte();
    value |= (next & 0x7Fu) << shift;
    if ((next & 0x80) != 0) continue;
    // Always the fewest bytes [MQTT-1.5.5-1].
    if (next == 0 && shift > 0) fail(ReasonCode::MalformedPacket, "variable byte integer is overlong");
    return value;
  }
  fail(ReasonCode::MalformedPacket, "variable byte integer has more than four bytes");
  return 0;
}

std::string_view Reader::text() {
  const auto bytes = binary();
  const std::string_view value(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!isValidUtf8(value)) {
    fail(ReasonCode::MalformedPacket, "string is not valid UTF-8");
    return {};
  }
  return value;
}

std::span<const std::uint8_t> Reader::binary() { return take(twoBytes()); }

void Writer::raw(std::span<const std::uint8_t> value) {
  if (!counting_ && value.size() > memory_.size() - size_) ok_ = false;
  if (!ok_) return;
  if (!counting_ && !value.empty()) std::memcpy(memory_.data() + size_, value.data(), value.size());
  size_ += value.size();
}

void Writer::twoBytes(std::uint16_t value) {
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  raw(bytes);
}

void Writer::fourBytes(std::uint32_t value) {
  twoBytes(static_cast<std::uint16_t>(value >> 16));
  twoBytes(static_cast<std::uint16_t>(value));
}

void Writer::variable(std::uint32_t value) {
  if (value > kMaxVariable) ok_ = false;
  do {
    const std::uint8_t low = value & 0x7F;
    value >>= 7;
    byte(value > 0 ? low | 0x80 : low);
  } while (value > 0);
}

void Writer::text(std::string_view value) {
  binary({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
}

void Writer::binary(std::span<const std::uint8_t> value) {
  if (value.size() > 65'535) ok_ = false;
  twoBytes(static_cast<std::uint16_t>(value.size()));
  raw(value);
}

}  // namespace smartkar::mqtt
