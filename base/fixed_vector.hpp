#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include "base/assert.hpp"

namespace smartkar {

// A vector of at most N elements that never allocates. T must be default-constructible; unused slots hold T{}.
template <class T, std::size_t N>
class FixedVector {
 public:
  // True if there was room.
  [[nodiscard]] constexpr bool push(T value) {
    if (size_ == N) return false;
    items_[size_++] = std::move(value);
    return true;
  }
  // Removes one element and keeps the order of the rest. index: 0 … size()-1.
  constexpr void erase(std::size_t index) {
    SK_ASSERT(index < size_);
    for (std::size_t i = index + 1; i < size_; ++i) items_[i - 1] = std::move(items_[i]);
    items_[--size_] = T{};
  }
  constexpr void clear() {
    while (size_ > 0) items_[--size_] = T{};
  }

  constexpr T& operator[](std::size_t index) {
    SK_ASSERT(index < size_);
    return items_[index];
  }
  constexpr const T& operator[](std::size_t index) const {
    SK_ASSERT(index < size_);
    return items_[index];
  }
  constexpr T& back() { return (*this)[size_ - 1]; }
  constexpr const T& back() const { return (*this)[size_ - 1]; }
  constexpr T* data() { return items_.data(); }
  constexpr const T* data() const { return items_.data(); }
  constexpr T* begin() { return items_.data(); }
  constexpr T* end() { return items_.data() + size_; }
  constexpr const T* begin() const { return items_.data(); }
  constexpr const T* end() const { return items_.data() + size_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool full() const { return size_ == N; }
  static constexpr std::size_t capacity() { return N; }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
};

}  // namespace smartkar
