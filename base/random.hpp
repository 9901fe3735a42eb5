#pragma once

#include <cstdint>

namespace smartkar {

// Seeded pseudo-random numbers (PCG32, O'Neill 2014). Same seed, same sequence, on every platform. Not for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed + kIncrement) { next(); }

  // Uniform over all 32-bit values.
  std::uint32_t next();
  // Uniform over 0 … bound-1, without modulo bias. bound: at least 1.
  std::uint32_t below(std::uint32_t bound);
  // Uniform over low … high, both included. low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high);
  // True with the given probability, 0.0 … 1.0.
  bool chance(double probability);

 private:
  static constexpr std::uint64_t kIncrement = 1442695040888963407ULL;
  std::uint64_t state_;
};

}  // namespace smartkar
