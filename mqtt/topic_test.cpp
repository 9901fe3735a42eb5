#include "mqtt/topic.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::mqtt {
namespace {

TEST(TopicName, WildcardsAreRefused_MQTT_3_3_2_2) {
  EXPECT_TRUE(isValidTopicName("smartkar/1/status"));
  EXPECT_FALSE(isValidTopicName("smartkar/+/status"));
  EXPECT_FALSE(isValidTopicName("smartkar/#"));
}

TEST(TopicName, EmptyIsRefused_MQTT_4_7_3_1) {
  EXPECT_FALSE(isValidTopicName(""));
  EXPECT_TRUE(isValidTopicName("/"));
}

TEST(TopicName, NullCharacterIsRefused_MQTT_4_7_3_2) { EXPECT_FALSE(isValidTopicName(std::string_view("a\0", 2))); }

TEST(TopicName, MoreThan65535BytesAreRefused_MQTT_4_7_3_3) { EXPECT_FALSE(isValidTopicName(std::string(65'536, 'a'))); }

TEST(TopicFilter, MultiLevelWildcardStandsLastAndAlone_MQTT_4_7_1_1) {
  EXPECT_TRUE(isValidTopicFilter("#"));
  EXPECT_TRUE(isValidTopicFilter("sport/tennis/#"));
  EXPECT_FALSE(isValidTopicFilter("sport/tennis#"));
  EXPECT_FALSE(isValidTopicFilter("sport/#/ranking"));
}

TEST(TopicFilter, SingleLevelWildcardStandsAlone_MQTT_4_7_1_2) {
  EXPECT_TRUE(isValidTopicFilter("+"));
  EXPECT_TRUE(isValidTopicFilter("+/tennis/#"));
  EXPECT_TRUE(isValidTopicFilter("sport/+/player1"));
  EXPECT_FALSE(isValidTopicFilter("sport+"));
}

TEST(TopicFilter, SharedSubscriptionNeedsNameAndFilter_MQTT_4_8_2_1) {
  EXPECT_TRUE(isValidTopicFilter("$share/group/smartkar/+/state"));
  EXPECT_FALSE(isValidTopicFilter("$share/group"));
  EXPECT_FALSE(isValidTopicFilter("$share//topic"));
  EXPECT_FALSE(isValidTopicFilter("$share/group/"));
}

TEST(TopicFilter, ShareNameHasNoWildcards_MQTT_4_8_2_2) { EXPECT_FALSE(isValidTopicFilter("$share/g+/topic")); }

TEST(TopicFilter, WithoutShareNameLeavesTheFilter) {
  EXPECT_EQ(withoutShareName("$share/group/a/b"), "a/b");
  EXPECT_EQ(withoutShareName("a/b"), "a/b");
}

TEST(TopicMatching, ExamplesOfSection4_7) {
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1"));
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1/ranking"));
  EXPECT_TRUE(matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
  EXPECT_TRUE(matches("sport/#", "sport"));
  EXPECT_TRUE(matches("sport/tennis/+", "sport/tennis/player1"));
  EXPECT_FALSE(matches("sport/tennis/+", "sport/tennis/player1/ranking"));
  EXPECT_FALSE(matches("sport/+", "sport"));
  EXPECT_TRUE(matches("sport/+", "sport/"));
  EXPECT_TRUE(matches("+/+", "/finance"));
  EXPECT_TRUE(matches("/+", "/finance"));
  EXPECT_FALSE(matches("+", "/finance"));
  EXPECT_TRUE(matches("#", "anything/at/all"));
}

TEST(TopicMatching, LeadingWildcardMissesDollarTopics_MQTT_4_7_2_1) {
  EXPECT_FALSE(matches("#", "$SYS/broker"));
  EXPECT_FALSE(matches("+/monitor/Clients", "$SYS/monitor/Clients"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/broker"));
  EXPECT_TRUE(matches("$SYS/monitor/+", "$SYS/monitor/Clients"));
}

TEST(TopicMatching, IsExactAndCaseSensitive_MQTT_4_7_3_4) {
  EXPECT_FALSE(matches("ACCOUNTS", "Accounts"));
  EXPECT_FALSE(matches("a/b", "a/b/"));
  EXPECT_FALSE(matches("a/b/", "a/b"));
  EXPECT_FALSE(matches("a", "ab"));
  EXPECT_TRUE(matches("a//b", "a//b"));
  EXPECT_FALSE(matches("a/b", "a"));
}

}  // namespace
}  // namespace smartkar::mqtt
