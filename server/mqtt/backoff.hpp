#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "base/time.hpp"

namespace smartkar::server {

// Pauses between attempts that fail: each twice the one before, up to a limit, and shortened at random by at most half
// so that many clients of a broker that came back do not all knock at once.
class Backoff {
 public:
  struct Limits {
    Duration first = 500ms;  // > 0
    Duration longest = 30s;  // >= first
  };

  // seed: different in every client.
  Backoff(const Limits& limits, std::uint64_t seed) : limits_(limits), pause_(limits.first), random_(seed) {}

  // How long to wait before the next attempt.
  Duration next();
  // An attempt has succeeded.
  void reset() { pause_ = limits_.first; }

 private:
  const Limits limits_;
  Duration pause_;
  Random random_;
};

}  // namespace smartkar::server
