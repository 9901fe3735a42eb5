#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "device/platform/uart.hpp"

namespace smartkar::ports {

// A UART of the Cortex-M System Design Kit (DDI 0479, 4.3): received bytes are taken by an interrupt into a ring.
class Uart : public device::Uart {
 public:
  // base: of its registers. irq: of its receiver. Starts to receive; the handler must call receive().
  void begin(std::uint32_t base, unsigned irq);
  // Forgets what was received.
  void clear();

  std::size_t read(std::span<std::uint8_t> into) override;
  std::size_t write(std::span<const std::uint8_t> bytes) override;
  bool empty() const { return head_ == tail_; }

  // In the interrupt.
  void receive();

 private:
  std::uint32_t base_ = 0;
  std::array<std::uint8_t, device::kUartReceiveBytesMin> ring_;
  // One writer each: head_ the interrupt, tail_ the program. A ring that is full loses what comes, as the line would.
  std::atomic<std::uint32_t> head_{0};
  std::atomic<std::uint32_t> tail_{0};
};

// The two in use: the modem's data, and the lines to it.
extern Uart modem_uart;
extern Uart lines_uart;

}  // namespace smartkar::ports
