#include "modem_sim/program/serial_port.hpp"

#include <fcntl.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace smartkar::modem_sim {
namespace {

struct Rate {
  long baud;
  speed_t code;
};
constexpr std::array kRates = {Rate{9600, B9600},     Rate{19200, B19200},   Rate{38400, B38400},
                               Rate{57600, B57600},   Rate{115200, B115200}, Rate{230400, B230400},
                               Rate{460800, B460800}, Rate{921600, B921600}};

}  // namespace

Result<FileDescriptor, std::string> openSerialPort(const std::string& path, long baud) {
  const auto* rate = std::find_if(kRates.begin(), kRates.end(), [baud](const Rate& item) { return item.baud == baud; });
  if (rate == kRates.end()) return Failure{"no serial port has " + std::to_string(baud) + " baud"};
  FileDescriptor port(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios settings{};
  if (!port.valid() || tcgetattr(port.get(), &settings) != 0) return Failure{path + ": " + std::strerror(errno)};
  cfmakeraw(&settings);
  settings.c_cflag = (settings.c_cflag | CLOCAL | CREAD) & ~static_cast<tcflag_t>(CRTSCTS | CSTOPB);
  cfsetspeed(&settings, rate->code);
  if (tcsetattr(port.get(), TCSANOW, &settings) != 0) return Failure{path + ": " + std::strerror(errno)};
  return port;
}

std::string readAvailable(int fd) {
  std::string bytes;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void writeAvailable(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace smartkar::modem_sim
