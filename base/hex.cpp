#include "base/hex.hpp"

#include "base/assert.hpp"

namespace smartkar {

std::optional<std::uint8_t> hexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<std::size_t> decodeHex(std::string_view text, std::span<std::uint8_t> out) {
  if (text.size() % 2 != 0 || text.size() / 2 > out.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size() / 2; ++i) {
    const auto high = hexDigit(text[2 * i]);
    const auto low = hexDigit(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return text.size() / 2;
}

void encodeHex32(std::uint32_t value, std::span<char> out) {
  SK_ASSERT(out.size() >= 8);
  for (std::size_t i = 0; i < 8; ++i) out[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15U];
}

}  // namespace smartkar
