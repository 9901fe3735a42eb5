#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/crc32.hpp"
#include "base/hex.hpp"
#include "base/random.hpp"

namespace smartkar {
namespace {

TEST(Crc32, ChecksTheStandardCheckValue) { EXPECT_EQ(crc32(std::string_view("123456789")), 0xCBF43926u); }

TEST(Crc32, InPiecesIsTheSameAsWhole) {
  const std::string_view text = "{\"id\":12,\"action\":\"vehicle.startCharging\"}";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32(text.substr(cut), crc32(text.substr(0, cut))), crc32(text));
  }
}

TEST(Hex, DecodesEitherCaseAndRefusesEverythingElse) {
  std::array<std::uint8_t, 2> bytes{};
  EXPECT_EQ(decodeHex("fA07", bytes), 2u);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 2>{0xFA, 0x07}));
  EXPECT_FALSE(decodeHex("fA0", bytes));
  EXPECT_FALSE(decodeHex("fA0g", bytes));
  EXPECT_FALSE(decodeHex("fA0701", bytes));
}

TEST(Hex, EncodesEightDigits) {
  std::array<char, 8> digits{};
  encodeHex32(0x00C0FFEEu, digits);
  EXPECT_EQ(std::string_view(digits.data(), digits.size()), "00c0ffee");
}

TEST(Random, SameSeedSameNumbers) {
  Random a(7);
  Random b(7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(Random(7).next(), Random(8).next());
}

TEST(Random, StaysInRangeAndReachesBothEnds) {
  Random random(1);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t value = random.between(-3, 3);
    EXPECT_TRUE(value >= -3 && value <= 3);
    seen.insert(value);
    EXPECT_LT(random.below(5), 5u);
  }
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_FALSE(random.chance(0.0));
  EXPECT_TRUE(random.chance(1.0));
}

}  // namespace
}  // namespace smartkar
