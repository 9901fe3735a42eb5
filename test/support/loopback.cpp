#include "test/support/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <string>

namespace smartkar::test {
namespace {

// Below what Linux gives to outgoing connections (ip_local_port_range, from 32768 on).
constexpr std::uint16_t kFirstPort = 20000;
constexpr std::uint16_t kLastPort = 32000;
constexpr int kTries = 1000;

bool isFree(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const bool bound = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (fd >= 0) close(fd);
  return bound;
}

// Takes the port's name among abstract sockets, which are of one process each and go with it.
bool claim(std::uint16_t port) {
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "smartkar-test-port-" + std::to_string(port);
  std::ranges::copy(name, address.sun_path + 1);
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  const bool claimed = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), bytes) == 0;
  if (fd >= 0 && !claimed) close(fd);
  return claimed;
}

}  // namespace

std::uint16_t freeLoopbackPort() {
  static std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<int> ports(kFirstPort, kLastPort);
  for (int tries = 0; tries < kTries; ++tries) {
    const auto port = static_cast<std::uint16_t>(ports(random));
    if (claim(port) && isFree(port)) return port;
  }
  throw std::runtime_error("no free port on 127.0.0.1");
}

}  // namespace smartkar::test
