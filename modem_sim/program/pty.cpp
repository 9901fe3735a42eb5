#include "modem_sim/program/pty.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "modem_sim/program/serial_port.hpp"

namespace smartkar::modem_sim {

Result<Pty, std::string> Pty::open(const std::string& link) {
  const auto failed = [](const std::string& what) { return Failure{what + ": " + std::strerror(errno)}; };
  FileDescriptor master(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!master.valid() || grantpt(master.get()) != 0 || unlockpt(master.get()) != 0) return failed("pseudo terminal");
  std::array<char, 128> name{};
  if (ptsname_r(master.get(), name.data(), name.size()) != 0) return failed("pseudo terminal");
  {
    // Opened once: raw from the start, and from now on a hang-up tells that nobody has it open.
    const FileDescriptor slave(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios settings{};
    if (!slave.valid() || tcgetattr(slave.get(), &settings) != 0) return failed(name.data());
    cfmakeraw(&settings);
    cfsetspeed(&settings, B115200);
    tcsetattr(slave.get(), TCSANOW, &settings);
  }
  std::error_code error;
  if (std::filesystem::is_symlink(link, error)) std::filesystem::remove(link, error);
  std::filesystem::create_symlink(name.data(), link, error);
  if (error) return Failure{link + ": " + error.message()};
  return Pty(std::move(master), name.data(), link);
}

Pty::~Pty() {
  if (!master_.valid()) return;
  std::error_code ignored;
  std::filesystem::remove(link_, ignored);
}

bool Pty::hostPresent() const {
  pollfd entry{master_.get(), POLLIN, 0};
  ::poll(&entry, 1, 0);
  return (entry.revents & POLLHUP) == 0;
}

std::string Pty::read() { return readAvailable(master_.get()); }

void Pty::write(std::string_view bytes) { writeAvailable(master_.get(), bytes); }

void Pty::flush() { tcflush(master_.get(), TCIOFLUSH); }

}  // namespace smartkar::modem_sim
