#include "modem_sim/at_line.hpp"

#include <gmock/gmock.h>

namespace smartkar::modem_sim {
namespace {

TEST(AtLineTest, ExtendedCommandInFourForms) {
  EXPECT_EQ(parseLine("+CSQ", true)->front().form, Form::Execute);
  EXPECT_EQ(parseLine("+CSQ?", true)->front().form, Form::Read);
  EXPECT_EQ(parseLine("+CSQ=?", true)->front().form, Form::Test);
  EXPECT_EQ(parseLine("+csq=1", true)->front().form, Form::Write);
  EXPECT_EQ(parseLine("+csq=1", true)->front().name, "+CSQ");
}

TEST(AtLineTest, ParametersQuotedBareAndOmitted) {
  const auto commands = parseLine("+CPSMS=1,,,\"00100010\", x ", true);
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
  EXPECT_EQ(parseLine("+SMCONF=\"URL\",\"h\",\"1883\"", true)->front().parameters[2].number(), 1883);
}

TEST(AtLineTest, UnescapedInnerQuoteIsRefused) { EXPECT_FALSE(parseLine("+SMCONF=\"MESSAGE\",\"{\"a\":1}\"", true)); }

TEST(AtLineTest, EscapedQuoteKeepsItsBackslashUnlessSwitched) {
  EXPECT_EQ(parseLine("+A=\"\\\"x\\\"\"", true)->front().parameters[0].text, "\\\"x\\\"");
  EXPECT_EQ(parseLine("+A=\"\\\"x\\\"\"", false)->front().parameters[0].text, "\"x\"");
}

TEST(AtLineTest, ConcatenatedCommands) {
  const auto commands = parseLine("E0V1+CNMP=38;+CMNB=1", true);
  ASSERT_TRUE(commands);
  ASSERT_EQ(commands->size(), 4U);
  EXPECT_EQ((*commands)[0].name, "E");
  EXPECT_EQ((*commands)[0].parameters[0].number(), 0);
  EXPECT_EQ((*commands)[3].name, "+CMNB");
}

TEST(AtLineTest, MoreThan39CommandsAreRefused) {
  std::string line;
  for (int i = 0; i < 39; ++i) line += "E0";
  EXPECT_TRUE(parseLine(line, true));
  EXPECT_FALSE(parseLine(line + "E0", true));
}

TEST(AtLineTest, EmptyLineHasNoCommands) { EXPECT_THAT(*parseLine("", true), testing::IsEmpty()); }

TEST(AtLineTest, MissingClosingQuoteIsRefused) { EXPECT_FALSE(parseLine("+A=\"x", true)); }

}  // namespace
}  // namespace smartkar::modem_sim
