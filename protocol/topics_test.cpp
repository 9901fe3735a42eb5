#include "protocol/topics.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::protocol {
namespace {

constexpr std::string_view kCcid = "8944500102198304826";

TEST(TopicsTest, EveryChannelRoundTrips) {
  for (const auto channel : {Channel::State, Channel::Response, Channel::Event, Channel::Command, Channel::Status}) {
    const auto topic = makeTopic("smartkar", kCcid, channel);
    ASSERT_TRUE(topic);
    EXPECT_EQ(topic->view(), "smartkar/8944500102198304826/" + std::string(channelName(channel)));
    const auto parsed = parseTopic("smartkar", *topic);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->ccid, kCcid);
    EXPECT_EQ(parsed->channel, channel);
  }
}

TEST(TopicsTest, FilterMatchesAllCars) {
  EXPECT_EQ(makeFilter("fleet/north", Channel::Status)->view(), "fleet/north/+/status");
  EXPECT_FALSE(makeFilter("", Channel::Status));
}

TEST(TopicsTest, CcidIs19Or20Digits) {
  EXPECT_TRUE(validCcid("8944500102198304826"));
  EXPECT_TRUE(validCcid("89445001021983048261"));
  EXPECT_FALSE(validCcid("894450010219830482"));
  EXPECT_FALSE(validCcid("894450010219830482611"));
  EXPECT_FALSE(validCcid("894450010219830482F"));
  EXPECT_FALSE(validCcid(""));
  EXPECT_FALSE(makeTopic("smartkar", "+", Channel::Command));
}

TEST(TopicsTest, LongestPrefixStillFitsEveryTopic) {
  std::string prefix(kTopicBytesMax - 20 - 8 - 2, 'p');
  EXPECT_EQ(makeTopic(prefix, "89445001021983048261", Channel::Response)->size(), kTopicBytesMax);
  EXPECT_FALSE(validTopicPrefix(prefix + "p"));
}

TEST(TopicsTest, PrefixWithWildcardQuoteOrOuterSlashIsRefused) {
  for (const std::string_view prefix : {"", "+", "a/#", "/a", "a/", "a b", "a\"b", "a\nb", "é"}) {
    EXPECT_FALSE(validTopicPrefix(prefix)) << prefix;
    EXPECT_FALSE(makeTopic(prefix, kCcid, Channel::State)) << prefix;
  }
}

TEST(TopicsTest, ForeignTopicsAreNotParsed) {
  for (const std::string_view topic :
       {"", "smartkar", "smartkar/", "smartkar/8944500102198304826", "smartkar/8944500102198304826/",
        "smartkar/8944500102198304826/states", "smartkar/8944500102198304826/state/x", "smartkar/123/state",
        "smartkarx/8944500102198304826/state", "other/8944500102198304826/state", "/8944500102198304826/state"}) {
    EXPECT_FALSE(parseTopic("smartkar", topic)) << topic;
  }
}

}  // namespace
}  // namespace smartkar::protocol
