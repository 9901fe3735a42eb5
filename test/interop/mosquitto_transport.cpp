#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "broker/mosquitto_config.hpp"
#include "test/interop/transport.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::interop {
namespace {

using namespace std::chrono_literals;  // NOLINT: durations are written so everywhere here

// Far more than an answer takes on a loaded machine; only a broker that hangs reaches it.
constexpr int kPatienceMilliseconds = 30'000;

// See mayRead(), mayWrite() and allowedByPattern().
constexpr const char* kAccess = "topic readwrite d/#\ntopic write in/#\ntopic read out/#\npattern readwrite a/#\n";

void require(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(what);
}

class Socket {
 public:
  explicit Socket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "cannot connect");
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // What the broker has closed swallows everything: receive() will tell.
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  std::string receive() const {
    pollfd entry{fd_, POLLIN, 0};
    require(::poll(&entry, 1, kPatienceMilliseconds) == 1, "the broker does not answer");
    std::array<char, 65'536> buffer;
    const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
  }

  void hangUp() const { ::shutdown(fd_, SHUT_WR); }

 private:
  int fd_;
};

using Clock = std::chrono::system_clock;

// A quarter into the next second.
Clock::time_point nextQuarter() {
  const auto now = Clock::now();
  const auto quarter = std::chrono::floor<std::chrono::seconds>(now) + 250ms;
  return quarter < now ? quarter + 1s : quarter;
}

class MosquittoTransport : public Transport {
 public:
  MosquittoTransport(const sim::BrokerLimits& limits, bool aligned) : mosquitto_(options(limits)) {
    if (aligned) std::this_thread::sleep_until(due_ = nextQuarter());
  }

  Id open() override {
    sockets_.push_back(std::make_unique<Socket>(mosquitto_.port()));
    return sockets_.size() - 1;
  }
  void send(Id id, std::string_view bytes) override { sockets_.at(id)->send(bytes); }
  std::string receive(Id id) override { return sockets_.at(id)->receive(); }
  void hangUp(Id id) override { sockets_.at(id)->hangUp(); }

  void restart(bool saved) override {
    if (saved) {
      mosquitto_.terminate();
    } else {
      mosquitto_.kill();
      std::filesystem::remove(mosquitto_.directory() / "mosquitto.db");
    }
    mosquitto_.start();
  }
  void wait(int seconds) override {
    if (Clock::now() > due_ + 600ms) throw TooSlow();
    due_ += std::chrono::seconds(seconds);
    std::this_thread::sleep_until(due_);
  }

 private:
  test::MosquittoOptions options(const sim::BrokerLimits& limits) {
    const std::filesystem::path access = directory_.path() / "access.acl";
    std::ofstream(access) << kAccess;
    test::MosquittoOptions options;
    options.persistence = true;
    options.global_lines = broker::mosquittoLimits();
    options.global_lines += "acl_file " + access.string();
    options.global_lines += "\nmax_queued_messages " + std::to_string(limits.max_queued_messages);
    options.global_lines += "\nmax_inflight_messages " + std::to_string(limits.max_inflight_messages);
    return options;
  }

  Clock::time_point due_;  // when the next wait() begins, if steps took no time
  test::TemporaryDirectory directory_;
  test::Mosquitto mosquitto_;
  std::vector<std::unique_ptr<Socket>> sockets_;
};

}  // namespace

std::unique_ptr<Transport> makeMosquitto(const sim::BrokerLimits& limits, bool aligned) {
  return std::make_unique<MosquittoTransport>(limits, aligned);
}

}  // namespace smartkar::interop
