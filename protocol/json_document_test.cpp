#include "protocol/json_document.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace smartkar::protocol {
namespace {

class JsonDocumentTest : public testing::Test {
 protected:
  JsonValue parse(std::string_view text) {
    const auto root = document_.parse(text);
    EXPECT_TRUE(root.ok()) << text;
    return root ? *root : JsonValue();
  }
  std::optional<JsonError> errorOf(std::string_view text) {
    const auto root = document_.parse(text);
    if (root) return std::nullopt;
    return root.error();
  }
  JsonValue element(std::string_view text) {
    holder_ = "[" + std::string(text) + "]";
    return *parse(holder_).elements().begin();
  }

  JsonDocument document_;
  std::string holder_;
};

TEST_F(JsonDocumentTest, FindsMembersOfNestedObjects) {
  const auto root = parse(R"( {"a":{"b":[1,{"c":2}]},"d":true, "e" : null} )");
  ASSERT_TRUE(root.isObject());
  EXPECT_EQ(root.find("a")->find("b")->raw(), R"([1,{"c":2}])");
  EXPECT_EQ(root.find("d")->asBool(), true);
  EXPECT_TRUE(root.find("e")->isNull());
  EXPECT_FALSE(root.find("b"));
  EXPECT_FALSE(root.find("d")->find("x"));
}

TEST_F(JsonDocumentTest, IteratesMembersAndElementsInOrder) {
  std::string keys;
  for (const auto& member : parse(R"({"x":{"in":1},"y":[{"in":2}],"z":3})").members()) keys += member.key.raw();
  EXPECT_EQ(keys, R"("x""y""z")");
  std::vector<std::string> elements;
  for (const auto value : parse(R"([[1,2],{"a":3},"s"])").elements()) elements.emplace_back(value.raw());
  EXPECT_EQ(elements, (std::vector<std::string>{"[1,2]", R"({"a":3})", R"("s")"}));
  for (const auto& member : parse("[1]").members()) FAIL() << member.key.raw();
  for (const auto value : parse("{}").elements()) FAIL() << value.raw();
}

TEST_F(JsonDocumentTest, TakesAsIntegerOnlyWhatIsWrittenAsOne) {
  EXPECT_EQ(element("80").asInt64(), 80);
  EXPECT_EQ(element("-0").asInt64(), 0);
  EXPECT_EQ(element("-9223372036854775808").asInt64(), INT64_MIN);
  EXPECT_FALSE(element("9223372036854775808").asInt64());
  EXPECT_FALSE(element("80.0").asInt64());
  EXPECT_FALSE(element("8e1").asInt64());
  EXPECT_FALSE(element(R"("80")").asInt64());
  EXPECT_FALSE(element("true").asInt64());
}

TEST_F(JsonDocumentTest, ReadsEveryNumberAsDouble) {
  EXPECT_EQ(element("80").asDouble(), 80.0);
  EXPECT_EQ(element("-2.5e-1").asDouble(), -0.25);
  EXPECT_FALSE(element("1e999").asDouble());
  EXPECT_FALSE(element(R"("1")").asDouble());
  EXPECT_FALSE(element("null").asDouble());
}

TEST_F(JsonDocumentTest, ResolvesEscapesToUtf8) {
  const auto value = element(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00 é")");
  EXPECT_EQ(value.asString<64>()->view(), "\"\\/\b\f\n\r\tAé€😀 é");
  EXPECT_TRUE(value.equals("\"\\/\b\f\n\r\tAé€😀 é"));
  EXPECT_FALSE(value.equals("\"\\/\b\f\n\r\tAé€😀 "));
  EXPECT_FALSE(value.equals("\"\\/\b\f\n\r\tAé€😀 é."));
}

TEST_F(JsonDocumentTest, StringThatDoesNotFitIsRefusedOrCutBetweenCharacters) {
  const auto value = element(R"("abé")");
  EXPECT_TRUE(value.asString<4>());
  EXPECT_FALSE(value.asString<3>());
  EXPECT_EQ(value.asCutString<3>().view(), "ab");
  EXPECT_FALSE(element("5").asString<8>());
  EXPECT_TRUE(element("5").asCutString<8>().empty());
}

TEST_F(JsonDocumentTest, KeysAreComparedWithEscapesResolved) {
  EXPECT_EQ(parse(R"({"\u0069d":5})").find("id")->asInt64(), 5);
}

TEST_F(JsonDocumentTest, RefusesDuplicateKeysAtEveryDepth) {
  EXPECT_EQ(errorOf(R"({"a":1,"a":2})"), JsonError::Duplicate);
  EXPECT_EQ(errorOf(R"({"a":1,"b":{"c":[1,{"d":1,"\u0064":2}]}})"), JsonError::Duplicate);
  EXPECT_FALSE(errorOf(R"({"a":{"a":1},"b":{"a":1},"c":[{"a":1},{"a":1}]})"));
}

TEST_F(JsonDocumentTest, RefusesWhatTheGrammarDoesNotAllow) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[",
                                      "{]",
                                      "[}",
                                      "{}}",
                                      "{} {}",
                                      "{}x",
                                      "[1,]",
                                      "[,1]",
                                      "[1 2]",
                                      "[1,,2]",
                                      "{,}",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\" 1}",
                                      "{\"a\":1,}",
                                      "{\"a\":1 \"b\":2}",
                                      "{\"a\":1:2}",
                                      "{1:2}",
                                      "{a:1}",
                                      "{\"a\":1,2}",
                                      "{:1}",
                                      "[:]",
                                      "[1:2]",
                                      "{\"a\",1}",
                                      "{\"a\":{\"b\"}:1}",
                                      "[\"a\":1]",
                                      "[01]",
                                      "[1.]",
                                      "[.5]",
                                      "[+1]",
                                      "[-]",
                                      "[1e]",
                                      "[0x1]",
                                      "[tru]",
                                      "[trueish]",
                                      "[nul]",
                                      "[True]",
                                      "[NaN]",
                                      "['a']",
                                      "[\"a]",
                                      "[\"\\x\"]",
                                      "[\"\\u12\"]",
                                      "[\"\\u12g4\"]",
                                      "[\"\\ud800\"]",
                                      "[\"\\ud800\\u0041\"]",
                                      "[\"\\udc00\"]",
                                      "[\"\\u0000\"]",
                                      "[\"\t\"]",
                                      "[\"\xff\"]",
                                      "[\"\xc0\x80\"]",
                                      "[\"\xed\xa0\x80\"]",
                                      "[\"\xe2\x82\"]",
                                      "[\"\xf4\x90\x80\x80\"]",
                                      "\xef\xbb\xbf{}",
                                      "[1]\v",
                                      "5",
                                      "5 ",
                                      "true\n"}) {
    EXPECT_EQ(errorOf(text), JsonError::Malformed) << text;
  }
  EXPECT_EQ(errorOf(std::string_view("{}\0", 3)), JsonError::Malformed);
  EXPECT_EQ(errorOf(std::string_view("[\"a\0b\"]", 7)), JsonError::Malformed);
}

TEST_F(JsonDocumentTest, RefusesEveryTruncationOfAnObject) {
  const std::string text = R"({"id":12,"a":[1.5,{"b":"\u20ac\n"}],"c":true})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(errorOf(std::string_view(text).substr(0, size)), JsonError::Malformed) << size;
  }
  EXPECT_FALSE(errorOf(text));
}

TEST_F(JsonDocumentTest, RefusesMoreTokensOrDepthThanItHolds) {
  std::string wide = "[0";
  for (std::size_t i = 2; i < kJsonTokensMax; ++i) wide += ",0";
  EXPECT_FALSE(errorOf(wide + "]"));
  EXPECT_EQ(errorOf(wide + ",0]"), JsonError::TooComplex);
  const std::string open(kJsonDepthMax, '[');
  const std::string close(kJsonDepthMax, ']');
  EXPECT_FALSE(errorOf(open + close));
  EXPECT_EQ(errorOf("[" + open + close + "]"), JsonError::TooComplex);
}

TEST_F(JsonDocumentTest, DefaultValueIsNull) {
  const JsonValue value;
  EXPECT_TRUE(value.isNull());
  EXPECT_FALSE(value.isObject() || value.isNumber() || value.isString() || value.isBool());
  EXPECT_EQ(value.raw(), "null");
}

}  // namespace
}  // namespace smartkar::protocol
