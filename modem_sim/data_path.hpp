#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "modem_sim/config.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/network.hpp"
#include "modem_sim/settings.hpp"

namespace smartkar::modem_sim {

// Who uses a connection.
class ConnectionUser {
 public:
  virtual ~ConnectionUser() = default;
  virtual void opened() = 0;
  virtual void openFailed(OpenError error) = 0;
  virtual void received(std::string bytes) = 0;
  virtual void closed() = 0;
};

// The way of data over the air: latency, paging while the radio is idle, NAT entries that vanish, a bearer that breaks.
class DataPath : public NetworkListener {
 public:
  DataPath(EventQueue& events, Random& random, const Config& config, const SavedSettings& saved, Network& network)
      : events_(events), random_(random), config_(config), saved_(saved), network_(network) {
    network.setListener(*this);
  }

  // user: told until close() or breakAll().
  ConnectionId open(const Endpoint& endpoint, ConnectionUser& user);
  void send(ConnectionId id, std::string_view bytes);
  void close(ConnectionId id);
  // All connections are gone; neither peers nor users are told.
  void breakAll();
  // The NAT forgets all connections: both ends keep believing in them.
  void dropNat();
  // No traffic for the RRC tail: downlink data waits for paging.
  bool radioIdle() const { return events_.now() >= active_until_; }
  std::size_t connections() const { return links_.size(); }

  void onOpened(ConnectionId id) override;
  void onOpenFailed(ConnectionId id, OpenError error) override;
  void onReadable(ConnectionId id) override;
  void onClosed(ConnectionId id) override;

 private:
  struct Link {
    ConnectionUser* user;
    bool muted = false;
  };
  void downlink(ConnectionId id, std::function<void(Link&)> deliver);
  Duration pagingDelay();
  void active() { active_until_ = events_.now() + config_.timing.rrc_tail; }

  EventQueue& events_;
  Random& random_;
  const Config& config_;
  const SavedSettings& saved_;
  Network& network_;
  std::map<ConnectionId, Link> links_;
  Instant active_until_{};
  Instant last_delivery_{};  // downlink keeps its order
};

}  // namespace smartkar::modem_sim
