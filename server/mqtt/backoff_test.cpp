#include "server/mqtt/backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace smartkar::server {
namespace {

TEST(Backoff, PausesDoubleUpToTheLimitAndAreShortenedByAtMostHalf) {
  Backoff backoff({.first = 500ms, .longest = 30s}, 1);
  Duration limit = 500ms;
  for (int attempt = 0; attempt < 20; ++attempt) {
    const Duration pause = backoff.next();
    EXPECT_LE(pause, limit);
    EXPECT_GE(pause, limit / 2);
    limit = std::min<Duration>(limit * 2, 30s);
  }
}

TEST(Backoff, StartsAgainAfterSuccess) {
  Backoff backoff({.first = 500ms, .longest = 30s}, 2);
  for (int attempt = 0; attempt < 10; ++attempt) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), 500ms);
}

TEST(Backoff, ClientsWithDifferentSeedsDoNotKnockTogether) {
  Backoff one({}, 1);
  Backoff other({}, 2);
  EXPECT_NE(one.next(), other.next());
}

}  // namespace
}  // namespace smartkar::server
