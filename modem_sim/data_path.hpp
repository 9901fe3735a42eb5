#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
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
  // The peer closed or the connection broke, and everything before that has been received.
  virtual void closed() = 0;
  // Bytes that received() can take now.
  virtual std::size_t room() const { return std::numeric_limits<std::size_t>::max(); }
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
  // False: the bytes are lost on the way; the peer will never acknowledge them.
  bool send(ConnectionId id, std::string_view bytes);
  // A TCP keep-alive probe: traffic without content. False: nobody will answer it.
  bool probe(ConnectionId id) { return send(id, {}); }
  // The user has room again for what was left behind.
  void receiveMore(ConnectionId id);
  void close(ConnectionId id);
  // The peer's, in numbers; empty before the connection is open.
  std::string address(ConnectionId id) const { return network_.address(id); }
  // All connections are gone; neither peers nor users are told.
  void breakAll();
  // The NAT forgets all connections: both ends keep believing in them.
  void dropNat();
  // No traffic for the RRC tail: downlink data waits for paging.
  bool radioIdle() const { return events_.now() >= active_until_; }
  // The code of the eDRX cycle that the network has granted, if any.
  std::optional<unsigned> edrxCycle() const;
  std::size_t connections() const { return links_.size(); }

  void onOpened(ConnectionId id) override;
  void onOpenFailed(ConnectionId id, OpenError error) override;
  void onReadable(ConnectionId id) override;
  void onClosed(ConnectionId id) override;

 private:
  struct Link {
    ConnectionUser* user;
    Instant last_traffic;
    bool muted = false;  // the NAT has forgotten it
    bool ended = false;  // by the peer; the user hears of it after the last byte
  };
  // What the network has for us and the radio has not yet brought.
  struct Delivery {
    ConnectionId id;
    std::function<void(Link&)> deliver;
    Instant due;
  };
  void downlink(ConnectionId id, std::function<void(Link&)> deliver);
  void deliverNext();
  void scheduleDelivery();
  // Our own traffic: the radio is up, so nothing waits for paging any longer.
  void uplink();
  void deliver(ConnectionId id, Link& link);
  // Traffic either way renews the NAT's entry; false if it is gone.
  bool passNat(Link& link);
  Duration pagingDelay();
  void active() { active_until_ = events_.now() + config_.timing.rrc_tail; }

  EventQueue& events_;
  Random& random_;
  const Config& config_;
  const SavedSettings& saved_;
  Network& network_;
  std::map<ConnectionId, Link> links_;
  Instant active_until_{};
  std::deque<Delivery> deliveries_;  // in order
  EventQueue::Id delivery_timer_ = 0;
};

}  // namespace smartkar::modem_sim
