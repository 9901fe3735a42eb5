#include "mqtt/inbound_window.hpp"

#include "base/assert.hpp"

namespace smartkar::mqtt {

std::optional<std::uint32_t> InboundWindow::add(std::uint16_t packet_id, Qos qos) {
  if (held_ + size_ == memory_.size()) return std::nullopt;
  open(size_) = {.packet_id = packet_id, .qos = qos, .acknowledged = false};
  return first_sequence_ + static_cast<std::uint32_t>(size_++);
}

bool InboundWindow::acknowledge(std::uint32_t sequence) {
  const std::uint32_t index = sequence - first_sequence_;
  if (index >= size_ || open(index).acknowledged) return false;
  open(index).acknowledged = true;
  return true;
}

std::optional<InboundWindow::Entry> InboundWindow::ready() const {
  if (size_ == 0 || !open(0).acknowledged) return std::nullopt;
  return open(0);
}

void InboundWindow::pop() {
  SK_ASSERT(size_ > 0);
  removeFirst(open(0).qos == Qos::ExactlyOnce);
}

// An entry that is held stays where it is. One that goes leaves a gap between held and open, which the first of the
// held ones fills.
void InboundWindow::removeFirst(bool hold) {
  if (hold) {
    ++held_;
  } else if (held_ > 0) {
    open(0) = held(0);
  }
  head_ = (head_ + 1) % memory_.size();
  --size_;
  ++first_sequence_;
}

bool InboundWindow::isOpen(std::uint16_t packet_id) const {
  for (std::size_t i = 0; i < size_; ++i) {
    if (open(i).qos == Qos::ExactlyOnce && open(i).packet_id == packet_id) return true;
  }
  return false;
}

bool InboundWindow::reopen(std::uint16_t packet_id) {
  return release(packet_id) && acknowledge(*add(packet_id, Qos::ExactlyOnce));
}

bool InboundWindow::release(std::uint16_t packet_id) {
  for (std::size_t i = 0; i < held_; ++i) {
    if (heldId(i) != packet_id) continue;
    held(i) = held(0);
    --held_;
    return true;
  }
  return false;
}

bool InboundWindow::freedByAcknowledging() const {
  for (std::size_t i = 0; i < size_; ++i) {
    if (open(i).qos == Qos::AtLeastOnce) return true;
  }
  return false;
}

void InboundWindow::endConnection() {
  while (size_ > 0) removeFirst(open(0).qos == Qos::ExactlyOnce && open(0).acknowledged);
}

}  // namespace smartkar::mqtt
