#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace smartkar::mqtt {

// The received QoS 1 messages that the server has not yet seen acknowledged, in the order of receipt. A ring in the
// caller's memory; a message is named by a number that counts up over the life of the window.
class InboundWindow {
 public:
  struct Entry {
    std::uint16_t packet_id = 0;
    bool acknowledged = false;
  };

  explicit InboundWindow(std::span<Entry> memory) : memory_(memory) {}

  // The number of the message; nothing if the window is full.
  std::optional<std::uint32_t> add(std::uint16_t packet_id);
  // False if there is no such open message.
  bool acknowledge(std::uint32_t sequence);
  // The packet id of the oldest message if it has been acknowledged: its PUBACK may leave.
  std::optional<std::uint16_t> ready() const;
  // The PUBACK of the oldest message is on its way.
  void pop();
  void clear();

  std::size_t size() const { return size_; }
  bool full() const { return size_ == memory_.size(); }
  std::size_t capacity() const { return memory_.size(); }

 private:
  Entry& at(std::size_t index) const;

  std::span<Entry> memory_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::uint32_t first_sequence_ = 1;
};

}  // namespace smartkar::mqtt
