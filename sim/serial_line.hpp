#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"
#include "device/platform/uart.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// What noise does to bytes on a wire: each is replaced with a probability, by any other.
class LineNoise {
 public:
  explicit LineNoise(std::uint64_t seed) : random_(seed) {}

  // per_byte: probability 0.0 … 1.0.
  void setRate(double per_byte) { rate_ = per_byte; }
  std::string pass(std::string_view bytes);
  std::uint64_t damaged() const { return damaged_; }

 private:
  Random random_;
  double rate_ = 0;
  std::uint64_t damaged_ = 0;
};

// The processor's serial port, 115200 baud, 8N1. Deep sleep loses what it holds.
class SerialPort : public device::Uart {
 public:
  // send: takes bytes at the time at which the last of them has left.
  SerialPort(VirtualTime& time, std::function<void(std::string_view)> send) : time_(time), send_(std::move(send)) {}

  std::size_t read(std::span<std::uint8_t> into) override;
  std::size_t write(std::span<const std::uint8_t> bytes) override;

  // What finds no room is lost.
  void receive(std::string_view bytes) {
    received_ += bytes.substr(0, device::kUartReceiveBytesMin - received_.size());
  }
  void clear() { received_.clear(); }

 private:
  VirtualTime& time_;
  std::function<void(std::string_view)> send_;
  std::string received_;
  Instant line_free_{};
};

}  // namespace smartkar::sim
