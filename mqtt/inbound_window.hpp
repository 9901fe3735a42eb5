#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

// The received messages that the server has not yet seen acknowledged ("open"), in the order of receipt, and the packet
// ids of the QoS 2 messages between our PUBREC and the server's PUBREL ("held"). They share a ring in the caller's
// memory, so that both together are at most its size. An open message is named by a number that counts up over the life
// of the window; held packet ids have no order.
class InboundWindow {
 public:
  struct Entry {
    std::uint16_t packet_id = 0;
    Qos qos = Qos::AtMostOnce;  // zero: static memory needs no image of its initial values
    bool acknowledged = false;
  };

  explicit InboundWindow(std::span<Entry> memory) : memory_(memory) {}

  // The number of the message; nothing if the window is full. qos: not AtMostOnce.
  std::optional<std::uint32_t> add(std::uint16_t packet_id, Qos qos);
  // False if there is no such open message.
  bool acknowledge(std::uint32_t sequence);
  // The oldest open message if it has been acknowledged: its PUBACK or PUBREC may leave.
  std::optional<Entry> ready() const;
  // The PUBACK or PUBREC of the oldest open message is on its way. At QoS 2 the packet id is held from now on.
  void pop();

  // Whether a QoS 2 message with this packet id is open.
  bool isOpen(std::uint16_t packet_id) const;
  // A held packet id comes again as a message: it is open and acknowledged at once. False if it is not held.
  bool reopen(std::uint16_t packet_id);
  // PUBREL. False if the packet id is not held.
  bool release(std::uint16_t packet_id);
  // Whether acknowledging open messages is enough to make room: not if all of them are at QoS 2.
  bool freedByAcknowledging() const;

  // The connection has ended. The server will send what is open again; packet ids of QoS 2 messages that have been
  // acknowledged are held, because the application must not see those twice.
  void endConnection();
  // The server's session has ended, and with it what its packet ids mean.
  void forgetHeld() { held_ = 0; }

  // Open messages; held packet ids.
  std::size_t size() const { return size_; }
  std::size_t heldCount() const { return held_; }
  // index: 0 … heldCount()-1.
  std::uint16_t heldId(std::size_t index) const { return held(index).packet_id; }
  std::size_t capacity() const { return memory_.size(); }

 private:
  // The ring is [held][open]; `head_` is the first open entry.
  Entry& open(std::size_t index) const { return memory_[(head_ + index) % memory_.size()]; }
  Entry& held(std::size_t index) const { return memory_[(head_ + memory_.size() - held_ + index) % memory_.size()]; }
  void removeFirst(bool hold);

  std::span<Entry> memory_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::size_t held_ = 0;
  std::uint32_t first_sequence_ = 1;
};

}  // namespace smartkar::mqtt
