#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"

namespace smartkar {

// A string of at most N bytes that never allocates. Text that does not fit is refused whole, never cut.
template <std::size_t N>
class FixedString {
 public:
  constexpr FixedString() = default;
  // text: at most N bytes, known to fit (asserts); for outside text use assign().
  constexpr FixedString(std::string_view text) { SK_ASSERT(assign(text)); }
  constexpr FixedString(const char* text) : FixedString(std::string_view(text)) {}

  // True if the text fitted and was taken; false leaves the string as it was.
  [[nodiscard]] constexpr bool assign(std::string_view text) {
    if (text.size() > N) return false;
    clear();
    return append(text);
  }
  [[nodiscard]] constexpr bool append(std::string_view text) {
    if (text.size() > N - size_) return false;
    for (char c : text) bytes_[size_++] = c;
    return true;
  }
  [[nodiscard]] constexpr bool append(char c) { return append(std::string_view(&c, 1)); }

  constexpr void clear() { size_ = 0; }
  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr operator std::string_view() const { return view(); }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  static constexpr std::size_t capacity() { return N; }

  friend constexpr bool operator==(const FixedString& a, const FixedString& b) { return a.view() == b.view(); }
  friend constexpr bool operator==(const FixedString& a, std::string_view b) { return a.view() == b; }
  friend constexpr bool operator==(const FixedString& a, const char* b) { return a.view() == b; }

 private:
  std::array<char, N> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace smartkar
