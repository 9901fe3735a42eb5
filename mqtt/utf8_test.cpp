#include "mqtt/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::mqtt {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsEveryLengthOfCharacter) {
  EXPECT_TRUE(isValidUtf8(""));
  EXPECT_TRUE(isValidUtf8("plain"));
  EXPECT_TRUE(isValidUtf8("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x9A\x97"));
  EXPECT_TRUE(isValidUtf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF
}

TEST(Utf8, SurrogateIsRefused_MQTT_1_5_4_1) {
  EXPECT_FALSE(isValidUtf8("\xED\xA0\x80"));
  EXPECT_FALSE(isValidUtf8("\xED\xBF\xBF"));
  EXPECT_TRUE(isValidUtf8("\xED\x9F\xBF"));
  EXPECT_TRUE(isValidUtf8("\xEE\x80\x80"));
}

TEST(Utf8, NullCharacterIsRefused_MQTT_1_5_4_2) { EXPECT_FALSE(isValidUtf8("a\0b"sv)); }

TEST(Utf8, ByteOrderMarkIsKept_MQTT_1_5_4_3) { EXPECT_TRUE(isValidUtf8("\xEF\xBB\xBFtext")); }

TEST(Utf8, OverlongFormIsRefused) {
  EXPECT_FALSE(isValidUtf8("\xC0\x80"));
  EXPECT_FALSE(isValidUtf8("\xC1\xBF"));
  EXPECT_FALSE(isValidUtf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(isValidUtf8("\xF0\x8F\xBF\xBF"));
}

TEST(Utf8, OutOfRangeAndBrokenSequencesAreRefused) {
  EXPECT_FALSE(isValidUtf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(isValidUtf8("\xF8\x88\x80\x80\x80"));
  EXPECT_FALSE(isValidUtf8("\x80"));
  EXPECT_FALSE(isValidUtf8("\xC3"));
  EXPECT_FALSE(isValidUtf8("\xE2\x82"));
  EXPECT_FALSE(isValidUtf8("\xC3("));
}

TEST(Utf8, MoreThan65535BytesAreRefused) {
  EXPECT_TRUE(isValidUtf8(std::string(65'535, 'a')));
  EXPECT_FALSE(isValidUtf8(std::string(65'536, 'a')));
}

}  // namespace
}  // namespace smartkar::mqtt
