#include "device/command/result_parts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace smartkar::device {
namespace {

using testing::ElementsAre;

std::vector<std::string> cut(std::string_view object, std::size_t bytes_max) {
  ResultParts rest(object);
  std::vector<std::string> parts;
  std::string memory(bytes_max, ' ');
  while (!rest.done()) {
    parts.emplace_back(rest.take(memory));
    if (parts.back().empty()) break;
  }
  return parts;
}

TEST(ResultParts, WhatFitsIsOnePart) {
  EXPECT_THAT(cut(R"({"a":1,"b":[1,2]})", 40), ElementsAre(R"({"a":1,"b":[1,2]})"));
}

TEST(ResultParts, MembersStayWholeAndInOrder) {
  EXPECT_THAT(cut(R"({"a":"one, two","b":{"c":[1,2]},"d":true})", 27),
              ElementsAre(R"({"a":"one, two"})", R"({"b":{"c":[1,2]},"d":true})"));
}

TEST(ResultParts, ArrayGoesOnUnderItsName) {
  EXPECT_THAT(cut(R"({"n":1,"list":["aa","bb","cc","dd"],"z":2})", 24),
              ElementsAre(R"({"n":1,"list":["aa"]})", R"({"list":["bb","cc"]})", R"({"list":["dd"],"z":2})"));
}

TEST(ResultParts, BracketsAndQuotesInTextsAreText) {
  EXPECT_THAT(cut(R"({"a":"]}\",{[","b":["x]\\","\"y"],"c":0})", 18),
              ElementsAre(R"({"a":"]}\",{["})", R"({"b":["x]\\"]})", R"({"b":["\"y"]})", R"({"c":0})"));
}

TEST(ResultParts, ValueThatFitsInNoPartIsNotCut) {
  EXPECT_EQ(cut(R"({"a":1,"text":"0123456789012345"})", 20).back(), "");
  EXPECT_EQ(cut(R"({"list":[1,"0123456789012345"]})", 20).back(), "");
}

TEST(ResultParts, EveryPartFitsWhateverTheLimit) {
  const std::string object = R"({"first":[{"x":1},{"x":22},{"x":333}],"second":"abc","third":[],"fourth":[5,6,7]})";
  for (std::size_t bytes = 24; bytes <= object.size(); ++bytes) {
    std::string members;
    for (const auto& part : cut(object, bytes)) {
      ASSERT_FALSE(part.empty()) << bytes;
      ASSERT_LE(part.size(), bytes);
      members += part;
    }
    for (const char* value : {R"({"x":1})", R"({"x":22})", R"({"x":333})", R"("abc")", "5", "6", "7"}) {
      ASSERT_NE(members.find(value), std::string::npos) << value << " in " << members;
    }
  }
}

}  // namespace
}  // namespace smartkar::device
