#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace smartkar::device {

// What a port buffers of the received bytes at least: the loop may pause for a third of a second at 115,200 baud.
inline constexpr std::size_t kUartReceiveBytesMin = 4096;

// A byte stream to the modem. Never blocks.
class Uart {
 public:
  virtual ~Uart() = default;
  // Takes received bytes. Returns how many were written to `into`; 0: nothing there now.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;
  // Queues bytes for sending. Returns how many were taken; fewer than given: the send buffer is full, try again later.
  virtual std::size_t write(std::span<const std::uint8_t> bytes) = 0;
};

}  // namespace smartkar::device
