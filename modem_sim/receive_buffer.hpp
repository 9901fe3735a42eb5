#pragma once

#include <cstddef>
#include <deque>
#include <string>

namespace smartkar::modem_sim {

// What has arrived on a socket and was not read: a stream, or datagrams of which no read takes two at once.
class ReceiveBuffer {
 public:
  void put(std::string bytes, bool datagram);
  // At most max bytes; the rest of a datagram stays for the next read.
  std::string take(std::size_t max);
  std::size_t size() const { return size_; }
  bool empty() const { return pieces_.empty(); }
  void clear();

 private:
  std::deque<std::string> pieces_;  // none is empty
  std::size_t size_ = 0;
};

}  // namespace smartkar::modem_sim
