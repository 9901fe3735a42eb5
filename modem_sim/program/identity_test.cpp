#include "modem_sim/program/identity.hpp"

#include <gtest/gtest.h>

namespace smartkar::modem_sim {
namespace {

TEST(IdentityTest, NumbersKeepTheirLength) {
  EXPECT_EQ(numberBehind("860016049999999", 1), "860016050000000");
  EXPECT_EQ(numberBehind("99", 3), "02");
  EXPECT_EQ(numberBehind("8947000000000000009F", 1), "8947000000000000010F");
}

TEST(IdentityTest, EveryModemHasItsOwnAndTheFirstThatWhichWasGiven) {
  const Config first;
  EXPECT_EQ(modemNumber(0, first).imei, first.imei);
  const Config other = modemNumber(999, first);
  EXPECT_NE(other.imei, first.imei);
  EXPECT_NE(other.imsi, first.imsi);
  EXPECT_NE(other.ccid, first.ccid);
}

}  // namespace
}  // namespace smartkar::modem_sim
