#include "base/crc32.hpp"

#include <array>

namespace smartkar {
namespace {

constexpr std::array<std::uint32_t, 16> makeTable() {
  std::array<std::uint32_t, 16> table{};
  for (std::uint32_t i = 0; i < 16; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 4; ++bit) value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
    table[i] = value;
  }
  return table;
}

// Sixteen entries, two steps a byte: 64 bytes of flash instead of 1 KiB.
constexpr auto kTable = makeTable();

std::uint32_t step(std::uint32_t crc, std::uint8_t byte) {
  crc ^= byte;
  crc = (crc >> 4U) ^ kTable[crc & 15U];
  return (crc >> 4U) ^ kTable[crc & 15U];
}

}  // namespace

std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t previous) {
  std::uint32_t crc = ~previous;
  for (const std::uint8_t byte : bytes) crc = step(crc, byte);
  return ~crc;
}

std::uint32_t crc32(std::string_view text, std::uint32_t previous) {
  std::uint32_t crc = ~previous;
  for (const char c : text) crc = step(crc, static_cast<std::uint8_t>(c));
  return ~crc;
}

}  // namespace smartkar
