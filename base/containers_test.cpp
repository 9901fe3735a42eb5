#include <gtest/gtest.h>

#include <string>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "base/ring.hpp"

namespace smartkar {
namespace {

TEST(FixedString, TextThatDoesNotFitLeavesItUnchanged) {
  FixedString<4> text("abc");
  EXPECT_FALSE(text.append("de"));
  EXPECT_EQ(text, "abc");
  EXPECT_TRUE(text.append('d'));
  EXPECT_FALSE(text.assign("fives"));
  EXPECT_EQ(text, "abcd");
}

TEST(FixedStringDeathTest, KnownTextThatDoesNotFitIsABrokenInvariant) {
  EXPECT_DEATH(FixedString<2>("abc"), "broken invariant");
}

TEST(FixedVector, FullVectorRefusesAndKeepsOrderOnErase) {
  FixedVector<int, 3> numbers;
  EXPECT_TRUE(numbers.push(1) && numbers.push(2) && numbers.push(3));
  EXPECT_FALSE(numbers.push(4));
  numbers.erase(0);
  ASSERT_EQ(numbers.size(), 2u);
  EXPECT_EQ(numbers[0], 2);
  EXPECT_EQ(numbers.back(), 3);
}

TEST(FixedVectorDeathTest, IndexBeyondTheEndIsABrokenInvariant) {
  FixedVector<int, 3> numbers;
  EXPECT_DEATH(numbers[0], "index < size_");
}

TEST(Ring, FirstInIsFirstOutAcrossTheWrap) {
  Ring<std::string, 2> ring;
  EXPECT_TRUE(ring.push("a") && ring.push("b"));
  EXPECT_FALSE(ring.push("c"));
  EXPECT_EQ(ring.pop(), "a");
  EXPECT_TRUE(ring.push("c"));
  EXPECT_EQ(ring[1], "c");
  EXPECT_EQ(ring.pop(), "b");
  EXPECT_EQ(ring.pop(), "c");
  EXPECT_EQ(ring.pop(), std::nullopt);
}

}  // namespace
}  // namespace smartkar
