#include "test/support/unix_stream.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace smartkar::test {

UnixStream::UnixStream(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (fd_ < 0 || connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to " + path);
  }
}

UnixStream::~UnixStream() {
  if (fd_ >= 0) close(fd_);
}

void UnixStream::send(const std::string& text) const {
  if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the other end of the socket is gone");
  }
}

std::string UnixStream::line() const {
  std::string text;
  for (char c = 0; recv(fd_, &c, 1, 0) == 1;) {
    if (c == '\n') return text;
    text += c;
  }
  throw std::runtime_error("the other end of the socket is gone");
}

}  // namespace smartkar::test
