#include "modem_sim/data_path.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smartkar::modem_sim {
namespace {

// eDRX cycles by their four-bit code, in 10 ms (3GPP TS 24.008 table 10.5.5.32, CAT-M).
constexpr std::array<std::int64_t, 16> kEdrxCycle10Ms = {512,   1024,  2048,  4096,  6144,   8192,   10240,  12288,
                                                         14336, 16384, 32768, 65536, 131072, 262144, 524288, 1048576};
constexpr int kCatM = 4;
constexpr Duration kPagingWindowStep = 1280ms;  // of CAT-M; the same table

}  // namespace

ConnectionId DataPath::open(const Endpoint& endpoint, ConnectionUser& user) {
  uplink();
  const ConnectionId id = network_.open(endpoint);
  links_.emplace(id, Link{&user, events_.now()});
  return id;
}

bool DataPath::send(ConnectionId id, std::string_view bytes) {
  const auto link = links_.find(id);
  if (link == links_.end()) return false;
  uplink();
  if (passNat(link->second)) {
    if (!bytes.empty()) network_.send(id, bytes);
    return true;
  }
  if (config_.behaviour.nat_expiry == NatExpiry::Reset) {
    events_.after(2 * config_.timing.latency, EventQueue::Owner::Firmware, [this, id] {
      const auto reset = links_.find(id);
      if (reset != links_.end()) reset->second.user->closed();
    });
  }
  return false;
}

bool DataPath::passNat(Link& link) {
  const Duration timeout = config_.timing.nat_timeout;
  if (timeout > Duration{0} && events_.now() - link.last_traffic > timeout) link.muted = true;
  link.last_traffic = events_.now();
  return !link.muted;
}

// The peer learns of the room by a window update.
void DataPath::receiveMore(ConnectionId id) {
  if (probe(id)) onReadable(id);
}

void DataPath::close(ConnectionId id) {
  const auto link = links_.find(id);
  if (link == links_.end()) return;
  const bool muted = link->second.muted;
  links_.erase(link);
  if (muted) {
    network_.abandon(id);  // the FIN does not pass the NAT either
  } else {
    network_.close(id);
  }
}

void DataPath::breakAll() {
  for (const auto& [id, link] : links_) network_.abandon(id);
  links_.clear();
  deliveries_.clear();
  events_.cancel(delivery_timer_);
}

void DataPath::dropNat() {
  for (auto& [id, link] : links_) link.muted = true;
}

Duration DataPath::pagingDelay() {
  const Timing& timing = config_.timing;
  if (timing.paging) return *timing.paging;
  const Duration drx{random_.between(timing.drx_min.count(), timing.drx_max.count())};
  const auto code = edrxCycle();
  if (!code) return drx;
  // A cycle begins with the paging window; what comes later waits for the next one.
  const Duration cycle = std::chrono::milliseconds(10 * kEdrxCycle10Ms[*code]);
  const Duration window = kPagingWindowStep * (config_.behaviour.paging_window + 1);
  const Duration position{random_.between(0, cycle.count())};
  return position < window ? drx : cycle - position + drx;
}

std::optional<unsigned> DataPath::edrxCycle() const {
  const auto requested = saved_.edrx.find(kCatM);
  const Behaviour& behaviour = config_.behaviour;
  if (saved_.edrx_mode == 0 || requested == saved_.edrx.end() || !behaviour.edrx_granted) return std::nullopt;
  if (behaviour.edrx_cycle >= 0) return static_cast<unsigned>(behaviour.edrx_cycle);
  unsigned code = 0;
  std::from_chars(requested->second.data(), requested->second.data() + requested->second.size(), code, 2);
  return code;
}

void DataPath::downlink(ConnectionId id, std::function<void(Link&)> deliver) {
  const auto arrived = links_.find(id);
  if (arrived == links_.end() || !passNat(arrived->second)) return;
  const Instant now = events_.now();
  Duration delay = config_.timing.latency;
  if (radioIdle()) {
    delay += pagingDelay();
    active_until_ = now + delay + config_.timing.rrc_tail;  // what follows comes with the same page
  }
  const Instant due = deliveries_.empty() ? now + delay : std::max(deliveries_.back().due, now + delay);
  deliveries_.push_back({id, std::move(deliver), due});
  scheduleDelivery();
}

void DataPath::scheduleDelivery() {
  events_.cancel(delivery_timer_);
  if (deliveries_.empty()) return;
  delivery_timer_ =
      events_.after(deliveries_.front().due - events_.now(), EventQueue::Owner::Firmware, [this] { deliverNext(); });
}

void DataPath::deliverNext() {
  const Delivery next = std::move(deliveries_.front());
  deliveries_.pop_front();
  scheduleDelivery();
  const auto link = links_.find(next.id);
  if (link == links_.end() || !passNat(link->second)) return;
  active();
  next.deliver(link->second);
}

void DataPath::uplink() {
  active();
  const Instant soon = events_.now() + config_.timing.latency;
  for (Delivery& waiting : deliveries_) waiting.due = std::min(waiting.due, soon);
  scheduleDelivery();
}

void DataPath::onOpened(ConnectionId id) {
  downlink(id, [](Link& link) { link.user->opened(); });
}

void DataPath::onOpenFailed(ConnectionId id, OpenError error) {
  downlink(id, [this, id, error](Link& link) {
    ConnectionUser* user = link.user;
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
