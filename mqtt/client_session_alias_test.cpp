// Topic aliases in messages received, MQTT 5 only.
#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;

constexpr SessionConfig kTwoAliases{.version = Version::V5, .topic_alias_maximum = 2};
const ConnectOptions kPersistent{.client_id = "c", .clean_start = false, .session_expiry = 60};

// A message with an alias; topic empty: only with the alias.
void send(Link& link, std::uint32_t alias, std::string_view topic, Qos qos = Qos::AtMostOnce) {
  const std::uint16_t packet_id = qos == Qos::AtMostOnce ? 0 : 1;
  link.answer(Publish{
      .topic = topic, .qos = qos, .packet_id = packet_id, .properties = numberProperty(PropertyId::TopicAlias, alias)});
}
std::string received(Link& link, std::uint32_t alias, std::string_view topic) {
  send(link, alias, topic);
  return std::string(link.event<Message>().topic);
}
ReasonCode refused(Link& link, std::uint32_t alias, std::string_view topic) {
  send(link, alias, topic);
  const ReasonCode reason = link.event<Disconnected>().reason;
  EXPECT_EQ(link.sentOne<Disconnect>().reason, reason);
  return reason;
}

TEST(SessionAlias, MaximumIsAnnouncedIfThereIsOne_3_1_2_11_5) {
  Link link(kTwoAliases);
  EXPECT_EQ(link.open().properties.number(PropertyId::TopicAliasMaximum), 2u);
}

TEST(SessionAlias, AliasStandsForTheTopicItCameWith_3_3_2_3_4) {
  Link link(kTwoAliases);
  link.connect();
  EXPECT_EQ(received(link, 1, "a/long/topic"), "a/long/topic");
  EXPECT_EQ(received(link, 2, "b"), "b");
  EXPECT_EQ(received(link, 1, ""), "a/long/topic");
  EXPECT_EQ(received(link, 2, ""), "b");
}

TEST(SessionAlias, AliasMayBeGivenToAnotherTopic_3_3_2_3_4) {
  Link link(kTwoAliases);
  link.connect();
  received(link, 1, "first");
  received(link, 2, "other");
  EXPECT_EQ(received(link, 1, "second, longer"), "second, longer");
  EXPECT_EQ(received(link, 1, ""), "second, longer");
  EXPECT_EQ(received(link, 2, ""), "other");
}

TEST(SessionAlias, AliasEndsWithItsConnection_MQTT_3_3_2_7) {
  Link link(kTwoAliases);
  link.connect();
  received(link, 1, "a");
  link.dropTransport();
  link.connect();
  EXPECT_EQ(refused(link, 1, ""), ReasonCode::ProtocolError);
}

TEST(SessionAlias, AliasWithoutAMeaningIsAViolation_3_3_4) {
  Link link(kTwoAliases);
  link.connect();
  EXPECT_EQ(refused(link, 1, ""), ReasonCode::ProtocolError);
}

TEST(SessionAlias, AliasOverTheMaximumIsAViolation_MQTT_3_3_2_9) {
  Link link(kTwoAliases);
  link.connect();
  EXPECT_EQ(refused(link, 3, "a"), ReasonCode::TopicAliasInvalid);
}

TEST(SessionAlias, AliasZeroIsAViolation_MQTT_3_3_2_8) {
  Link link(kTwoAliases);
  link.connect();
  EXPECT_EQ(refused(link, 0, "a"), ReasonCode::TopicAliasInvalid);
}

TEST(SessionAlias, NoneIsAllowedByDefault_MQTT_3_1_2_27) {
  Link link(Version::V5);
  link.connect();
  EXPECT_EQ(refused(link, 1, "t"), ReasonCode::TopicAliasInvalid);
}

TEST(SessionAlias, TopicsOverTheMemoryEndTheConnection) {
  Link link(kTwoAliases);
  link.connect();
  received(link, 1, std::string(40, 'a'));
  EXPECT_EQ(refused(link, 2, std::string(40, 'b')), ReasonCode::ImplementationSpecificError);
}

TEST(SessionAlias, AliasOfAMessageThatIsNotDeliveredCounts) {
  Link link(kTwoAliases);
  link.connect();
  send(link, 1, "a", Qos::ExactlyOnce);
  EXPECT_TRUE(link.session.acknowledge(link.event<Message>().token));
  send(link, 2, "a", Qos::ExactlyOnce);  // a repetition
  link.expectNoEvent();
  EXPECT_EQ(received(link, 2, ""), "a");
}

TEST(SessionAlias, AliasesAreSavedWithTheConnection) {
  Link before(kTwoAliases);
  before.connect(kPersistent);
  received(before, 1, "a/b");
  Link after(kTwoAliases);
  before.moveTo(after);
  EXPECT_EQ(received(after, 1, ""), "a/b");
}

TEST(TopicAliases, RestoreTakesOnlyWhatIsWellFormedAndFits) {
  std::array<std::uint8_t, 16> memory{};
  TopicAliases aliases(memory);
  ASSERT_TRUE(aliases.set(7, "abc"));
  const Buffer content(aliases.content().begin(), aliases.content().end());
  EXPECT_THAT(content, ElementsAre(0, 7, 0, 3, 'a', 'b', 'c'));
  std::array<std::uint8_t, 16> other_memory{};
  TopicAliases other(other_memory);
  EXPECT_TRUE(other.restore(content));
  EXPECT_EQ(other.find(7), "abc");
  EXPECT_FALSE(other.restore(std::span(content).first(6)));
  EXPECT_FALSE(other.find(7));
  TopicAliases small{std::span(other_memory).first(6)};
  EXPECT_FALSE(small.restore(content));
}

}  // namespace
}  // namespace smartkar::mqtt
