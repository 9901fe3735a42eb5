#include "ports/cortex_m/uart.hpp"

#include "ports/cortex_m/interrupts.hpp"
#include "ports/cortex_m/registers.hpp"

namespace smartkar::ports {
namespace {

// Offsets of registers, and their bits.
constexpr std::uint32_t kData = 0x0;
constexpr std::uint32_t kState = 0x4;
constexpr std::uint32_t kControl = 0x8;
constexpr std::uint32_t kInterrupt = 0xC;
constexpr std::uint32_t kDivider = 0x10;
constexpr std::uint32_t kTransmitFull = 1U << 0;
constexpr std::uint32_t kReceiveFull = 1U << 1;
constexpr std::uint32_t kTransmit = 1U << 0;
constexpr std::uint32_t kReceive = 1U << 1;
constexpr std::uint32_t kReceiveInterrupt = 1U << 3;
constexpr std::uint32_t kReceived = 1U << 1;
constexpr std::uint32_t kBaud = 115200;

}  // namespace

Uart modem_uart;
Uart lines_uart;

void onUart0() { modem_uart.receive(); }
void onUart1() { lines_uart.receive(); }

void Uart::begin(std::uint32_t base, unsigned irq) {
  base_ = base;
  at(base_ + kDivider) = kClockHz / kBaud;
  at(base_ + kControl) = kTransmit | kReceive | kReceiveInterrupt;
  enableInterrupt(irq);
}

void Uart::clear() { tail_.store(head_); }

std::size_t Uart::read(std::span<std::uint8_t> into) {
  std::size_t count = 0;
  std::uint32_t tail = tail_;
  for (; count < into.size() && tail != head_; ++count, ++tail) into[count] = ring_[tail % ring_.size()];
  tail_ = tail;
  return count;
}

std::size_t Uart::write(std::span<const std::uint8_t> bytes) {
  std::size_t count = 0;
  for (; count < bytes.size() && (at(base_ + kState) & kTransmitFull) == 0; ++count) at(base_ + kData) = bytes[count];
  return count;
}

void Uart::receive() {
  // Cleared first: a byte that comes after the last look raises it again.
  at(base_ + kInterrupt) = kReceived;
  while ((at(base_ + kState) & kReceiveFull) != 0) {
    const auto byte = static_cast<std::uint8_t>(at(base_ + kData));
    const std::uint32_t head = head_;
    if (head - tail_ == ring_.size()) continue;
    ring_[head % ring_.size()] = byte;
    head_ = head + 1;
  }
}

}  // namespace smartkar::ports
