#include "sim/serial_line.hpp"

#include <algorithm>

namespace smartkar::sim {
namespace {

constexpr std::int64_t kBitsPerByte = 10;
constexpr std::int64_t kBaud = 115'200;

Duration timeOf(std::size_t bytes) {
  return Duration{static_cast<std::int64_t>(bytes) * kBitsPerByte * 1'000'000 / kBaud};
}

}  // namespace

std::string LineNoise::pass(std::string_view bytes) {
  std::string result(bytes);
  if (rate_ == 0) return result;
  for (char& c : result) {
    if (!random_.chance(rate_)) continue;
    c = static_cast<char>(static_cast<unsigned char>(c) ^ (1U + random_.below(255)));
    ++damaged_;
  }
  return result;
}

std::size_t SerialPort::read(std::span<std::uint8_t> into) {
  const std::size_t size = std::min(into.size(), received_.size());
  std::copy_n(received_.begin(), size, into.begin());
  received_.erase(0, size);
  return size;
}

std::size_t SerialPort::write(std::span<const std::uint8_t> bytes) {
  line_free_ = std::max(line_free_, time_.now()) + timeOf(bytes.size());
  time_.after(line_free_ - time_.now(), [this, text = std::string(bytes.begin(), bytes.end())] { send_(text); });
  return bytes.size();
}

}  // namespace smartkar::sim
