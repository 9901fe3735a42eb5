#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace smartkar::device {

// What an engine knows of its MQTT session while the processor sleeps. Belongs into the retained memory.
struct SavedSession {
  // Native engine: the broker was heard from over the subscription made on the connection that the modem keeps.
  bool subscribed = false;
  // Socket engine: the session itself. With nothing under way and no topic aliases it has about 40 bytes, more only if
  // the broker assigned the client's id.
  std::array<std::uint8_t, 64> bytes;
  std::uint16_t size = 0;  // 0: none
};

}  // namespace smartkar::device
