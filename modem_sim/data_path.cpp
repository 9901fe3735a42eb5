#include "modem_sim/data_path.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::modem_sim {
namespace {

using Owner = EventQueue::Owner;

constexpr Duration kRetransmissionMax = 120s;  // Linux, TCP_RTO_MAX
constexpr int kLossesMax = 8;                  // in a row of one piece that the modem sends

bool isAddress(std::string_view host) {
  return host.find(':') != std::string_view::npos || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

ConnectionId DataPath::open(const Endpoint& endpoint, ConnectionUser& user) {
  uplink();
  const bool unknown = !config_.behaviour.dns_works && !isAddress(endpoint.host);
  const ConnectionId id = unknown || !in_reach_ ? ++last_unknown_ : network_.open(endpoint);
  if (unknown) events_.after(config_.timing.latency, Owner::Firmware, [this, id] { onOpenFailed(id, OpenError::Dns); });
  links_.emplace(id, Link{&user, events_.now(), endpoint.transport == Transport::Tcp});
  return id;
}

std::optional<Duration> DataPath::send(ConnectionId id, std::string_view bytes) {
  const auto found = links_.find(id);
  if (found == links_.end()) return std::nullopt;
  Link& link = found->second;
  if (!in_reach_) {
    if (link.repairs) link.held += bytes;
    return std::nullopt;
  }
  const Instant now = events_.now();
  const Instant due = departure(link);
  const Duration round_trip = due - now + 2 * config_.timing.latency;
  if (!passNat(link, due)) {
    if (config_.behaviour.nat_expiry == NatExpiry::Reset) {
      events_.after(round_trip, Owner::Firmware, [this, id] {
        const auto reset = links_.find(id);
        if (reset != links_.end()) reset->second.user->closed();
      });
    }
    return std::nullopt;
  }
  if (!link.repairs && lost()) return round_trip;
  if (due > now || !link.outgoing.empty()) {
    link.outgoing.push_back({std::string(bytes), due});
    events_.after(due - now, Owner::Firmware, [this, id] { flush(id); });
  } else if (!bytes.empty()) {
    network_.send(id, bytes);
  }
  return round_trip;
}

// When what is sent now passes the network: TCP keeps the order and repairs losses.
Instant DataPath::departure(const Link& link) {
  Instant due = events_.now() + uplink();
  Duration retransmission = config_.timing.tcp_retransmission;
  for (int losses = 0; link.repairs && losses < kLossesMax && lost(); ++losses) {
    due += std::min(retransmission, kRetransmissionMax);
    retransmission *= 2;
  }
  return link.outgoing.empty() ? due : std::max(due, link.outgoing.back().due);
}

void DataPath::flush(ConnectionId id) {
  const auto link = links_.find(id);
  if (link == links_.end() || !in_reach_) return;
  std::deque<Outgoing>& outgoing = link->second.outgoing;
  for (; !outgoing.empty() && outgoing.front().due <= events_.now(); outgoing.pop_front()) {
    if (!outgoing.front().bytes.empty()) network_.send(id, outgoing.front().bytes);
    stayConnected();
  }
}

bool DataPath::passNat(Link& link, Instant then) {
  const Duration timeout = config_.timing.nat_timeout;
  if (timeout > Duration{0} && then - link.last_traffic > timeout) link.muted = true;
  link.last_traffic = then;
  return !link.muted;
}

// The peer learns of the room by a window update.
void DataPath::receiveMore(ConnectionId id) {
  if (probe(id)) onReadable(id);
}

void DataPath::close(ConnectionId id) {
  const auto found = links_.find(id);
  if (found == links_.end()) return;
  Link& link = found->second;
  forget(link);
  if (link.muted || !in_reach_) {
    network_.abandon(id);  // nor does the FIN pass
  } else {
    for (const Outgoing& rest : link.outgoing) network_.send(id, rest.bytes);
    network_.close(id);
  }
  links_.erase(found);
}

void DataPath::breakAll() {
  for (auto& [id, link] : links_) {
    forget(link);
    network_.abandon(id);
  }
  links_.clear();
  page_ = kNever;
  release();
}

void DataPath::stayConnected(Duration setup) {
  if (!std::exchange(connected_, true)) radio_changed_(true);
  events_.cancel(release_timer_);
  release_timer_ = events_.after(setup + config_.timing.rrc_tail, Owner::Firmware, [this] { release(); });
}

void DataPath::release() {
  events_.cancel(release_timer_);
  if (std::exchange(connected_, false)) radio_changed_(false);
}

void DataPath::setInReach(bool in_reach) {
  if (std::exchange(in_reach_, in_reach) == in_reach) return;
  if (!in_reach) {
    loseIncoming();
    page_ = kNever;
    return release();
  }
  for (auto& [id, link] : links_) {
    flush(id);
    if (!link.held.empty()) sendHeld(id, link);
  }
}

// What is on its way to the modem does not get there; TCP's peers will send it again.
void DataPath::loseIncoming() {
  for (auto& [id, link] : links_) {
    for (Incoming& piece : link.incoming) {
      piece.due = kNever;
      if (!link.repairs) network_.receive(id, 0);  // a datagram
    }
    if (!link.repairs) link.incoming.clear();
    link.retransmission = config_.timing.tcp_retransmission;
    schedule(id, link);
  }
}

void DataPath::sendHeld(ConnectionId id, Link& link) {
  const std::string bytes = std::exchange(link.held, {});
  const auto round_trip = send(id, bytes);
  if (!round_trip) return;
  events_.after(*round_trip, Owner::Firmware, [this, id, size = bytes.size()] {
    const auto found = links_.find(id);
    if (found != links_.end()) found->second.user->acknowledged(size);
  });
}

void DataPath::dropNat() {
  for (auto& [id, link] : links_) link.muted = true;
}

void DataPath::downlink(ConnectionId id, std::function<void(Link&)> deliver) {
  const auto found = links_.find(id);
  if (found == links_.end() || !passNat(found->second, events_.now())) return;
  Link& link = found->second;
  const bool behind_lost = !link.incoming.empty() && link.incoming.back().due == kNever;
  Instant due = behind_lost ? kNever : arrival();
  if (due == kNever && !link.repairs) {
    network_.receive(id, 0);  // a datagram
    return;
  }
  if (!link.incoming.empty()) due = std::max(due, link.incoming.back().due);
  link.incoming.push_back({std::move(deliver), due});
  if (link.incoming.size() > 1) return;
  link.retransmission = config_.timing.tcp_retransmission;
  schedule(id, link);
}

// When a piece that is at the network now gets to the modem; kNever: it is lost.
Instant DataPath::arrival() {
  if (!in_reach_ || lost()) return kNever;
  const auto room = static_cast<std::size_t>(config_.behaviour.network_buffer);
  const bool waits = radioIdle() && paging_.untilWindow(events_.now()) > Duration{0};
  if (waits && waitingForPage() >= room) return kNever;
  return reach();
}

// When the radio is up for something from the network, and that has passed the air.
Instant DataPath::reach() {
  const Timing& timing = config_.timing;
  const Instant now = events_.now();
  if (!radioIdle()) return std::max(now, up_at_) + timing.latency;
  const Duration until_window = paging_.untilWindow(now);
  const bool wanted = page_ != kNever && now <= page_ + timing.latency;
  if (!wanted) page_ = now + until_window + paging_.untilOccasion() + timing.rrc_setup;
  return page_ + timing.latency;
}

void DataPath::page(std::function<void()> deliver) {
  events_.after(reach() - events_.now(), EventQueue::Owner::Firmware, [this, deliver = std::move(deliver)] {
    page_ = kNever;
    if (in_reach_) stayConnected();
    deliver();
  });
}

std::size_t DataPath::waitingForPage() const {
  std::size_t count = 0;
  for (const auto& [id, link] : links_) {
    count += static_cast<std::size_t>(
        std::ranges::count_if(link.incoming, [](const Incoming& piece) { return piece.due != kNever; }));
  }
  return count;
}

// The next piece arrives, or the peer's time-out ends.
void DataPath::schedule(ConnectionId id, Link& link) {
  events_.cancel(link.incoming_timer);
  if (link.incoming.empty()) return;
  const Instant due = link.incoming.front().due;
  if (due != kNever) {
    link.incoming_timer = events_.after(due - events_.now(), Owner::Firmware, [this, id] { arrive(id); });
    return;
  }
  link.incoming_timer = events_.after(link.retransmission, Owner::Firmware, [this, id] {
    Link& waiting = links_.at(id);
    waiting.retransmission = std::min(2 * waiting.retransmission, kRetransmissionMax);
    retransmit(id, waiting);
  });
}

// What got through is acknowledged, and the rest follows (RFC 5681 §3.1); else the peer waits twice as long.
void DataPath::retransmit(ConnectionId id, Link& link) {
  if (!passNat(link, events_.now())) {
    link.incoming.clear();
    return;
  }
  const Instant due = arrival();
  if (due != kNever) {
    for (Incoming& piece : link.incoming) piece.due = due;
    link.retransmission = config_.timing.tcp_retransmission;
  }
  schedule(id, link);
}

void DataPath::arrive(ConnectionId id) {
  Link& link = links_.at(id);
  const Incoming piece = std::move(link.incoming.front());
  link.incoming.pop_front();
  if (link.muted) {
    link.incoming.clear();
    return;
  }
  page_ = kNever;
  stayConnected();
  if (!link.incoming.empty() && link.incoming.front().due == kNever) {
    retransmit(id, link);
  } else {
    schedule(id, link);
  }
  piece.deliver(link);
}

Duration DataPath::uplink() {
  if (!in_reach_) return Duration{0};
  const Instant now = events_.now();
  if (radioIdle()) up_at_ = now + config_.timing.rrc_setup;
  const Duration setup = std::max(up_at_ - now, Duration{0});
  stayConnected(setup);
  page_ = kNever;
  const Instant soon = now + setup + config_.timing.latency;
  for (auto& [id, link] : links_) {
    for (Incoming& waiting : link.incoming) {
      if (waiting.due != kNever) waiting.due = std::min(waiting.due, soon);
    }
    if (!link.incoming.empty() && link.incoming.front().due != kNever) schedule(id, link);
  }
  return setup;
}

void DataPath::onOpened(ConnectionId id) {
  downlink(id, [](Link& link) { link.user->opened(); });
}

void DataPath::onOpenFailed(ConnectionId id, OpenError error) {
  downlink(id, [this, id, error](Link& link) {
    ConnectionUser* user = link.user;
    forget(link);
    links_.erase(id);
    user->openFailed(error);
  });
}

void DataPath::deliver(ConnectionId id, Link& link) {
  ConnectionUser& user = *link.user;
  const std::size_t room = user.room();
  std::string bytes = network_.receive(id, room);
  const bool last = link.ended && bytes.size() < room;
  if (last) link.ended = false;
  if (!bytes.empty()) user.received(std::move(bytes));
  if (last && links_.contains(id)) user.closed();
}

void DataPath::onReadable(ConnectionId id) {
  downlink(id, [this, id](Link& link) { deliver(id, link); });
}

void DataPath::onClosed(ConnectionId id) {
  downlink(id, [this, id](Link& link) {
    link.ended = true;
    deliver(id, link);
  });
}

}  // namespace smartkar::modem_sim
