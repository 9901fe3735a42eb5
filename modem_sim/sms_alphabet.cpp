#include "modem_sim/sms_alphabet.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace smartkar::modem_sim {
namespace {

// 3GPP TS 23.038 §6.2.1: the default alphabet by its septets.
constexpr std::u32string_view kDefault =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
static_assert(kDefault.size() == 128);

// §6.2.1.1: behind an escape.
constexpr std::uint8_t kEscape = 0x1B;
constexpr std::array<std::pair<std::uint8_t, char32_t>, 10> kExtension = {{{0x0A, U'\f'},
                                                                           {0x14, U'^'},
                                                                           {0x28, U'{'},
                                                                           {0x29, U'}'},
                                                                           {0x2F, U'\\'},
                                                                           {0x3C, U'['},
                                                                           {0x3D, U'~'},
                                                                           {0x3E, U']'},
                                                                           {0x40, U'|'},
                                                                           {0x65, U'€'}}};

constexpr char32_t kReplacement = 0xFFFD;

unsigned octet(std::string_view text, std::size_t index) { return static_cast<unsigned char>(text[index]); }

// Takes the first character; a byte that belongs to none is one.
char32_t takeCharacter(std::string_view& text) {
  const unsigned first = octet(text, 0);
  const std::size_t size = first < 0x80U        ? 1
                           : first >> 5U == 6U  ? 2
                           : first >> 4U == 14U ? 3
                           : first >> 3U == 30U ? 4
                                                : 0;
  char32_t value = size < 2 ? first : first & (0x7FU >> size);
  bool valid = size > 0 && size <= text.size();
  for (std::size_t i = 1; valid && i < size; ++i) {
    valid = octet(text, i) >> 6U == 2U;
    value = value << 6U | (octet(text, i) & 0x3FU);
  }
  text.remove_prefix(valid ? size : 1);
  return valid ? value : kReplacement;
}

void append(std::string& text, char32_t character) {
  const auto put = [&text](std::uint32_t value) { text += static_cast<char>(value); };
  if (character < 0x80) return put(character);
  if (character < 0x800) {
    put(0xC0 | character >> 6U);
  } else {
    if (character < 0x10000) {
      put(0xE0 | character >> 12U);
    } else {
      put(0xF0 | character >> 18U);
      put(0x80 | (character >> 12U & 0x3FU));
    }
    put(0x80 | (character >> 6U & 0x3FU));
  }
  put(0x80 | (character & 0x3FU));
}

}  // namespace

SmsCoding codingOf(std::uint8_t data_coding_scheme) {
  const unsigned group = data_coding_scheme >> 4U;
  const unsigned alphabet = data_coding_scheme >> 2U & 3U;
  if (group < 8) return alphabet == 1 ? SmsCoding::Octets : alphabet == 2 ? SmsCoding::Ucs2 : SmsCoding::SevenBit;
  if (group == 0xE) return SmsCoding::Ucs2;
  return group == 0xF && (data_coding_scheme & 4U) != 0 ? SmsCoding::Octets : SmsCoding::SevenBit;
}

std::optional<Septets> toSeptets(std::string_view text) {
  Septets septets;
  septets.reserve(text.size());
  while (!text.empty()) {
    const char32_t character = takeCharacter(text);
    const std::size_t place = kDefault.find(character);
    if (place != std::u32string_view::npos && place != kEscape) {
      septets.push_back(static_cast<std::uint8_t>(place));
      continue;
    }
    const auto* const extended = std::ranges::find(kExtension, character, &std::pair<std::uint8_t, char32_t>::second);
    if (extended == kExtension.end()) return std::nullopt;
    septets.insert(septets.end(), {kEscape, extended->first});
  }
  return septets;
}

std::string fromSeptets(const Septets& septets) {
  std::string text;
  for (std::size_t i = 0; i < septets.size(); ++i) {
    if (septets[i] != kEscape || i + 1 == septets.size()) {
      append(text, kDefault[septets[i]]);
      continue;
    }
    const std::uint8_t code = septets[++i];
    const auto* const extended = std::ranges::find(kExtension, code, &std::pair<std::uint8_t, char32_t>::first);
    append(text, extended == kExtension.end() ? kDefault[code] : extended->second);
  }
  return text;
}

std::string packSeptets(const Septets& septets) {
  std::string octets((septets.size() * 7 + 7) / 8, '\0');
  for (std::size_t i = 0; i < septets.size() * 7; ++i) {
    const unsigned bit = septets[i / 7] >> (i % 7) & 1U;
    octets[i / 8] = static_cast<char>(octet(octets, i / 8) | bit << (i % 8));
  }
  return octets;
}

Septets unpackSeptets(std::string_view octets, std::size_t count, std::size_t skipped) {
  Septets septets(std::min(count, octets.size() * 8 / 7), 0);
  for (std::size_t i = 0; i < septets.size() * 7 && (i + skipped) / 8 < octets.size(); ++i) {
    const unsigned bit = octet(octets, (i + skipped) / 8) >> ((i + skipped) % 8) & 1U;
    septets[i / 7] = static_cast<std::uint8_t>(septets[i / 7] | bit << (i % 7));
  }
  return septets;
}

std::string toUcs2(std::string_view text) {
  std::string octets;
  const auto put = [&octets](char32_t unit) {
    octets += static_cast<char>(unit >> 8U);
    octets += static_cast<char>(unit & 0xFFU);
  };
  while (!text.empty()) {
    const char32_t character = takeCharacter(text);
    if (character < 0x10000) {
      put(character);
    } else {  // as a pair of surrogates, which the devices of today take
      put(0xD800 + ((character - 0x10000) >> 10U));
      put(0xDC00 + ((character - 0x10000) & 0x3FFU));
    }
  }
  return octets;
}

std::string fromUcs2(std::string_view octets) {
  std::string text;
  const auto unit = [octets](std::size_t at) {
    return static_cast<char32_t>(octet(octets, at) << 8U | octet(octets, at + 1));
  };
  for (std::size_t i = 0; i + 1 < octets.size(); i += 2) {
    const char32_t first = unit(i);
    const bool pair = first >> 10U == 0x36 && i + 3 < octets.size() && unit(i + 2) >> 10U == 0x37;
    if (pair) {
      append(text, 0x10000 + ((first & 0x3FFU) << 10U) + (unit(i + 2) & 0x3FFU));
      i += 2;
    } else {
      append(text, first >> 11U == 0x1B ? kReplacement : first);
    }
  }
  return text;
}

}  // namespace smartkar::modem_sim
