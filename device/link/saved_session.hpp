#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace smartkar::device {

// The MQTT session of the socket engine while the processor sleeps: with nothing under way and no topic aliases it has
// about 40 bytes, more only if the broker assigned the client's id. Belongs into the retained memory.
struct SavedSession {
  std::array<std::uint8_t, 64> bytes;
  std::uint16_t size = 0;  // 0: none
};

}  // namespace smartkar::device
