#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "modem_sim/event_queue.hpp"

namespace smartkar::modem_sim {

// The modem's transmit line: chunks (lines, data blocks) leave one after the other at the baud rate, each in one piece;
// a URC may overtake a chunk that is being held back.
class UartOut {
 public:
  // sink: takes the bytes at the time at which the last of them has left.
  UartOut(EventQueue& events, std::function<void(std::string_view)> sink) : events_(events), sink_(std::move(sink)) {}

  // bits per second, more than 0; 10 bits a byte (8N1).
  void setBaud(std::int64_t baud) { baud_ = baud; }
  // hold: not before so much time has passed.
  void write(std::string chunk, Duration hold = Duration{0});
  void writeUrc(std::string chunk);
  // The modem is reset or has no power: what has not left is gone, in the middle of a line if need be.
  void clear();
  bool idle() const { return !sending_ && queue_.empty(); }

 private:
  struct Chunk {
    std::string text;
    Instant not_before;
  };
  void pump();
  void sendPiece();

  EventQueue& events_;
  std::function<void(std::string_view)> sink_;
  std::deque<Chunk> queue_;
  std::int64_t baud_ = 115200;
  bool sending_ = false;
  EventQueue::Id timer_ = 0;
};

}  // namespace smartkar::modem_sim
