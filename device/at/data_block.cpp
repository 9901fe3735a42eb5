#include "device/at/data_block.hpp"

#include <charconv>

#include "base/hex.hpp"
#include "device/at/modem_line.hpp"

namespace smartkar::device {
std::optional<std::size_t> announcedBytes(std::string_view line, std::string_view name) {
  if (!hasName(line, name)) return std::nullopt;
  line.remove_prefix(name.size() + 1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  std::size_t bytes = 0;
  const auto parsed = std::from_chars(line.data(), line.data() + line.size(), bytes);
  if (parsed.ec != std::errc() || parsed.ptr != line.data() + line.size()) return std::nullopt;
  return bytes;
}

void DataBlock::expect(AtBlock form, std::span<std::uint8_t> into) {
  form_ = form;
  into_ = into;
  room_ = into.size();
  left_ = size_ = 0;
  malformed_ = ended_ = false;
}

void DataBlock::begin(std::size_t bytes) {
  left_ = form_ == AtBlock::Hex ? 2 * bytes : bytes;
  size_ = 0;
}

void DataBlock::push(std::uint8_t byte) {
  --left_;
  ended_ = left_ == 0;
  if (form_ == AtBlock::Raw) return store(byte);
  const auto digit = hexDigit(static_cast<char>(byte));
  malformed_ = malformed_ || !digit;
  const int value = digit.value_or(0);
  if (left_ % 2 == 1) {
    high_ = value;
  } else {
    store(static_cast<std::uint8_t>(high_ << 4 | value));
  }
}

void DataBlock::pushAfter(std::uint8_t byte) {
  malformed_ = malformed_ || (ended_ && byte != '\r');
  ended_ = false;
}

void DataBlock::store(std::uint8_t byte) {
  if (size_ < into_.size()) into_[size_] = byte;
  ++size_;
}

}  // namespace smartkar::device
