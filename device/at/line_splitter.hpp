#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "device/at/at_command.hpp"

namespace smartkar::device {

// Splits the modem's bytes into lines and prompts. CR and LF both end a line; empty lines vanish.
class LineSplitter {
 public:
  enum class Token : std::uint8_t {
    None,      // the byte is kept, or was of no importance
    Line,      // line() is complete
    Prompt,    // `>` at the beginning of a line
    Overlong,  // a line over kAtLineBytesMax ended and was dropped
    Noise,     // a line with control characters ended and was dropped
  };

  // Takes one byte. prompt_expected: whether `>` at the beginning of a line is a prompt or just text.
  Token push(std::uint8_t byte, bool prompt_expected);
  // The line that the latest push completed; valid until the next push.
  std::string_view line() const { return {buffer_.data(), size_}; }
  // What has come of a line that has not ended; empty if it will be dropped.
  std::string_view partial() const {
    return complete_ || overlong_ || noise_ ? std::string_view() : std::string_view{buffer_.data(), size_};
  }
  // True if no byte of an unfinished line has arrived.
  bool atLineStart() const { return complete_ || (size_ == 0 && !overlong_ && !noise_); }
  void reset();

 private:
  Token end();

  std::array<char, kAtLineBytesMax> buffer_{};
  std::size_t size_ = 0;
  bool complete_ = false;
  bool overlong_ = false;
  bool noise_ = false;
  bool after_prompt_ = false;
};

}  // namespace smartkar::device
