#pragma once

#include <array>
#include <string>

#include "base/crc32.hpp"
#include "base/hex.hpp"

namespace smartkar::protocol {

// A JSON object with the check digits it needs at its end.
inline std::string withMac(std::string object) {
  object.pop_back();
  std::array<char, 8> digits;
  encodeHex32(crc32(object), digits);
  return object + ",\"mac\":\"" + std::string(digits.data(), digits.size()) + "\"}";
}

// What a car sends whose message reads like this: with check digits if it numbers its boots.
inline std::string fromCar(const std::string& text) {
  const bool numbered = text.find("\"boot\":") != std::string::npos && text.ends_with('}');
  return numbered ? withMac(text) : text;
}

}  // namespace smartkar::protocol
