#include "ports/linux/console_port.hpp"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace smartkar::ports {

ConsolePort::ConsolePort(int input, int output) : input_(input), output_(output) { std::signal(SIGPIPE, SIG_IGN); }

// The files may be shared with a shell, so they are not made non-blocking.
std::string_view ConsolePort::read() {
  pollfd waiting{input_, POLLIN, 0};
  if (input_ < 0 || poll(&waiting, 1, 0) <= 0) return {};
  const ssize_t size = ::read(input_, bytes_.data(), bytes_.size());
  if (size > 0) return {bytes_.data(), static_cast<std::size_t>(size)};
  input_ = -1;
  return {};
}

void ConsolePort::write(std::string_view line) {
  std::string rest = std::string(line) + '\n';
  while (!rest.empty()) {
    const ssize_t size = ::write(output_, rest.data(), rest.size());
    if (size <= 0) return;
    rest.erase(0, static_cast<std::size_t>(size));
  }
}

}  // namespace smartkar::ports
