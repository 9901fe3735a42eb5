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
#include "modem_sim/paging.hpp"

namespace smartkar::modem_sim {

// Who uses a connection.
class ConnectionUser {
 public:
  virtual ~ConnectionUser() = default;
  virtual void opened() = 0;
  virtual void openFailed(OpenError error) = 0;
  virtual void received(std::string bytes) = 0;
  // So many bytes for which send() could not say when are acknowledged after all.
  virtual void acknowledged(std::size_t) {}
  // The peer closed or the connection broke, and everything before that has been received.
  virtual void closed() = 0;
  // Bytes that received() can take now.
  virtual std::size_t room() const { return std::numeric_limits<std::size_t>::max(); }
};

// The way of data over the air: latency, loss that TCP repairs, an idle radio that has to be paged or to set up its
// connection first, NAT entries that vanish, a bearer that breaks.
class DataPath : public NetworkListener {
 public:
  // radio_changed: told when the radio has a connection, and when it no longer has.
  DataPath(EventQueue& events, Random& random, const Config& config, Paging& paging, Network& network,
           std::function<void(bool connected)> radio_changed)
      : events_(events),
        random_(random),
        config_(config),
        paging_(paging),
        network_(network),
        radio_changed_(std::move(radio_changed)) {
    network.setListener(*this);
  }

  // user: told until close() or breakAll().
  ConnectionId open(const Endpoint& endpoint, ConnectionUser& user);
  // When the peer's acknowledgement is back. Nothing: the bytes are lost on the way, or wait until the modem is in
  // reach, which ConnectionUser::acknowledged() tells.
  std::optional<Duration> send(ConnectionId id, std::string_view bytes);
  // A TCP keep-alive probe: traffic without content. False: nobody will answer it.
  bool probe(ConnectionId id) { return send(id, {}).has_value(); }
  // The user has room again for what was left behind.
  void receiveMore(ConnectionId id);
  void close(ConnectionId id);
  // The peer's, in numbers; empty before the connection is open.
  std::string address(ConnectionId id) const { return network_.address(id); }
  // All connections are gone; neither peers nor users are told.
  void breakAll();
  // False: no cell hears the modem, until it is true again. What TCP sends meanwhile arrives then; UDP, and a
  // connection begun meanwhile, are lost.
  void setInReach(bool in_reach);
  // The NAT forgets all connections: both ends keep believing in them.
  void dropNat();
  // Our own traffic: the radio is up, so nothing waits for paging any longer. Returns what it took to set it up.
  Duration uplink();
  // Something that is not data, such as an SMS, is at the network: delivered once the radio is up, by paging if need
  // be.
  void page(std::function<void()> deliver);
  // No traffic for the RRC tail: downlink data waits for paging.
  bool radioIdle() const { return !connected_; }
  std::size_t connections() const { return links_.size(); }

  void onOpened(ConnectionId id) override;
  void onOpenFailed(ConnectionId id, OpenError error) override;
  void onReadable(ConnectionId id) override;
  void onClosed(ConnectionId id) override;

 private:
  struct Link;
  // One piece of what TCP brings the modem, or of what it sends.
  struct Incoming {
    std::function<void(Link&)> deliver;
    Instant due;  // kNever: lost on the way, to be sent again
  };
  struct Outgoing {
    std::string bytes;
    Instant due;
  };
  struct Link {
    ConnectionUser* user;
    Instant last_traffic;
    bool repairs;                     // TCP; what UDP loses is lost
    bool muted = false;               // the NAT has forgotten it
    bool ended = false;               // by the peer; the user hears of it after the last byte
    std::deque<Incoming> incoming{};  // in order: what follows a lost piece is lost too
    Duration retransmission{0};       // the peer's next time-out
    EventQueue::Id incoming_timer = 0;
    std::deque<Outgoing> outgoing{};
    std::string held{};  // sent out of reach
  };
  void downlink(ConnectionId id, std::function<void(Link&)> deliver);
  Instant departure(const Link& link);
  Instant arrival();
  Instant reach();
  std::size_t waitingForPage() const;
  void schedule(ConnectionId id, Link& link);
  void arrive(ConnectionId id);
  void retransmit(ConnectionId id, Link& link);
  void flush(ConnectionId id);
  void deliver(ConnectionId id, Link& link);
  // Traffic either way renews the NAT's entry; false if it will be gone then.
  bool passNat(Link& link, Instant then);
  void loseIncoming();
  void sendHeld(ConnectionId id, Link& link);
  bool lost() { return config_.behaviour.loss_percent > 0 && random_.chance(config_.behaviour.loss_percent / 100.0); }
  void stayConnected(Duration setup = Duration{0});
  void release();
  void forget(Link& link) { events_.cancel(link.incoming_timer); }

  EventQueue& events_;
  Random& random_;
  const Config& config_;
  Paging& paging_;
  Network& network_;
  std::function<void(bool)> radio_changed_;
  std::map<ConnectionId, Link> links_;
  ConnectionId last_unknown_ = ConnectionId{1} << 63U;  // ids of names that are not found; the network never gives them
  Instant up_at_{};                                     // the radio's connection is set up, or was
  bool connected_ = false;
  bool in_reach_ = true;
  EventQueue::Id release_timer_ = 0;
  Instant page_ = kNever;  // an idle radio has been found or will be; kNever: nobody looks for it
};

}  // namespace smartkar::modem_sim
