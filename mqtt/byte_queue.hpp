#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/assert.hpp"

namespace smartkar::mqtt {

// A first-in first-out queue of bytes in the caller's memory whose content is always contiguous: when the free room at
// the end does not suffice the content moves to the front.
class ByteQueue {
 public:
  explicit ByteQueue(std::span<std::uint8_t> memory) : memory_(memory) {}

  std::span<const std::uint8_t> content() const { return memory_.subspan(begin_, size()); }
  std::span<std::uint8_t> content() { return memory_.subspan(begin_, size()); }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return memory_.size(); }
  // How many bytes can still be added.
  std::size_t room() const { return capacity() - size(); }

  // Room for `bytes` behind the content, to be filled and then added with commit(). bytes: at most room(). Ends views
  // of the content.
  std::span<std::uint8_t> prepare(std::size_t bytes) {
    SK_ASSERT(bytes <= room());
    if (bytes > capacity() - end_) {
      std::memmove(memory_.data(), memory_.data() + begin_, size());
      end_ -= begin_;
      begin_ = 0;
    }
    return memory_.subspan(end_, bytes);
  }
  void commit(std::size_t bytes) {
    SK_ASSERT(bytes <= capacity() - end_);
    end_ += bytes;
  }
  // Removes from the front. bytes: at most size().
  void drop(std::size_t bytes) {
    SK_ASSERT(bytes <= size());
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void clear() { begin_ = end_ = 0; }

 private:
  std::span<std::uint8_t> memory_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace smartkar::mqtt
