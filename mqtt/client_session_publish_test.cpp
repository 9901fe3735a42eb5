#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class SessionPublish : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionPublish, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionPublish, Qos0LeavesAtOnceAndIsForgotten_MQTT_4_3_1_1) {
  Link link(GetParam());
  link.connect();
  EXPECT_EQ(link.session.publish("a/b", asBytes("hi"), {.retain = true}).value(), 0);
  const Publish packet = link.sentOne<Publish>();
  EXPECT_EQ(packet.topic, "a/b");
  EXPECT_EQ(asText(packet.payload), "hi");
  EXPECT_EQ(packet.qos, Qos::AtMostOnce);
  EXPECT_TRUE(packet.retain);
  EXPECT_FALSE(packet.duplicate);
  EXPECT_EQ(link.session.unacknowledged(), 0u);
}

TEST_P(SessionPublish, Qos1IsKeptUntilItsPuback_MQTT_4_3_2_1_4_3_2_3) {
  Link link(GetParam());
  link.connect();
  const std::uint16_t id = link.publish("x");
  const Publish packet = link.sentOne<Publish>();
  EXPECT_EQ(packet.packet_id, id);
  EXPECT_EQ(packet.qos, Qos::AtLeastOnce);
  EXPECT_FALSE(packet.duplicate);  // [MQTT-4.3.2-2]
  EXPECT_EQ(link.session.unacknowledged(), 1u);
  link.answer(Puback{.packet_id = id});
  EXPECT_EQ(link.event<Published>().packet_id, id);
  EXPECT_EQ(link.session.unacknowledged(), 0u);
}

TEST(SessionPublishAlone, RefusedMessageIsReportedWithItsReasonAndNotSentAgain_4_3_2) {
  Link link(Version::V5);
  link.connect();
  const std::uint16_t id = link.publish("x");
  link.sent();
  link.answer(Puback{.packet_id = id, .reason = ReasonCode::NotAuthorized});
  EXPECT_EQ(link.event<Published>().reason, ReasonCode::NotAuthorized);
  link.dropTransport();
  link.connect({.client_id = "c", .clean_start = false}, Connack{.session_present = true});
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(SessionPublish, MessageExpiryIsAPropertyOfMqtt5Only) {
  Link link(GetParam());
  link.connect();
  link.publish("x", {.qos = Qos::AtLeastOnce, .message_expiry = 30});
  const auto expiry = link.sentOne<Publish>().properties.number(PropertyId::MessageExpiryInterval);
  EXPECT_EQ(expiry, GetParam() == Version::V5 ? std::optional(30u) : std::nullopt);
}

TEST_P(SessionPublish, WrongPublishesAreRefused) {
  Link link(GetParam());
  EXPECT_EQ(link.session.publish("t", {}).error(), SessionError::NotConnected);
  link.connect();
  EXPECT_EQ(link.session.publish("t/#", {}).error(), SessionError::InvalidTopic);
  EXPECT_EQ(link.session.publish("", {}).error(), SessionError::InvalidTopic);
  EXPECT_EQ(link.session.publish("t", {}, {.message_expiry = 0}).error(), SessionError::InvalidArgument);
  const std::string large(600, 'x');
  EXPECT_EQ(link.session.publish("t", asBytes(large)).error(), SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.publish("t", asBytes(large), {.qos = Qos::AtLeastOnce}).error(), SessionError::PacketTooLarge);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(SessionPublishAlone, PacketOverTheServersMaximumIsRefused_MQTT_3_2_2_15) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumPacketSize, 40)});
  const std::string payload(40, 'x');
  EXPECT_EQ(link.session.publish("t", asBytes(payload)).error(), SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.publish("t", asBytes(payload), {.qos = Qos::AtLeastOnce}).error(),
            SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.unacknowledged(), 0u);
  EXPECT_TRUE(link.session.publish("t", asBytes(payload.substr(0, 20))).ok());
}

TEST(SessionPublishAlone, QosOverTheServersMaximumIsRefused_MQTT_3_2_2_11) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumQos, 0)});
  EXPECT_EQ(link.session.publish("t", {}, {.qos = Qos::AtLeastOnce}).error(), SessionError::NotSupported);
}

TEST(SessionPublishAlone, RetainIsRefusedWhereTheServerHasNone_MQTT_3_2_2_14) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::RetainAvailable, 0)});
  EXPECT_EQ(link.session.publish("t", {}, {.retain = true}).error(), SessionError::NotSupported);
}

TEST(SessionPublishAlone, QueuedMessageThatANewServerRulesOutIsReportedUnsent) {
  Link link(Version::V5);
  const std::uint16_t retained = link.publish("kept", {.qos = Qos::AtLeastOnce, .retain = true});
  const std::uint16_t plain = link.publish("plain");
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::RetainAvailable, 0)});
  const auto refused = link.event<Published>();
  EXPECT_EQ(refused.packet_id, retained);
  EXPECT_EQ(refused.reason, ReasonCode::RetainNotSupported);
  EXPECT_EQ(link.sentOne<Publish>().packet_id, plain);
}

TEST_P(SessionPublish, PubackForAnUnknownMessageIsIgnored) {
  Link link(GetParam());
  link.connect();
  link.answer(Puback{.packet_id = 42});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.connected());
}

TEST(SessionPublishAlone, NeverMoreInFlightThanTheReceiveMaximum_MQTT_3_3_4_7) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::ReceiveMaximum, 2)});
  for (const char* payload : {"1", "2", "3", "4"}) link.publish(payload);
  const auto first = link.sent();
  EXPECT_THAT(payloads(first), ElementsAre("1", "2"));
  EXPECT_EQ(link.session.inFlight(), 2u);
  link.answer(Puback{.packet_id = packetIds(first)[0]});
  link.event<Published>();
  EXPECT_THAT(payloads(link.sent()), ElementsAre("3"));
}

TEST(SessionPublishAlone, Qos0IsNotHeldBackByTheWindow_4_9) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::ReceiveMaximum, 1)});
  link.publish("1");
  link.publish("2");
  link.publish("now", {});
  EXPECT_THAT(payloads(link.sent()), ElementsAre("1", "now"));
}

TEST(SessionPublishAlone, OwnInFlightLimitHoldsIn311) {
  Link link(SessionConfig{.version = Version::V311, .max_outbound_in_flight = 1});
  link.connect();
  link.publish("1");
  link.publish("2");
  EXPECT_THAT(payloads(link.sent()), ElementsAre("1"));
}

TEST_P(SessionPublish, FullMemoryIsNoRoomUntilAnAcknowledgement) {
  Link link(GetParam());
  link.connect();
  const std::string payload(100, 'x');
  std::vector<std::uint16_t> ids;
  for (;;) {
    const auto id = link.session.publish("t", asBytes(payload), {.qos = Qos::AtLeastOnce});
    link.sent();
    if (!id) {
      EXPECT_EQ(id.error(), SessionError::NoRoom);
      break;
    }
    ids.push_back(*id);
  }
  EXPECT_GT(ids.size(), 5u);
  link.answer(Puback{.packet_id = ids[0]});
  link.event<Published>();
  EXPECT_TRUE(link.session.publish("t", asBytes(payload), {.qos = Qos::AtLeastOnce}).ok());
}

TEST_P(SessionPublish, FullOutputIsNoRoomForQos0AndHoldsQos1Back) {
  Link link(GetParam());
  link.connect();
  const std::string payload(200, 'x');
  ASSERT_TRUE(link.session.publish("t", asBytes(payload)).ok());
  ASSERT_TRUE(link.session.publish("t", asBytes(payload)).ok());
  EXPECT_EQ(link.session.publish("t", asBytes(payload)).error(), SessionError::NoRoom);
  ASSERT_TRUE(link.session.publish("t", asBytes(payload), {.qos = Qos::AtLeastOnce}).ok());
  EXPECT_EQ(link.session.inFlight(), 0u);
  EXPECT_THAT(link.sent(), SizeIs(2));
  EXPECT_THAT(link.sent(), SizeIs(1));
  EXPECT_EQ(link.session.inFlight(), 1u);
}

TEST_P(SessionPublish, DisconnectFitsEvenIntoAFullOutput) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 10});
  while (link.session.publish("t", {}).ok()) continue;
  link.advance(10s);  // and a PINGREQ
  ASSERT_TRUE(link.session.disconnect(ReasonCode::Success, link.now).ok());
  EXPECT_TRUE(std::holds_alternative<Disconnect>(link.sent().back()));
}

TEST_P(SessionPublish, PacketIdentifierInUseIsNotGivenAgain_MQTT_2_2_1_4) {
  Link link(GetParam());
  link.connect();
  const std::array<Subscription, 1> wanted{Subscription{.filter = "a"}};
  const std::uint16_t held = link.session.subscribe(wanted).value();  // never answered
  link.sent();
  for (int i = 0; i < 65'540; ++i) {
    const std::uint16_t id = link.publish("x");
    ASSERT_NE(id, held);
    ASSERT_NE(id, 0);
    link.session.consumed(link.session.output().size());
    link.answer(Puback{.packet_id = id});
    link.event<Published>();
  }
}

}  // namespace
}  // namespace smartkar::mqtt
