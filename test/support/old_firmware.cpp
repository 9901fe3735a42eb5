#include "test/support/old_firmware.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>

namespace smartkar::test {

OldFirmware::OldFirmware(std::uint16_t port, const std::string& ccid)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  say("auth", R"({"ccid":")" + ccid + "\"}");
}

OldFirmware::~OldFirmware() {
  if (fd_ >= 0) close(fd_);
}

void OldFirmware::say(const std::string& type, const std::string& data) const {
  send(R"({"type":")" + type + R"(","data":)" + data + "}");
  send("\r\n");
}

void OldFirmware::answer(std::int64_t id, bool ok, const std::string& status, const std::string& rest) const {
  say("response", "{\"id\":" + std::to_string(id) + ",\"ok\":" + (ok ? "true" : "false") + R"(,"status":")" + status +
                      "\"" + rest + "}");
}

std::string OldFirmware::line() const {
  std::string text;
  for (char c = 0; recv(fd_, &c, 1, 0) == 1;) {
    if (c == '\n') return text;
    text += c;
  }
  throw std::runtime_error("the server is gone or silent");
}

void OldFirmware::send(const std::string& text) const {
  if (::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
    throw std::runtime_error("the server is gone");
  }
}

}  // namespace smartkar::test
