#include "server/mqtt/backoff.hpp"

#include <algorithm>

namespace smartkar::server {

Duration Backoff::next() {
  const Duration longest_now = pause_;
  pause_ = std::min(pause_ * 2, limits_.longest);
  return Duration{random_.between(longest_now.count() / 2, longest_now.count())};
}

}  // namespace smartkar::server
