#include "device/at/line_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace smartkar::device {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> split(std::string_view bytes, bool prompt_expected = false) {
  LineSplitter splitter;
  std::vector<std::string> tokens;
  for (char c : bytes) {
    switch (splitter.push(static_cast<std::uint8_t>(c), prompt_expected)) {
      case LineSplitter::Token::None:
        break;
      case LineSplitter::Token::Line:
        tokens.emplace_back(splitter.line());
        break;
      case LineSplitter::Token::Prompt:
        tokens.emplace_back("<prompt>");
        break;
      case LineSplitter::Token::Overlong:
        tokens.emplace_back("<overlong>");
        break;
      case LineSplitter::Token::Noise:
        tokens.emplace_back("<noise>");
        break;
    }
  }
  return tokens;
}

TEST(LineSplitter, EmptyLinesVanish) { EXPECT_THAT(split("\r\n\r\nRDY\r\n\r\n\r\nOK\r\n"), ElementsAre("RDY", "OK")); }

TEST(LineSplitter, PromptOnlyAtTheBeginningOfALineAndWhenExpected) {
  EXPECT_THAT(split("\r\n> OK\r\na>b\r\n", true), ElementsAre("<prompt>", "OK", "a>b"));
  EXPECT_THAT(split("\r\n>OK\r\n"), ElementsAre(">OK"));
}

TEST(LineSplitter, UnfinishedLineIsNoLine) { EXPECT_THAT(split("\r\n+CSQ: 1"), ElementsAre()); }

TEST(LineSplitter, LineAtTheLimitIsKeptOneMoreByteIsNot) {
  const std::string longest(kAtLineBytesMax, 'x');
  EXPECT_THAT(split(longest + "\r\n"), ElementsAre(longest));
  EXPECT_THAT(split(longest + "x\r\nOK\r\n"), ElementsAre("<overlong>", "OK"));
}

TEST(LineSplitter, ControlCharactersSpoilTheirLineOnly) {
  EXPECT_THAT(split(std::string_view("O\0K\r\nOK\r\n", 9)), ElementsAre("<noise>", "OK"));
}

}  // namespace
}  // namespace smartkar::device
