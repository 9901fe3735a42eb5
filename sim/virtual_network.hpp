#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "base/random.hpp"
#include "base/time.hpp"
#include "modem_sim/network.hpp"
#include "modem_sim/receive_buffer.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

using modem_sim::ConnectionId;

// A server at an address. Called from the virtual clock, never from inside a call to VirtualNetwork.
class Service {
 public:
  virtual ~Service() = default;
  virtual void opened(ConnectionId id) = 0;
  virtual void received(ConnectionId id, std::string_view bytes) = 0;
  // The client has closed it or the connection broke; the id is gone.
  virtual void closed(ConnectionId id) = 0;
};

struct NetworkSettings {
  // One way between a client and a server; of a modem between its operator's gateway and the server, as the way over
  // the air is the modem's own.
  Duration latency_min = 20ms;
  Duration latency_max = 60ms;
};

class ModemNetwork;

// The internet between modems and servers: bytes take their time, keep their order within a connection, and are lost
// with it. TLS is not modelled: an endpoint that asks for it gets a plain stream. Nor is flow control: what a client
// leaves behind waits without holding up its peer.
class VirtualNetwork {
 public:
  // time: outlives this.
  VirtualNetwork(VirtualTime& time, std::uint64_t seed, const NetworkSettings& settings = {})
      : time_(time), random_(seed), settings_(settings) {}

  // host: as clients name it. service: outlives this. With UDP each received() and send() is one datagram.
  void serve(const std::string& host, std::uint16_t port, Service& service,
             modem_sim::Transport transport = modem_sim::Transport::Tcp) {
    services_[{host, port, transport}] = &service;
  }
  // For services. Both ignored for an id that is gone.
  void send(ConnectionId id, std::string_view bytes);
  void close(ConnectionId id);

  // Every connection breaks, and both ends are told.
  void resetAll();
  // …and nobody is told.
  void forgetAll() { connections_.clear(); }
  // Everything takes so much longer from now on.
  void setDelay(Duration delay) { delay_ = delay; }

 private:
  friend class ModemNetwork;
  struct Connection {
    ModemNetwork* client;  // nullptr: it has closed or abandoned its end
    Service* service;      // nullptr: it has closed its end
    bool datagrams;
    NetworkSettings way;
    modem_sim::ReceiveBuffer to_client;
    Instant client_free{};  // when the latest of what is under way arrives
    Instant service_free{};
  };
  using Arrival = std::function<void(Connection&)>;

  ConnectionId open(ModemNetwork& client, const modem_sim::Endpoint& endpoint);
  void sendToService(ConnectionId id, std::string_view bytes);
  std::string takeForClient(ConnectionId id, std::size_t max);
  void closeByClient(ConnectionId id);
  void abandonByClient(ConnectionId id);

  Connection* find(ConnectionId id);
  void toService(ConnectionId id, Arrival arrival);
  void toClient(ConnectionId id, Arrival arrival);
  void travel(ConnectionId id, const Connection& on, Instant& free, Arrival arrival);
  void eraseIfOver(ConnectionId id);

  VirtualTime& time_;
  Random random_;
  const NetworkSettings settings_;
  std::map<std::tuple<std::string, std::uint16_t, modem_sim::Transport>, Service*> services_;
  std::map<ConnectionId, Connection> connections_;
  ConnectionId last_id_ = 0;
  Duration delay_{};
};

// One client's access to it: a modem's, or the server's.
class ModemNetwork : public modem_sim::Network {
 public:
  // network: outlives this. way: of its connections; nothing: as all others.
  explicit ModemNetwork(VirtualNetwork& network, const std::optional<NetworkSettings>& way = {})
      : network_(network), way_(way) {}

  // Why the connections it opens from now on fail; nothing: they do not.
  void setRefusal(std::optional<modem_sim::OpenError> why) { refusal_ = why; }

  void setListener(modem_sim::NetworkListener& listener) override { listener_ = &listener; }
  ConnectionId open(const modem_sim::Endpoint& endpoint) override { return network_.open(*this, endpoint); }
  void send(ConnectionId id, std::string_view bytes) override { network_.sendToService(id, bytes); }
  std::string receive(ConnectionId id, std::size_t max) override { return network_.takeForClient(id, max); }
  // Hosts have names here, no addresses.
  std::string address(ConnectionId) const override { return "192.0.2.1"; }
  void close(ConnectionId id) override { network_.closeByClient(id); }
  void abandon(ConnectionId id) override { network_.abandonByClient(id); }

 private:
  friend class VirtualNetwork;

  VirtualNetwork& network_;
  const std::optional<NetworkSettings> way_;
  std::optional<modem_sim::OpenError> refusal_;
  modem_sim::NetworkListener* listener_ = nullptr;
};

}  // namespace smartkar::sim
