#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smartkar::modem_sim {

// How the text of a short message is written as octets (3GPP TS 23.038).
enum class SmsCoding : std::uint8_t { SevenBit, Octets, Ucs2 };

// Of a data coding scheme (§4 there); 7 bit for the reserved ones, as it says.
SmsCoding codingOf(std::uint8_t data_coding_scheme);

using Septets = std::vector<std::uint8_t>;

// UTF-8 text in the default alphabet and its extension; nothing if a character is in neither.
std::optional<Septets> toSeptets(std::string_view text);
std::string fromSeptets(const Septets& septets);

// Septets in octets, from the lowest bit on. skipped: bits before the first one.
std::string packSeptets(const Septets& septets);
Septets unpackSeptets(std::string_view octets, std::size_t count, std::size_t skipped = 0);

// UTF-8 text as UTF-16 with the higher octet first, and back. What is not valid becomes U+FFFD.
std::string toUcs2(std::string_view text);
std::string fromUcs2(std::string_view octets);

}  // namespace smartkar::modem_sim
