#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/time.hpp"

namespace smartkar::server {

// Holds back who asks too often: a bucket of tokens a client, filled at a steady rate.
class RateLimit {
 public:
  // What one may ask for at once after a rest, in seconds of its rate.
  static constexpr double kBurstSeconds = 5;
  // Clients that are remembered; those at rest are forgotten first.
  static constexpr std::size_t kClientsMax = 10'000;

  // per_second: requests of one client; 0: no limit.
  explicit RateLimit(double per_second) : per_second_(per_second) {}

  // Counts a request. Returns how long the client must wait before it is served; zero: it is served.
  Duration take(const std::string& client, Instant now);

 private:
  struct Bucket {
    double tokens = 0;
    Instant at{};
  };
  void forgetRested(Instant now);

  const double per_second_;
  std::map<std::string, Bucket, std::less<>> buckets_;
};

}  // namespace smartkar::server
