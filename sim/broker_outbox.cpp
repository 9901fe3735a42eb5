#include "sim/broker_outbox.hpp"

#include <algorithm>
#include <iterator>

namespace smartkar::sim {
namespace {

using State = Outgoing::State;

bool needsAnswer(const Outgoing& outgoing) { return outgoing.message.qos != mqtt::Qos::AtMostOnce; }

}  // namespace

void BrokerOutbox::connect(std::size_t window) {
  online_ = true;
  moves_ = true;
  window_ = window;
  quota_ = window;
  for (Outgoing& outgoing : in_flight_) {
    takeQuota();
    outgoing.state = outgoing.state == State::Released ? State::ReleaseUnsent : State::Unsent;
  }
  sendQueued();
}

void BrokerOutbox::resume(Instant now) {
  sendQueued();
  for (auto entry = in_flight_.begin(); entry != in_flight_.end();) entry = send(entry, now);
}

void BrokerOutbox::restore() {
  online_ = false;
  moves_ = false;
  const std::size_t limit = limits_.max_inflight_messages;
  if (limit == 0 || in_flight_.size() <= limit) return;
  queued_.splice(queued_.begin(), in_flight_, std::next(in_flight_.begin(), static_cast<std::ptrdiff_t>(limit)),
                 in_flight_.end());
}

std::uint16_t BrokerOutbox::nextPacketId() {
  if (++last_packet_id_ == 0) ++last_packet_id_;
  return last_packet_id_;
}

bool BrokerOutbox::insert(Outgoing outgoing, bool send, Instant now) {
  const bool answered = needsAnswer(outgoing);
  if (!online_ && !answered) return false;
  const bool in_flight = online_ && (!answered || hasWindow());
  if (!in_flight && !hasQueueRoom()) return false;
  if (answered) {
    ++count_;
    bytes_ += outgoing.message.payload.size();
    takeQuota();
  }
  (in_flight ? in_flight_ : queued_).push_back(std::move(outgoing));
  if (send) {
    sendLatest(now);
    sendQueued();
  }
  return true;
}

void BrokerOutbox::flush(Instant now) {
  sendQueued();
  sendLatest(now);
}

bool BrokerOutbox::acknowledged(std::uint16_t packet_id, mqtt::Qos qos, Instant now) {
  returnQuota();
  return remove(packet_id, qos, State::Released, now);
}

bool BrokerOutbox::received(std::uint16_t packet_id) {
  const auto entry = std::ranges::find(in_flight_, packet_id, &Outgoing::packet_id);
  if (entry != in_flight_.end()) {
    if (entry->message.qos != mqtt::Qos::ExactlyOnce) return false;
    entry->state = State::Released;
  }
  wire_.release(packet_id);
  return true;
}

// Mosquitto 2.0.11 does not return the quota here.
bool BrokerOutbox::refused(std::uint16_t packet_id, Instant now) {
  return remove(packet_id, mqtt::Qos::ExactlyOnce, State::Sent, now);
}

bool BrokerOutbox::hasQueueRoom() const {
  const std::size_t in_flight = online_ ? window_ : 0;
  const bool count_fits = limits_.max_queued_messages == 0 || count_ < limits_.max_queued_messages + in_flight;
  const bool bytes_fit = limits_.max_queued_bytes == 0 || bytes_ < limits_.max_queued_bytes;
  return count_fits && bytes_fit;
}

void BrokerOutbox::takeQuota() {
  if (quota_ > 0) --quota_;
}

void BrokerOutbox::returnQuota() { quota_ = std::min(quota_ + 1, window_); }

void BrokerOutbox::dequeue() {
  queued_.front().state = State::Unsent;
  in_flight_.splice(in_flight_.end(), queued_, queued_.begin());
  takeQuota();
}

// state: that one at QoS 2 must be in.
bool BrokerOutbox::remove(std::uint16_t packet_id, mqtt::Qos qos, State state, Instant now) {
  const auto entry = std::ranges::find(in_flight_, packet_id, &Outgoing::packet_id);
  auto place = static_cast<std::size_t>(std::distance(in_flight_.begin(), entry));
  if (entry != in_flight_.end()) {
    if (entry->message.qos != qos || (qos == mqtt::Qos::ExactlyOnce && entry->state != state)) return false;
    erase(entry);
  }
  for (; !queued_.empty() && (window_ == 0 || place < window_); ++place) dequeue();
  sendLatest(now);
  return true;
}

void BrokerOutbox::sendQueued() {
  if (!moves_) return;
  while (!queued_.empty() && hasWindow()) dequeue();
}

// Everything unsent at the end of the line, from the last that is not.
void BrokerOutbox::sendLatest(Instant now) {
  if (!online_ || in_flight_.empty()) return;
  auto entry = std::prev(in_flight_.end());
  while (entry != in_flight_.begin() && entry->state == State::Unsent) --entry;
  if (entry != in_flight_.begin()) ++entry;
  while (entry != in_flight_.end()) entry = send(entry, now);
}

BrokerOutbox::Messages::iterator BrokerOutbox::send(Messages::iterator entry, Instant now) {
  if (entry->message.expires != kNever && secondsLeft(entry->message, now) < 0) {
    if (needsAnswer(*entry)) returnQuota();
    return erase(entry);
  }
  if (entry->state == State::ReleaseUnsent) {
    wire_.release(entry->packet_id);
    entry->state = State::Released;
  } else if (entry->state == State::Unsent) {
    wire_.publish(*entry, now);
    if (!needsAnswer(*entry)) return erase(entry);
    entry->duplicate = true;
    entry->state = State::Sent;
  }
  return std::next(entry);
}

BrokerOutbox::Messages::iterator BrokerOutbox::erase(Messages::iterator entry) {
  if (needsAnswer(*entry)) {
    --count_;
    bytes_ -= entry->message.payload.size();
  }
  return in_flight_.erase(entry);
}

}  // namespace smartkar::sim
