#include "base/random.hpp"

#include <bit>

#include "base/assert.hpp"

namespace smartkar {

std::uint32_t Random::next() {
  const std::uint64_t old = state_;
  state_ = old * 6364136223846793005ULL + kIncrement;
  const auto xorshifted = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
  return std::rotr(xorshifted, static_cast<int>(old >> 59U));
}

std::uint32_t Random::below(std::uint32_t bound) {
  SK_ASSERT(bound > 0);
  const std::uint32_t threshold = (0U - bound) % bound;
  for (;;) {
    const std::uint32_t value = next();
    if (value >= threshold) return value % bound;
  }
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  SK_ASSERT(low <= high);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const std::uint64_t draw = (static_cast<std::uint64_t>(next()) << 32U) | next();
  const std::uint64_t offset = span == UINT64_MAX ? draw : draw % (span + 1);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

bool Random::chance(double probability) { return next() < probability * 4294967296.0; }

}  // namespace smartkar
