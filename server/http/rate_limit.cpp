#include "server/http/rate_limit.hpp"

#include <algorithm>
#include <chrono>

namespace smartkar::server {

using Seconds = std::chrono::duration<double>;

Duration RateLimit::take(const std::string& client, Instant now) {
  if (per_second_ <= 0) return Duration::zero();
  const double most = std::max(per_second_ * kBurstSeconds, 1.0);
  if (buckets_.size() >= kClientsMax && buckets_.count(client) == 0) forgetRested(now);
  Bucket& bucket = buckets_.try_emplace(client, Bucket{most, now}).first->second;
  bucket.tokens = std::min(most, bucket.tokens + Seconds(now - bucket.at).count() * per_second_);
  bucket.at = now;
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return Duration::zero();
  }
  return std::chrono::ceil<Duration>(Seconds((1 - bucket.tokens) / per_second_));
}

// A bucket that is full again says no more than one that is not there. If none is, all are forgotten: the memory is
// bounded whatever comes.
void RateLimit::forgetRested(Instant now) {
  std::erase_if(buckets_, [now](const auto& entry) { return Seconds(now - entry.second.at).count() >= kBurstSeconds; });
  if (buckets_.size() >= kClientsMax) buckets_.clear();
}

}  // namespace smartkar::server
