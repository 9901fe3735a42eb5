#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/assert.hpp"

namespace smartkar {

// A first-in first-out queue of at most N elements that never allocates.
template <class T, std::size_t N>
class Ring {
 public:
  // True if there was room; the caller decides what a full queue means.
  [[nodiscard]] constexpr bool push(T value) {
    if (size_ == N) return false;
    items_[(head_ + size_) % N] = std::move(value);
    ++size_;
    return true;
  }
  constexpr std::optional<T> pop() {
    if (size_ == 0) return std::nullopt;
    std::optional<T> value(std::move(items_[head_]));
    head_ = (head_ + 1) % N;
    --size_;
    return value;
  }
  constexpr T& front() {
    SK_ASSERT(size_ > 0);
    return items_[head_];
  }
  // index 0 is the oldest element.
  constexpr T& operator[](std::size_t index) {
    SK_ASSERT(index < size_);
    return items_[(head_ + index) % N];
  }
  constexpr void clear() { head_ = size_ = 0; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool full() const { return size_ == N; }
  static constexpr std::size_t capacity() { return N; }

 private:
  std::array<T, N> items_{};
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace smartkar
