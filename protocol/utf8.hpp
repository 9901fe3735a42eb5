#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace smartkar::protocol {

// Takes the first character off the text. Nothing (and text unchanged) if it is empty or does not begin with valid
// UTF-8 (RFC 3629: no overlong form, no surrogate).
std::optional<char32_t> takeUtf8(std::string_view& text);

// Writes one character as UTF-8; returns the number of bytes, 1 … 4. character: a Unicode scalar value.
std::size_t writeUtf8(char32_t character, std::span<char, 4> out);

// The longest beginning of text that has at most `bytes` bytes and does not cut a character.
std::string_view cutUtf8(std::string_view text, std::size_t bytes);

}  // namespace smartkar::protocol
