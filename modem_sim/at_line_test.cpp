#include "modem_sim/at_line.hpp"

#include <gmock/gmock.h>

namespace smartkar::modem_sim {
namespace {

TEST(AtLineTest, ExtendedCommandInFourForms) {
  EXPECT_EQ(parseLine("+CSQ", Backslash::Kept)->front().form, Form::Execute);
  EXPECT_EQ(parseLine("+CSQ?", Backslash::Kept)->front().form, Form::Read);
  EXPECT_EQ(parseLine("+CSQ=?", Backslash::Kept)->front().form, Form::Test);
  EXPECT_EQ(parseLine("+csq=1", Backslash::Kept)->front().form, Form::Write);
  EXPECT_EQ(parseLine("+csq=1", Backslash::Kept)->front().name, "+CSQ");
}

TEST(AtLineTest, ParametersQuotedBareAndOmitted) {
  const auto commands = parseLine("+CPSMS=1,,,\"00100010\", x ", Backslash::Kept);
  ASSERT_TRUE(commands);
  const auto& parameters = commands->front().parameters;
  ASSERT_EQ(parameters.size(), 5U);
  EXPECT_EQ(parameters[0].number(), 1);
  EXPECT_TRUE(parameters[1].omitted());
  EXPECT_TRUE(parameters[3].quoted);
  EXPECT_EQ(parameters[3].text, "00100010");
  EXPECT_EQ(parameters[4].text, "x");
}

TEST(AtLineTest, QuotedNumberCountsAsNumber) {
  EXPECT_EQ(parseLine("+SMCONF=\"URL\",\"h\",\"1883\"", Backslash::Kept)->front().parameters[2].number(), 1883);
}

TEST(AtLineTest, UnescapedInnerQuoteIsRefused) {
  EXPECT_FALSE(parseLine("+SMCONF=\"MESSAGE\",\"{\"a\":1}\"", Backslash::Kept));
}

TEST(AtLineTest, EscapedQuoteKeepsItsBackslashUnlessSwitched) {
  EXPECT_EQ(parseLine("+A=\"\\\"x\\\"\"", Backslash::Kept)->front().parameters[0].text, "\\\"x\\\"");
  EXPECT_EQ(parseLine("+A=\"\\\"x\\\"\"", Backslash::Removed)->front().parameters[0].text, "\"x\"");
  EXPECT_FALSE(parseLine("+A=\"\\\"x\\\"\"", Backslash::Ordinary));
  EXPECT_EQ(parseLine("+A=\"x\\\"", Backslash::Ordinary)->front().parameters[0].text, "x\\");
}

TEST(AtLineTest, ConcatenatedCommands) {
  const auto commands = parseLine("E0V1+CNMP=38;+CMNB=1", Backslash::Kept);
  ASSERT_TRUE(commands);
  ASSERT_EQ(commands->size(), 4U);
  EXPECT_EQ((*commands)[0].name, "E");
  EXPECT_EQ((*commands)[0].parameters[0].number(), 0);
  EXPECT_EQ((*commands)[3].name, "+CMNB");
}

TEST(AtLineTest, MoreThan39CommandsAreRefused) {
  std::string line;
  for (int i = 0; i < 39; ++i) line += "E0";
  EXPECT_TRUE(parseLine(line, Backslash::Kept));
  EXPECT_FALSE(parseLine(line + "E0", Backslash::Kept));
}

TEST(AtLineTest, EmptyLineHasNoCommands) { EXPECT_THAT(*parseLine("", Backslash::Kept), testing::IsEmpty()); }

TEST(AtLineTest, MissingClosingQuoteIsRefused) { EXPECT_FALSE(parseLine("+A=\"x", Backslash::Kept)); }

}  // namespace
}  // namespace smartkar::modem_sim
