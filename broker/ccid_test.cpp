#include "broker/ccid.hpp"

#include <gtest/gtest.h>

#include <set>

#include "protocol/topics.hpp"

namespace smartkar::broker {
namespace {

TEST(Ccid, CheckDigitIsThatOfThePublishedExample) {
  EXPECT_EQ(luhnDigit("7992739871"), '3');
  EXPECT_EQ(luhnDigit("0"), '0');
}

TEST(Ccid, InventedOneIsValidAndCarriesItsCheckDigit) {
  Random random(1);
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string ccid = inventCcid(random);
    EXPECT_TRUE(protocol::validCcid(ccid)) << ccid;
    EXPECT_EQ(ccid.back(), luhnDigit(std::string_view(ccid).substr(0, ccid.size() - 1))) << ccid;
    seen.insert(ccid);
  }
  EXPECT_EQ(seen.size(), 100U);
}

}  // namespace
}  // namespace smartkar::broker
