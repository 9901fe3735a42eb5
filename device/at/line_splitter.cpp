#include "device/at/line_splitter.hpp"

namespace smartkar::device {

void LineSplitter::reset() {
  size_ = 0;
  complete_ = overlong_ = noise_ = after_prompt_ = false;
}

LineSplitter::Token LineSplitter::end() {
  const bool overlong = overlong_;
  const bool noise = noise_;
  const std::size_t size = size_;
  reset();
  if (overlong) return Token::Overlong;
  if (noise) return Token::Noise;
  if (size == 0) return Token::None;
  size_ = size;
  complete_ = true;
  return Token::Line;
}

LineSplitter::Token LineSplitter::push(std::uint8_t byte, bool prompt_expected) {
  const bool after_prompt = after_prompt_;
  after_prompt_ = false;
  if (complete_) reset();
  if (byte == '\r' || byte == '\n') return end();
  if (atLineStart()) {
    if (byte == '>' && prompt_expected) {
      after_prompt_ = true;
      return Token::Prompt;
    }
    if (byte == ' ' && after_prompt) return Token::None;
  }
  if (byte < 0x20 || byte == 0x7F) {
    noise_ = true;
  } else if (size_ == buffer_.size()) {
    overlong_ = true;
  } else {
    buffer_[size_++] = static_cast<char>(byte);
  }
  return Token::None;
}

}  // namespace smartkar::device
