#include "mqtt/utf8.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace smartkar::mqtt {
namespace {

constexpr std::size_t kMaxStringSize = 65'535;

struct Lead {
  std::size_t size;        // bytes of the character, 0 for a byte that cannot begin one
  std::uint32_t bits;      // of the lead byte that belong to the code point
  std::uint32_t smallest;  // code point that needs this size: below it the encoding is overlong
};

Lead classify(std::uint8_t byte) {
  if (byte < 0x80) return {1, byte, 1};  // U+0000 is not allowed [MQTT-1.5.4-2]
  if ((byte & 0xE0) == 0xC0) return {2, byte & 0x1Fu, 0x80};
  if ((byte & 0xF0) == 0xE0) return {3, byte & 0x0Fu, 0x800};
  if ((byte & 0xF8) == 0xF0) return {4, byte & 0x07u, 0x10000};
  return {0, 0, 0};
}

bool isScalarValue(std::uint32_t point) { return point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF); }

}  // namespace

bool isValidUtf8(std::string_view text) {
  if (text.size() > kMaxStringSize) return false;
  for (std::size_t i = 0; i < text.size();) {
    const Lead lead = classify(static_cast<std::uint8_t>(text[i]));
    if (lead.size == 0 || lead.size > text.size() - i) return false;
    std::uint32_t point = lead.bits;
    for (std::size_t k = 1; k < lead.size; ++k) {
      const auto byte = static_cast<std::uint8_t>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      point = point << 6 | (byte & 0x3Fu);
    }
    if (point < lead.smallest || !isScalarValue(point)) return false;
    i += lead.size;
  }
  return true;
}

}  // namespace smartkar::mqtt
