#include "protocol/envelope.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "protocol/line_buffer.hpp"

namespace smartkar::protocol {
namespace {

using testing::ElementsAre;

TEST(Envelope, HoldsTheBodyAsItIsOnMqtt) {
  std::array<char, 100> out;
  const auto line = encodeEnvelope({Channel::Response, R"({"id":12,"ok":true})"}, out);
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(*line, "{\"type\":\"response\",\"data\":{\"id\":12,\"ok\":true}}\n");
  const auto envelope = decodeEnvelope(line->substr(0, line->size() - 1));
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->channel, Channel::Response);
  EXPECT_EQ(envelope->body, R"({"id":12,"ok":true})");
}

TEST(Envelope, LongestMessageOfTheCarFits) {
  const std::string body = "{" + std::string(kDevicePayloadBytesMax - 2, ' ') + "}";
  std::array<char, kDeviceLineBytesMax> out;
  EXPECT_EQ(encodeEnvelope({Channel::Response, body}, out)->size(), kDeviceLineBytesMax);
  EXPECT_EQ(encodeEnvelope({Channel::Response, body}, std::span(out).first(kDeviceLineBytesMax - 1)).error(),
            EncodeError::TooLong);
}

TEST(Envelope, WhatIsNotExactlyOneIsRefused) {
  for (const char* line : {
           "",
           "{}",
           R"({"type":"command"})",
           R"({"data":{}})",
           R"({"type":"command","data":{})",
           R"({"type":"command","data":[]})",
           R"({"type":"command","data":7})",
           R"({"type":"command","data":})",
           R"({"type":"telemetry","data":{}})",
           R"({"type":"","data":{}})",
           R"({"data":{},"type":"command"})",
           R"({ "type":"command","data":{}})",
           R"({"type":"auth","data":{"ok":true}})",
       }) {
    EXPECT_FALSE(decodeEnvelope(line)) << line;
  }
}

// A body that contains what stands around bodies stays whole.
TEST(Envelope, EndsWhereTheLineEnds) {
  const auto envelope = decodeEnvelope(R"({"type":"command","data":{"a":"\",\"data\":{}}"}})");
  ASSERT_TRUE(envelope);
  EXPECT_EQ(envelope->body, R"({"a":"\",\"data\":{}}"})");
}

std::vector<std::string> split(std::string_view bytes) {
  LineBuffer<8> lines;
  std::vector<std::string> result;
  for (const char byte : bytes) {
    const auto token = lines.push(byte);
    if (token == LineBuffer<8>::Token::Line) result.emplace_back(lines.line());
    if (token == LineBuffer<8>::Token::Overlong) result.emplace_back("(too long)");
  }
  return result;
}

TEST(LineBuffer, EndsLinesAtLfAndDropsACrBeforeIt) {
  EXPECT_THAT(split("one\ntwo\r\n\n\r\nthree\rhalf"), ElementsAre("one", "two"));
  EXPECT_THAT(split("th\ree\n"), ElementsAre("th\ree"));
}

TEST(LineBuffer, LineThatIsTooLongIsDroppedWholeAndTheNextIsRead) {
  EXPECT_THAT(split("12345678\n123456789\nnext\n"), ElementsAre("12345678", "(too long)", "next"));
  EXPECT_THAT(split(std::string(1000, 'x') + "\nnext\n"), ElementsAre("(too long)", "next"));
}

}  // namespace
}  // namespace smartkar::protocol
