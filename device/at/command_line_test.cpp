#include "device/at/command_line.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::device {
namespace {

TEST(CommandLine, BuildsQuotedTextAndNumbers) {
  CommandLine line;
  line.begin("AT+SMCONF=\"URL\",").quoted("broker.example", 246).text(",").number(8883);
  EXPECT_EQ(line.view(), "AT+SMCONF=\"URL\",\"broker.example\",8883");
}

TEST(CommandLine, Defect41TextThatCouldEndTheStringOrTheLine_IsRefused) {
  for (const char* text : {"a\"b", "a\\b", "a\rb", "a\nAT+CPOWD=1", "a\x7F", "\xC3\xA4"}) {
    CommandLine line;
    EXPECT_EQ(line.begin("AT+X=").quoted(text, 100).view(), "") << text;
  }
}

TEST(CommandLine, TextAtItsLimitIsTaken) {
  CommandLine line;
  EXPECT_EQ(line.begin("AT+X=").quoted("abcd", 4).view(), "AT+X=\"abcd\"");
  EXPECT_EQ(line.begin("AT+X=").quoted("abcde", 4).view(), "");
}

TEST(CommandLine, LineBeyondTheModemsBuffer_IsRefused) {
  CommandLine line;
  EXPECT_EQ(line.begin("AT+X=").quoted(std::string(600, 'a'), 1024).view(), "");
}

TEST(CommandLine, Escaped_PutsABackslashBeforeQuotes) {
  CommandLine line;
  EXPECT_EQ(line.begin("AT+X=").escaped("{\"a\":1}", 20).view(), "AT+X=\"{\\\"a\\\":1}\"");
  EXPECT_EQ(line.begin("AT+X=").escaped("\"\"\"", 5).view(), "");
  EXPECT_EQ(line.begin("AT+X=").escaped("a\nb", 20).view(), "");
}

TEST(CommandLine, RefusalIsForgottenByTheNextLine) {
  CommandLine line;
  line.begin("AT+X=").quoted("\"", 9);
  EXPECT_EQ(line.begin("AT+Y").view(), "AT+Y");
}

}  // namespace
}  // namespace smartkar::device
