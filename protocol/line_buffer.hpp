#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace smartkar::protocol {

// Puts the bytes of a stream together to lines. LF ends one, a CR before it is dropped, empty lines vanish.
// N: longest line, without its end (a CR counts).
template <std::size_t N>
class LineBuffer {
 public:
  enum class Token : std::uint8_t {
    None,      // the line goes on
    Line,      // line() is complete
    Overlong,  // a line longer than N ended and was dropped
  };

  Token push(char byte) {
    if (complete_) reset();
    if (byte == '\n') return end();
    if (size_ == N) {
      overlong_ = true;
    } else {
      buffer_[size_++] = byte;
    }
    return Token::None;
  }
  // The line that the latest push completed; valid until the next push.
  std::string_view line() const { return {buffer_.data(), size_}; }
  // Forgets a line that has begun.
  void reset() {
    size_ = 0;
    complete_ = overlong_ = false;
  }

 private:
  Token end() {
    complete_ = true;
    if (overlong_) return Token::Overlong;
    if (size_ > 0 && buffer_[size_ - 1] == '\r') --size_;
    return size_ > 0 ? Token::Line : Token::None;
  }

  std::array<char, N> buffer_{};
  std::size_t size_ = 0;
  bool complete_ = false;
  bool overlong_ = false;
};

}  // namespace smartkar::protocol
