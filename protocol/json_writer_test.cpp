#include "protocol/json_writer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

#include "protocol/json_document.hpp"

namespace smartkar::protocol {
namespace {

std::string numberText(double value, int decimals) {
  std::array<char, 64> memory;
  JsonWriter writer(memory);
  return std::string(*writer.number(value, decimals).finish());
}

TEST(JsonWriterTest, SetsCommasAndColons) {
  std::array<char, 128> memory;
  JsonWriter writer(memory);
  writer.beginObject().key("a").integer(-1).key("b").beginArray().integer(1).beginObject().endObject().string("x");
  writer.endArray().key("c").beginObject().key("d").null().endObject().key("e").boolean(true).endObject();
  EXPECT_EQ(*writer.finish(), R"({"a":-1,"b":[1,{},"x"],"c":{"d":null},"e":true})");
}

TEST(JsonWriterTest, WritesNumbersShortAndRounded) {
  EXPECT_EQ(numberText(21.0, 1), "21");
  EXPECT_EQ(numberText(21.25, 2), "21.25");
  EXPECT_EQ(numberText(0.1 + 0.2, 6), "0.3");
  EXPECT_EQ(numberText(4.05, 2), "4.05");
  EXPECT_EQ(numberText(-0.04, 1), "0");
  EXPECT_EQ(numberText(-0.05, 2), "-0.05");
  EXPECT_EQ(numberText(-179.123456, 6), "-179.123456");
  EXPECT_EQ(numberText(9.999, 2), "10");
  EXPECT_EQ(numberText(1e12, 6), "1000000000000");
  EXPECT_EQ(numberText(1.1e12, 0), "null");
  EXPECT_EQ(numberText(std::numeric_limits<double>::quiet_NaN(), 2), "null");
  EXPECT_EQ(numberText(-std::numeric_limits<double>::infinity(), 2), "null");
}

TEST(JsonWriterTest, EscapedStringsReadBackTheSame) {
  std::string text = "\"\\/é€😀";
  for (char c = 1; c < 0x20; ++c) text += c;
  std::array<char, 512> memory;
  JsonWriter writer(memory);
  const auto json = writer.beginObject().key(text).string(text).endObject().finish();
  ASSERT_TRUE(json);
  JsonDocument document;
  const auto root = document.parse(*json);
  ASSERT_TRUE(root) << *json;
  EXPECT_EQ(root->find(text)->asString<256>()->view(), text);
}

TEST(JsonWriterTest, SplicesMembersOfAnObject) {
  std::array<char, 64> memory;
  JsonWriter writer(memory);
  writer.beginObject().members(R"({"a":1,"b":2})").members(" { } ").members("").key("c").integer(3);
  writer.members(R"( {"d":4} )");
  EXPECT_EQ(*writer.endObject().finish(), R"({"a":1,"b":2,"c":3,"d":4})");
}

TEST(JsonWriterTest, MembersOfAnythingElseAreInvalid) {
  for (const std::string_view text : {"[1]", "1", "{", "}", " ", "{\"a\":1"}) {
    std::array<char, 64> memory;
    JsonWriter writer(memory);
    EXPECT_EQ(writer.beginObject().members(text).endObject().finish().error(), EncodeError::Invalid) << text;
  }
}

TEST(JsonWriterTest, OverflowIsRememberedAtEverySize) {
  const std::string expected = R"({"key":["text",1.5,null]})";
  for (std::size_t size = 0; size <= expected.size(); ++size) {
    std::string memory(size, '#');
    JsonWriter writer(memory);
    writer.beginObject().key("key").beginArray().string("text").number(1.5, 1).null().endArray().endObject();
    const auto text = writer.finish();
    ASSERT_EQ(text.ok(), size == expected.size()) << size;
    if (text) {
      EXPECT_EQ(*text, expected);
    } else {
      EXPECT_EQ(text.error(), EncodeError::TooLong);
    }
  }
}

}  // namespace
}  // namespace smartkar::protocol
