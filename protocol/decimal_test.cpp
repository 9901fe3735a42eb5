#include "protocol/decimal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/random.hpp"

namespace smartkar::protocol {
namespace {

TEST(Decimal, ReadsWhatPeopleAndCarsWrite) {
  EXPECT_EQ(parseDecimal("0"), 0.0);
  EXPECT_EQ(parseDecimal("80"), 80.0);
  EXPECT_EQ(parseDecimal("-12.5"), -12.5);
  EXPECT_EQ(parseDecimal("21.3"), 21.3);
  EXPECT_EQ(parseDecimal("58.969975"), 58.969975);
  EXPECT_EQ(parseDecimal("1767225600"), 1767225600.0);
  EXPECT_EQ(parseDecimal("1.5e3"), 1500.0);
  EXPECT_EQ(parseDecimal("15E-1"), 1.5);
  EXPECT_EQ(parseDecimal("2e+2"), 200.0);
}

TEST(Decimal, ReadsNegativeZero) { EXPECT_TRUE(std::signbit(*parseDecimal("-0.0"))); }

TEST(Decimal, KnowsItsLimits) {
  EXPECT_EQ(parseDecimal("1e400"), std::nullopt);
  EXPECT_EQ(parseDecimal("-1e999999999999"), std::nullopt);
  EXPECT_EQ(parseDecimal("1e-400"), 0.0);
  EXPECT_EQ(parseDecimal("0e999"), 0.0);
  EXPECT_DOUBLE_EQ(*parseDecimal("0." + std::string(30, '0') + "5"), 5e-31);
  EXPECT_EQ(parseDecimal("1" + std::string(30, '0')), 1e30);
}

// The C library rounds every text correctly; up to 15 digits, so do we.
TEST(Decimal, AgreesWithTheCLibrary) {
  Random random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto digits = static_cast<long long>(random.below(31'622'776)) * random.below(31'622'776);
    const int exponent = static_cast<int>(random.below(45)) - 22;
    char text[40];
    std::snprintf(text, sizeof text, "%llde%d", digits, exponent);
    ASSERT_EQ(parseDecimal(text), std::strtod(text, nullptr)) << text;
  }
}

TEST(Decimal, LongTextsKeepFifteenDigits) {
  EXPECT_DOUBLE_EQ(*parseDecimal("3.14159265358979323846264338327950288"), 3.14159265358979323846);
  EXPECT_DOUBLE_EQ(*parseDecimal("123456789012345678901234567890"), 123456789012345678901234567890.0);
}

}  // namespace
}  // namespace smartkar::protocol
