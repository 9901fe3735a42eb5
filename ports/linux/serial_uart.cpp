#include "ports/linux/serial_uart.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace smartkar::ports {

Result<SerialUart, std::string> SerialUart::open(const std::string& path) {
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) return Failure{"cannot open modem port " + path + ": " + std::strerror(errno)};
  termios settings{};
  if (tcgetattr(fd.get(), &settings) != 0) return Failure{path + " is no serial port: " + std::strerror(errno)};
  cfmakeraw(&settings);
  cfsetspeed(&settings, B115200);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS);
  if (tcsetattr(fd.get(), TCSANOW, &settings) != 0) {
    return Failure{"cannot set " + path + " to 115200 baud: " + std::strerror(errno)};
  }
  tcflush(fd.get(), TCIFLUSH);
  return SerialUart(std::move(fd));
}

std::size_t SerialUart::read(std::span<std::uint8_t> into) {
  const ssize_t count = ::read(fd_.get(), into.data(), into.size());
  if (count > 0) return static_cast<std::size_t>(count);
  if (count < 0 && errno != EAGAIN && errno != EINTR) gone_ = true;
  return 0;
}

std::size_t SerialUart::write(std::span<const std::uint8_t> bytes) {
  const ssize_t count = ::write(fd_.get(), bytes.data(), bytes.size());
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno != EAGAIN && errno != EINTR) gone_ = true;
  return 0;
}

}  // namespace smartkar::ports
