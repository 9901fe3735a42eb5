#pragma once

#include <string_view>

namespace smartkar::mqtt {

// What MQTT accepts as a string (MQTT 5.0 section 1.5.4): well-formed UTF-8 without U+0000, at most 65,535 bytes.
bool isValidUtf8(std::string_view text);

}  // namespace smartkar::mqtt
