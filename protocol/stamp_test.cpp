#include "protocol/stamp.hpp"

#include <gtest/gtest.h>

namespace smartkar::protocol {
namespace {

TEST(StampTest, LaterBootIsNewerWhateverTheOtherCountersSay) {
  EXPECT_TRUE(compare({.boot = 7, .conn = 9, .seq = 90}, {.boot = 8, .conn = 1, .seq = 1}) < 0);
  EXPECT_TRUE(compare({.boot = 8, .conn = 1, .seq = 1}, {.boot = 7, .conn = 9, .seq = 90}) > 0);
}

TEST(StampTest, WithinABootConnectionThenSequenceDecides) {
  EXPECT_TRUE(compare({.boot = 7, .conn = 2}, {.boot = 7, .conn = 3}) < 0);
  EXPECT_TRUE(compare({.boot = 7, .seq = 5}, {.boot = 7, .seq = 4}) > 0);
  EXPECT_TRUE(compare({.boot = 7, .conn = 2, .seq = 5}, {.boot = 7, .conn = 2, .seq = 5}) == 0);
  EXPECT_TRUE(compare({.boot = 7, .conn = 2, .seq = 5}, {.boot = 7, .conn = 3, .seq = 4}) < 0);
}

TEST(StampTest, NoSharedCounterIsNoOrder) {
  EXPECT_EQ(compare({.boot = 7, .conn = 2}, {.boot = 7, .seq = 5}), std::partial_ordering::unordered);
  EXPECT_EQ(compare({.boot = 7}, {.conn = 2}), std::partial_ordering::unordered);
  EXPECT_EQ(compare({.conn = 1}, {.conn = 2}), std::partial_ordering::unordered);
}

TEST(StampTest, EpochsThatDifferAreNotCompared) {
  EXPECT_EQ(compare({.journal = 1, .boot = 7}, {.journal = 2, .boot = 8}), std::partial_ordering::unordered);
  EXPECT_TRUE(compare({.journal = 1, .boot = 7}, {.boot = 8}) < 0);
}

}  // namespace
}  // namespace smartkar::protocol
