#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/virtual_network.hpp"

namespace smartkar::modem_sim {

// Says what it hears.
class EchoService : public sim::Service {
 public:
  // network: outlives this, here and below.
  explicit EchoService(sim::VirtualNetwork& network) : network_(network) {}
  void opened(ConnectionId) override {}
  void received(ConnectionId id, std::string_view bytes) override { network_.send(id, bytes); }
  void closed(ConnectionId) override {}

 private:
  sim::VirtualNetwork& network_;
};

// An HTTP server that has one file, "hello", wherever it is looked for. A request comes in one piece.
class HelloService : public sim::Service {
 public:
  explicit HelloService(sim::VirtualNetwork& network) : network_(network) {}
  void opened(ConnectionId) override {}
  void received(ConnectionId id, std::string_view bytes) override {
    const bool head_only = bytes.starts_with("HEAD ");
    network_.send(id, std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") + (head_only ? "" : "hello"));
  }
  void closed(ConnectionId) override {}

 private:
  sim::VirtualNetwork& network_;
};

// An NTP server whose clock stands still (RFC 5905 section 7.3).
class TimeService : public sim::Service {
 public:
  // seconds: since 1900.
  TimeService(sim::VirtualNetwork& network, std::uint32_t seconds) : network_(network), seconds_(seconds) {}
  void opened(ConnectionId) override {}
  void received(ConnectionId id, std::string_view) override {
    constexpr std::size_t kTransmitTime = 40;
    std::string answer(48, '\0');
    answer[0] = 0x24;  // version 4, server
    answer[1] = 1;     // stratum
    for (std::size_t i = 0; i < 4; ++i) answer[kTransmitTime + i] = static_cast<char>(seconds_ >> (24 - 8 * i) & 0xFFU);
    network_.send(id, answer);
  }
  void closed(ConnectionId) override {}

 private:
  sim::VirtualNetwork& network_;
  std::uint32_t seconds_;
};

}  // namespace smartkar::modem_sim
