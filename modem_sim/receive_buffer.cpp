#include "modem_sim/receive_buffer.hpp"

#include <utility>

namespace smartkar::modem_sim {

void ReceiveBuffer::put(std::string bytes, bool datagram) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  if (datagram || pieces_.empty()) {
    pieces_.push_back(std::move(bytes));
  } else {
    pieces_.back() += bytes;
  }
}

std::string ReceiveBuffer::take(std::size_t max) {
  if (pieces_.empty()) return {};
  std::string& first = pieces_.front();
  std::string taken = first.substr(0, max);
  first.erase(0, taken.size());
  size_ -= taken.size();
  if (first.empty()) pieces_.pop_front();
  return taken;
}

void ReceiveBuffer::clear() {
  pieces_.clear();
  size_ = 0;
}

}  // namespace smartkar::modem_sim
