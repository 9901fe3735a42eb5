#include "server/http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace smartkar::server {
namespace {

constexpr Instant kStart{100s};

TEST(RateLimit, ServesABurstAndThenTheSteadyRate) {
  RateLimit limit(2);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.take("a", kStart), 0s) << i;
  EXPECT_EQ(limit.take("a", kStart), 500ms);
  EXPECT_EQ(limit.take("a", kStart + 250ms), 250ms);
  EXPECT_EQ(limit.take("a", kStart + 500ms), 0s);
  EXPECT_EQ(limit.take("a", kStart + 500ms), 500ms);
}

TEST(RateLimit, OneClientDoesNotSlowAnother) {
  RateLimit limit(1);
  for (int i = 0; i < 6; ++i) limit.take("a", kStart);
  EXPECT_GT(limit.take("a", kStart), 0s);
  EXPECT_EQ(limit.take("b", kStart), 0s);
}

TEST(RateLimit, ZeroIsNoLimit) {
  RateLimit limit(0);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(limit.take("a", kStart), 0s);
}

TEST(RateLimit, RememberedClientsAreBounded) {
  RateLimit limit(1);
  for (std::size_t i = 0; i < RateLimit::kClientsMax; ++i) limit.take(std::to_string(i), kStart);
  for (int i = 0; i < 6; ++i) limit.take("busy", kStart + 10s);
  // The others have rested, the busy one has not.
  EXPECT_EQ(limit.take("new", kStart + 10s), 0s);
  EXPECT_GT(limit.take("busy", kStart + 10s), 0s);
}

}  // namespace
}  // namespace smartkar::server
