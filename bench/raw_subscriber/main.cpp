// The least that a subscriber can do: acknowledges each message as soon as it is read, and keeps nothing.
// usage: smartkar-bench-raw-subscriber PORT COUNT
// Prints "ready", then for every COUNT messages "received TOTAL NANOSECONDS", by the monotonic clock.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <variant>
#include <vector>

#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::bench {
namespace {

using mqtt::Version;

class RawSubscriber {
 public:
  RawSubscriber(int socket, std::uint64_t count) : socket_(socket), count_(count) {}

  bool begin() {
    mqtt::Connect packet;
    packet.version = Version::V5;
    packet.client_id = "raw-subscriber";
    append([&](std::span<std::uint8_t> room) { return mqtt::encode(packet, room); });
    return flush();
  }

  // False: the connection has ended.
  bool turn() {
    std::array<std::uint8_t, 64 * 1024> buffer;
    const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    received_.insert(received_.end(), buffer.begin(), buffer.begin() + count);
    std::size_t at = 0;
    auto decoded = mqtt::decodeServerPacket(received_, Version::V5);
    while (decoded.status == mqtt::DecodeStatus::Complete) {
      std::visit([this](const auto& packet) { on(packet); }, decoded.packet);
      at += decoded.size;
      decoded = mqtt::decodeServerPacket(std::span(received_).subspan(at), Version::V5);
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(at));
    return decoded.status != mqtt::DecodeStatus::Invalid && flush();
  }

 private:
  void on(const mqtt::Connack&) {
    const mqtt::Subscription telemetry{.filter = "smartkar/+/state", .qos = mqtt::Qos::AtLeastOnce};
    append([&](std::span<std::uint8_t> room) {
      return mqtt::encodeSubscribe(1, {&telemetry, 1}, {}, Version::V5, room);
    });
  }
  void on(const mqtt::Suback&) { say("ready\n"); }
  void on(const mqtt::Publish& packet) {
    mqtt::Puback puback;
    puback.packet_id = packet.packet_id;
    append([&](std::span<std::uint8_t> room) { return mqtt::encode(puback, Version::V5, room); });
    if (++total_ % count_ != 0) return;
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    char line[64];
    std::snprintf(line, sizeof line, "received %llu %lld\n", static_cast<unsigned long long>(total_),
                  static_cast<long long>(std::chrono::nanoseconds(now).count()));
    say(line);
  }
  template <class Packet>
  void on(const Packet&) {}

  static void say(const char* line) {
    std::fputs(line, stdout);
    std::fflush(stdout);
  }
  template <class Encode>
  void append(Encode encode) {
    std::array<std::uint8_t, 128> packet;
    const std::size_t size = encode(packet).value();
    to_send_.insert(to_send_.end(), packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
  }
  bool flush() {
    std::span<const std::uint8_t> left(to_send_);
    while (!left.empty()) {
      const ssize_t sent = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      left = left.subspan(static_cast<std::size_t>(sent));
    }
    to_send_.clear();
    return true;
  }

  const int socket_;
  const std::uint64_t count_;
  std::uint64_t total_ = 0;
  std::vector<std::uint8_t> received_;  // not decoded yet
  std::vector<std::uint8_t> to_send_;
};

}  // namespace
}  // namespace smartkar::bench

int main(int count, char** arguments) try {
  if (count != 3) {
    std::fprintf(stderr, "usage: smartkar-bench-raw-subscriber PORT COUNT\n");
    return 2;
  }
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(arguments[1])));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::perror("smartkar-bench-raw-subscriber");
    return 1;
  }
  smartkar::bench::RawSubscriber subscriber(socket, std::strtoull(arguments[2], nullptr, 10));
  bool open = subscriber.begin();
  while (open) open = subscriber.turn();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "smartkar-bench-raw-subscriber: %s\n", error.what());
  return 1;
}
