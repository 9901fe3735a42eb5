#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace smartkar {

// The value of one hex digit, either case; nothing for any other character.
std::optional<std::uint8_t> hexDigit(char c);

// Decodes digit pairs, either case, into out. Returns the number of bytes; nothing if the text has an odd length, a
// character that is no hex digit, or does not fit.
std::optional<std::size_t> decodeHex(std::string_view text, std::span<std::uint8_t> out);

// Writes value as eight lower-case hex digits. out: at least 8 characters.
void encodeHex32(std::uint32_t value, std::span<char> out);

}  // namespace smartkar
