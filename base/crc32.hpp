#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace smartkar {

// CRC-32 as in IEEE 802.3 and zlib (reflected polynomial 0xEDB88320). previous: the result so far, 0 to begin.
std::uint32_t crc32(std::span<const std::uint8_t> bytes, std::uint32_t previous = 0);
std::uint32_t crc32(std::string_view text, std::uint32_t previous = 0);

}  // namespace smartkar
