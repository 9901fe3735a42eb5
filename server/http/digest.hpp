#pragma once

#include <span>
#include <string>
#include <string_view>

namespace smartkar::server {

// Two lower-case hex digits a byte.
std::string hexText(std::span<const unsigned char> bytes);

// SHA-256 as 64 hex digits.
std::string sha256Hex(std::string_view text);

}  // namespace smartkar::server
