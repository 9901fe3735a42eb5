#pragma once

#include <string>

#include "base/result.hpp"
#include "device/platform/uart.hpp"
#include "ports/linux/file_descriptor.hpp"

namespace smartkar::ports {

// A serial port or pseudo terminal, 115200 baud, 8N1, raw, no flow control. What arrived while nobody had it open is
// lost, as on a microcontroller that slept.
class SerialUart : public device::Uart {
 public:
  // path: for example /dev/ttyUSB0. Failure: a sentence that names the path and the cause.
  static Result<SerialUart, std::string> open(const std::string& path);

  std::size_t read(std::span<std::uint8_t> into) override;
  std::size_t write(std::span<const std::uint8_t> bytes) override;
  // For poll(): readable when bytes have arrived.
  int fd() const { return fd_.get(); }
  // True once the other end is gone (unplugged, simulator ended).
  bool gone() const { return gone_; }

 private:
  explicit SerialUart(FileDescriptor fd) : fd_(std::move(fd)) {}

  FileDescriptor fd_;
  bool gone_ = false;
};

}  // namespace smartkar::ports
