#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::IsEmpty;

class SessionSubscribe : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionSubscribe, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionSubscribe, SubscribeCarriesAllFiltersAndItsAnswerComesBack_MQTT_3_8_4_1) {
  Link link(GetParam());
  link.connect();
  const std::array<Subscription, 2> wanted{Subscription{.filter = "a/+", .qos = Qos::AtLeastOnce},
                                           Subscription{.filter = "b"}};
  const std::uint16_t id = link.session.subscribe(wanted).value();
  const Subscribe packet = link.sentOne<Subscribe>();
  EXPECT_EQ(packet.packet_id, id);
  std::size_t offset = 0;
  EXPECT_EQ(packet.subscriptions.next(offset)->filter, "a/+");
  EXPECT_EQ(packet.subscriptions.next(offset)->filter, "b");
  EXPECT_FALSE(packet.subscriptions.next(offset));
  const std::array<std::uint8_t, 2> codes{1, 0x80};
  link.answer(Suback{.packet_id = id, .reasons = ReasonCodes(codes)});
  const auto event = link.event<Subscribed>();
  EXPECT_EQ(event.packet_id, id);
  ASSERT_EQ(event.reasons.size(), 2u);
  EXPECT_EQ(event.reasons[0], ReasonCode::GrantedQos1);
  EXPECT_TRUE(isError(event.reasons[1]));
}

TEST(SessionSubscribeAlone, SubscriptionOptionsReachTheServer_3_8_3_1) {
  Link link(Version::V5);
  link.connect();
  const std::array<Subscription, 1> wanted{Subscription{.filter = "a",
                                                        .no_local = true,
                                                        .retain_as_published = true,
                                                        .retain_handling = RetainHandling::SendIfNewSubscription}};
  ASSERT_TRUE(link.session.subscribe(wanted).ok());
  std::size_t offset = 0;
  const auto entry = link.sentOne<Subscribe>().subscriptions.next(offset);
  EXPECT_TRUE(entry->no_local);
  EXPECT_TRUE(entry->retain_as_published);
  EXPECT_EQ(entry->retain_handling, RetainHandling::SendIfNewSubscription);
}

TEST_P(SessionSubscribe, UnsubscribeIsAnswered_MQTT_3_10_4_4) {
  Link link(GetParam());
  link.connect();
  const std::array<std::string_view, 1> filters{"a/+"};
  const std::uint16_t id = link.session.unsubscribe(filters).value();
  EXPECT_EQ(link.sentOne<Unsubscribe>().packet_id, id);
  const std::array<std::uint8_t, 1> codes{0x11};
  link.answer(Unsuback{.packet_id = id, .reasons = ReasonCodes(codes)});
  const auto event = link.event<Unsubscribed>();
  EXPECT_EQ(event.packet_id, id);
  EXPECT_EQ(event.reasons.size(), GetParam() == Version::V5 ? 1u : 0u);
}

TEST_P(SessionSubscribe, WrongSubscriptionsAreRefused) {
  Link link(GetParam());
  const auto error = [&](Subscription subscription) { return link.session.subscribe({&subscription, 1}).error(); };
  EXPECT_EQ(error({.filter = "a"}), SessionError::NotConnected);
  link.connect();
  EXPECT_EQ(link.session.subscribe({}).error(), SessionError::InvalidArgument);
  EXPECT_EQ(error({.filter = "a#"}), SessionError::InvalidTopic);
  EXPECT_EQ(error({.filter = "$share/g/a", .no_local = true}), SessionError::InvalidArgument);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(SessionSubscribeAlone, SubscriptionsThatTheServerRulesOutAreRefused_3_2_2_3) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  writer.number(PropertyId::WildcardSubscriptionAvailable, 0).number(PropertyId::SharedSubscriptionAvailable, 0);
  link.connect({.client_id = "c"}, Connack{.properties = writer.view()});
  const auto error = [&](Subscription subscription) { return link.session.subscribe({&subscription, 1}).error(); };
  EXPECT_EQ(error({.filter = "a/#"}), SessionError::NotSupported);
  EXPECT_EQ(error({.filter = "$share/g/a"}), SessionError::NotSupported);
}

TEST_P(SessionSubscribe, IdentifierReachesTheServer_3_8_2_1_2) {
  Link link(GetParam());
  link.connect();
  const std::array<Subscription, 2> wanted{Subscription{.filter = "a"}, Subscription{.filter = "b"}};
  ASSERT_TRUE(link.session.subscribe(wanted, 300).ok());
  const auto identifier = link.sentOne<Subscribe>().properties.number(PropertyId::SubscriptionIdentifier);
  EXPECT_EQ(identifier, GetParam() == Version::V5 ? std::optional(300u) : std::nullopt);
  ASSERT_TRUE(link.session.subscribe(wanted, 268'435'455).ok());
  EXPECT_EQ(link.session.subscribe(wanted, 268'435'456).error(), SessionError::InvalidArgument);
}

TEST(SessionSubscribeAlone, IdentifierThatTheServerRulesOutIsRefused_3_2_2_3_12) {
  Link link(Version::V5);
  link.connect({.client_id = "c"},
               Connack{.properties = numberProperty(PropertyId::SubscriptionIdentifierAvailable, 0)});
  const Subscription wanted{.filter = "a"};
  EXPECT_EQ(link.session.subscribe({&wanted, 1}, 1).error(), SessionError::NotSupported);
  EXPECT_TRUE(link.session.subscribe({&wanted, 1}).ok());
}

TEST_P(SessionSubscribe, Qos2MayBeAskedForWhateverTheServersMaximum_MQTT_3_2_2_9) {
  Link link(GetParam());
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumQos, 0)});
  const Subscription wanted{.filter = "a", .qos = Qos::ExactlyOnce};
  ASSERT_TRUE(link.session.subscribe({&wanted, 1}).ok());
  std::size_t offset = 0;
  EXPECT_EQ(link.sentOne<Subscribe>().subscriptions.next(offset)->qos, Qos::ExactlyOnce);
}

TEST(SessionSubscribeAlone, RequestOverTheServersMaximumPacketSizeIsRefused_MQTT_3_2_2_15) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumPacketSize, 20)});
  const std::string long_filter(20, 'a');
  const Subscription wanted{.filter = long_filter};
  const std::string_view filter = long_filter;
  EXPECT_EQ(link.session.subscribe({&wanted, 1}).error(), SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.unsubscribe({&filter, 1}).error(), SessionError::PacketTooLarge);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(SessionSubscribe, SubackForAnUnknownRequestIsIgnored) {
  Link link(GetParam());
  link.connect();
  const std::array<std::uint8_t, 1> codes{0};
  link.answer(Suback{.packet_id = 99, .reasons = ReasonCodes(codes)});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.connected());
}

TEST_P(SessionSubscribe, MoreRequestsThanCanAwaitTheirAnswerAreNoRoom) {
  Link link(GetParam());
  link.connect();
  const std::array<Subscription, 1> wanted{Subscription{.filter = "a"}};
  for (std::size_t i = 0; i < ClientSession::kMaxPendingRequests; ++i) ASSERT_TRUE(link.session.subscribe(wanted).ok());
  EXPECT_EQ(link.session.subscribe(wanted).error(), SessionError::NoRoom);
}

}  // namespace
}  // namespace smartkar::mqtt
