#include "modem_sim/transcript/transcript.hpp"

#include <gmock/gmock.h>

namespace smartkar::modem_sim {
namespace {

using Fit = Pattern::Fit;
using Kind = TranscriptEntry::Kind;
using testing::HasSubstr;

Pattern::Match match(std::string_view pattern, std::string_view bytes, const Variables& variables = {}) {
  const auto parsed = Pattern::parse(pattern, variables);
  return parsed ? parsed->match(bytes) : Pattern::Match{Fit::No};
}

TEST(PatternTest, EscapedBytesMatchThemselves) {
  EXPECT_EQ(match(R"(\r\nOK\r\n)", "\r\nOK\r\n").fit, Fit::Yes);
  EXPECT_EQ(match(R"(\x00\xff\\\{)", std::string_view("\0\xff\\{", 4)).fit, Fit::Yes);
  EXPECT_EQ(match("OK", "OFF").fit, Fit::No);
  EXPECT_EQ(match("OK", "O").fit, Fit::NotYet);
  EXPECT_EQ(match("OK", "OKAY").size, 2U);
}

TEST(PatternTest, WildcardsTakeOneOrMoreCharactersOfTheirKind) {
  EXPECT_EQ(match(R"(+CSQ: {number},99\r)", "+CSQ: 20,99\r").fit, Fit::Yes);
  EXPECT_EQ(match(R"(+CSQ: {number},99\r)", "+CSQ: ,99\r").fit, Fit::No);
  EXPECT_EQ(match(R"(+CSQ: {number},99\r)", "+CSQ: 2").fit, Fit::NotYet);
  EXPECT_EQ(match(R"("{time}")", R"("26/02/11,13:37:37+04")").fit, Fit::Yes);
  EXPECT_EQ(match(R"("{address}")", R"("2001:db8::1")").fit, Fit::Yes);
  EXPECT_EQ(match(R"({any}OK\r\n)", "anyOK OK\r\n").fit, Fit::Yes);
  EXPECT_EQ(match(R"({any}OK\r\n)", "one line\r\nOK\r\n").fit, Fit::No);
}

TEST(PatternTest, VariablesStandForTheirValue) {
  EXPECT_EQ(match(R"("{host}",{port})", R"("broker",1883)", {{"host", "broker"}, {"port", "1883"}}).fit, Fit::Yes);
}

TEST(PatternTest, WhatCannotBeReadIsSaid) {
  EXPECT_THAT(Pattern::parse("a{what}b", {}).error(), HasSubstr("{what}"));
  EXPECT_THAT(Pattern::parse("a{what", {}).error(), HasSubstr("brace"));
  EXPECT_THAT(Pattern::parse("{any}", {}).error(), HasSubstr("behind"));
  for (const char* wrong : {"\\", "\\x", "\\x1", "\\xg0", "\\t"}) EXPECT_FALSE(Pattern::parse(wrong, {}).ok()) << wrong;
}

TEST(PatternTest, EveryByteSurvivesEscaping) {
  std::string bytes;
  for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
  const auto pattern = Pattern::parse(escape(bytes), {});
  ASSERT_TRUE(pattern.ok());
  EXPECT_EQ(pattern->bytes(), bytes);
}

TEST(TranscriptTest, LinesHaveAnOptionalTime) {
  const auto transcript = parseTranscript("# a comment\n\n-- dtr low\n  12 -> AT\\r\n<- \\r\\nOK\\r\\n\n");
  ASSERT_TRUE(transcript.ok());
  ASSERT_EQ(transcript->size(), 3U);
  EXPECT_EQ((*transcript)[0].text, "dtr low");
  EXPECT_EQ((*transcript)[1].kind, Kind::Host);
  EXPECT_EQ((*transcript)[1].at, Duration{12ms});
  EXPECT_EQ((*transcript)[2].line, 5U);
}

TEST(TranscriptTest, WrongLineIsNamed) {
  EXPECT_THAT(parseTranscript("-> AT\\r\n= what\n").error(), HasSubstr("line 2"));
  EXPECT_THAT(parseTranscript("-> {nothing}\\r\n").error(), HasSubstr("line 1: {nothing}"));
}

TEST(TranscriptWriterTest, WhatIsWrittenCanBeReadAgain) {
  TranscriptWriter writer;
  std::string text = writer.take(Kind::Host, "AT+SMPUB=\"t\",3,0,0\r", 0ms);
  text += writer.take(Kind::Modem, "\r\n", 20ms);
  text += writer.take(Kind::Modem, ">", 21ms);
  text += writer.take(Kind::Host, "a{\xff", 30ms);
  text += writer.take(Kind::Modem, "\r\nOK\r\n\r\n+SMSUB", 700ms);
  text += writer.flush();
  EXPECT_EQ(text,
            "       0 -> AT+SMPUB=\"t\",3,0,0\\r\n"
            "      20 <- \\r\\n>\n"
            "      30 -> a\\{\\xff\n"
            "     700 <- \\r\\nOK\\r\\n\n"
            "     700 <- \\r\\n+SMSUB\n");
  EXPECT_TRUE(parseTranscript(text).ok());
}

}  // namespace
}  // namespace smartkar::modem_sim
