#include "mqtt/inbound_window.hpp"

#include "base/assert.hpp"

namespace smartkar::mqtt {

InboundWindow::Entry& InboundWindow::at(std::size_t index) const { return memory_[(head_ + index) % memory_.size()]; }

std::optional<std::uint32_t> InboundWindow::add(std::uint16_t packet_id) {
  if (full()) return std::nullopt;
  at(size_) = {.packet_id = packet_id, .acknowledged = false};
  return first_sequence_ + static_cast<std::uint32_t>(size_++);
}

bool InboundWindow::acknowledge(std::uint32_t sequence) {
  const std::uint32_t index = sequence - first_sequence_;
  if (index >= size_ || at(index).acknowledged) return false;
  at(index).acknowledged = true;
  return true;
}

std::optional<std::uint16_t> InboundWindow::ready() const {
  if (size_ == 0 || !at(0).acknowledged) return std::nullopt;
  return at(0).packet_id;
}

void InboundWindow::pop() {
  SK_ASSERT(size_ > 0);
  head_ = (head_ + 1) % memory_.size();
  --size_;
  ++first_sequence_;
}

void InboundWindow::clear() {
  while (size_ > 0) pop();
}

}  // namespace smartkar::mqtt
