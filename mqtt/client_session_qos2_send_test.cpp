// Messages published at QoS 2. In these tests the first message has packet id 1, the second 2 …
#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr PublishOptions kOnce{.qos = Qos::ExactlyOnce};
const ConnectOptions kPersistent{.client_id = "c", .clean_start = false, .session_expiry = 60};
const Connack kPresent{.session_present = true};

// Publishes two messages; PUBREC and PUBREL of the first have passed.
void publishTwo(Link& link) {
  link.connect(kPersistent);
  link.publish("1", kOnce);
  link.publish("2", kOnce);
  link.sent();
  link.answer(Pubrec{.packet_id = 1});
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1"));
}

class SessionQos2Send : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionQos2Send, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionQos2Send, MessageIsKeptUntilThePubcomp_MQTT_4_3_3_2_to_4_3_3_7) {
  Link link(GetParam());
  link.connect();
  link.publish("x", kOnce);
  const Publish packet = link.sentOne<Publish>();
  EXPECT_EQ(packet.qos, Qos::ExactlyOnce);
  EXPECT_EQ(packet.packet_id, 1);
  EXPECT_FALSE(packet.duplicate);
  link.feed({0x50, 2, 0, 1});
  link.expectNoEvent();
  EXPECT_THAT(link.session.output(), ElementsAre(0x62, 2, 0, 1));
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1"));
  EXPECT_EQ(link.session.unacknowledged(), 1u);
  EXPECT_EQ(link.session.inFlight(), 1u);
  link.feed({0x70, 2, 0, 1});
  const auto published = link.event<Published>();
  EXPECT_EQ(published.packet_id, 1);
  EXPECT_EQ(published.reason, ReasonCode::Success);
  EXPECT_EQ(link.session.unacknowledged(), 0u);
  EXPECT_EQ(link.session.inFlight(), 0u);
}

TEST(SessionQos2SendAlone, PubrecWithAnErrorEndsTheHandshake_MQTT_4_3_3_4) {
  Link link(Version::V5);
  link.connect(kPersistent);
  link.publish("x", kOnce);
  link.sent();
  link.answer(Pubrec{.packet_id = 1, .reason = ReasonCode::QuotaExceeded});
  EXPECT_EQ(link.event<Published>().reason, ReasonCode::QuotaExceeded);
  EXPECT_THAT(link.sent(), IsEmpty());
  link.dropTransport();
  link.connect(kPersistent, kPresent);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(SessionQos2SendAlone, ReasonOfThePubrecIsReported) {
  Link link(Version::V5);
  link.connect();
  link.publish("x", kOnce);
  link.answer(Pubrec{.packet_id = 1, .reason = ReasonCode::NoMatchingSubscribers});
  link.expectNoEvent();
  link.answer(Pubcomp{.packet_id = 1});
  EXPECT_EQ(link.event<Published>().reason, ReasonCode::NoMatchingSubscribers);
}

TEST_P(SessionQos2Send, ReconnectRepeatsPublishBeforeAndPubrelAfterThePubrec_MQTT_4_4_0_1) {
  Link link(GetParam());
  link.connect(kPersistent);
  for (const char* payload : {"1", "2"}) link.publish(payload, kOnce);
  link.publish("3");
  link.publish("4", kOnce);
  link.sent();
  link.answer(Pubrec{.packet_id = 1});
  link.answer(Pubrec{.packet_id = 2});
  link.expectNoEvent();
  link.dropTransport();
  link.publish("5", kOnce);
  link.sent();
  link.connect(kPersistent, kPresent);
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1", "PUBREL 2", "PUBLISH DUP 3", "PUBLISH DUP 4", "PUBLISH 5"));
  link.answer(Pubcomp{.packet_id = 2});
  EXPECT_EQ(link.event<Published>().packet_id, 2);
  link.dropTransport();
  link.connect(kPersistent, kPresent);
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1", "PUBLISH DUP 3", "PUBLISH DUP 4", "PUBLISH DUP 5"));
}

TEST_P(SessionQos2Send, PublishIsNotRepeatedAfterThePubrel_MQTT_4_3_3_6) {
  Link link(GetParam());
  link.connect(kPersistent);
  link.publish("x", kOnce);
  link.answer(Pubrec{.packet_id = 1});
  link.expectNoEvent();
  for (int i = 0; i < 3; ++i) {
    link.dropTransport();
    link.session.consumed(link.session.output().size());
    link.connect(kPersistent, kPresent);
    EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1"));
  }
}

TEST(SessionQos2SendAlone, PubcompForAForgottenPacketIdIsNoFailure_3_7_2_1) {
  Link link(Version::V5);
  link.connect(kPersistent);
  link.publish("x", kOnce);
  link.answer(Pubrec{.packet_id = 1});
  link.expectNoEvent();
  link.dropTransport();
  link.connect(kPersistent, kPresent);
  link.answer(Pubcomp{.packet_id = 1, .reason = ReasonCode::PacketIdentifierNotFound});
  EXPECT_EQ(link.event<Published>().reason, ReasonCode::Success);
}

TEST_P(SessionQos2Send, WithoutASessionOnlyWhatTheServerNeverOwnedStartsAnew_MQTT_3_2_2_5_4_3_3_8) {
  Link link(GetParam());
  publishTwo(link);
  link.dropTransport();
  link.connect(kPersistent, Connack{.session_present = false});
  const auto owned = link.event<Published>();
  EXPECT_EQ(owned.packet_id, 1);
  EXPECT_EQ(owned.reason, ReasonCode::Success);
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBLISH 2"));
  EXPECT_EQ(link.session.unacknowledged(), 1u);
  EXPECT_EQ(link.session.inFlight(), 1u);
}

TEST_P(SessionQos2Send, RepeatedPubrecIsAnsweredAgain_MQTT_4_3_3_4) {
  Link link(GetParam());
  link.connect();
  link.publish("x", kOnce);
  link.sent();
  for (int i = 0; i < 2; ++i) {
    link.answer(Pubrec{.packet_id = 1});
    link.expectNoEvent();
    EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1"));
  }
  EXPECT_EQ(link.session.inFlight(), 1u);
}

TEST_P(SessionQos2Send, PubrecForAnUnknownMessageIsAnswered_3_6_2_1) {
  Link link(GetParam());
  link.connect();
  link.answer(Pubrec{.packet_id = 42});
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()),
              ElementsAre(GetParam() == Version::V5 ? "PUBREL 42 Packet Identifier not found" : "PUBREL 42"));
  link.answer(Pubcomp{.packet_id = 42});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.connected());
}

TEST_P(SessionQos2Send, AnswerOfTheOtherQosIsAViolation) {
  const auto reason = [](const PublishOptions& options, auto answer) {
    Link link(GetParam());
    link.connect();
    link.publish("x", options);
    link.sent();
    link.answer(answer);
    return link.event<Disconnected>().reason;
  };
  EXPECT_EQ(reason(kOnce, Puback{.packet_id = 1}), ReasonCode::ProtocolError);
  EXPECT_EQ(reason(kOnce, Pubcomp{.packet_id = 1}), ReasonCode::ProtocolError);
  EXPECT_EQ(reason({.qos = Qos::AtLeastOnce}, Pubrec{.packet_id = 1}), ReasonCode::ProtocolError);
  EXPECT_EQ(reason({.qos = Qos::AtLeastOnce}, Pubcomp{.packet_id = 1}), ReasonCode::ProtocolError);
}

TEST(SessionQos2SendAlone, QuotaCountsBothQosUntilPubackPubcompOrPubrecWithAnError_4_9) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::ReceiveMaximum, 2)});
  link.publish("1", kOnce);
  link.publish("2");
  for (const char* payload : {"3", "4", "5"}) link.publish(payload, kOnce);
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBLISH 1", "PUBLISH 2"));
  link.answer(Pubrec{.packet_id = 1});
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 1"));
  link.answer(Pubcomp{.packet_id = 1});
  link.event<Published>();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBLISH 3"));
  link.answer(Puback{.packet_id = 2});
  link.event<Published>();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBLISH 4"));
  link.answer(Pubrec{.packet_id = 3, .reason = ReasonCode::UnspecifiedError});
  link.event<Published>();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBLISH 5"));
  EXPECT_EQ(link.session.inFlight(), 2u);
}

TEST(SessionQos2SendAlone, PubrelIsNotHeldBackByTheQuota_MQTT_4_9_0_3) {
  Link link(Version::V5);
  link.connect(kPersistent);
  for (const char* payload : {"1", "2", "3"}) link.publish(payload, kOnce);
  link.sent();
  link.answer(Pubrec{.packet_id = 2});
  link.answer(Pubrec{.packet_id = 3});
  link.expectNoEvent();
  link.dropTransport();
  link.session.consumed(link.session.output().size());
  link.connect(kPersistent,
               Connack{.session_present = true, .properties = numberProperty(PropertyId::ReceiveMaximum, 1)});
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREL 2", "PUBREL 3"));
  link.answer(Pubcomp{.packet_id = 2});
  link.event<Published>();
  EXPECT_THAT(link.sent(), IsEmpty());
  link.answer(Pubcomp{.packet_id = 3});
  link.event<Published>();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBLISH DUP 1"));
}

TEST_P(SessionQos2Send, PubrelsThatDoNotFitTheOutputLeaveLaterInOrder_MQTT_4_6_0_4) {
  Link link(GetParam());
  link.connect();
  for (const char* payload : {"1", "2", "3", "4", "5"}) link.publish(payload, kOnce);
  link.sent();
  while (link.session.publish("t", {}).ok()) continue;
  for (std::uint16_t id = 1; id <= 5; ++id) link.answer(Pubrec{.packet_id = id});
  link.expectNoEvent();
  std::vector<std::string> releases;
  while (!link.session.output().empty()) {
    for (const std::string& text : shown(link.sent())) {
      if (text.starts_with("PUBREL")) releases.push_back(text);
    }
  }
  EXPECT_THAT(releases, ElementsAre("PUBREL 1", "PUBREL 2", "PUBREL 3", "PUBREL 4", "PUBREL 5"));
}

TEST(SessionQos2SendAlone, Qos2OverTheServersMaximumIsRefused_MQTT_3_2_2_11) {
  Link link(Version::V5);
  const std::uint16_t queued = link.publish("x", kOnce);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumQos, 1)});
  const auto refused = link.event<Published>();
  EXPECT_EQ(refused.packet_id, queued);
  EXPECT_EQ(refused.reason, ReasonCode::QosNotSupported);
  EXPECT_EQ(link.session.publish("t", {}, kOnce).error(), SessionError::NotSupported);
  EXPECT_TRUE(link.session.publish("t", {}, {.qos = Qos::AtLeastOnce}).ok());
}

TEST_P(SessionQos2Send, HandshakeGoesOnAfterLoadWithTheSameConnection) {
  Link before(GetParam());
  publishTwo(before);

  Link after(GetParam());
  before.moveTo(after);
  EXPECT_EQ(after.session.inFlight(), 2u);
  EXPECT_THAT(after.sent(), IsEmpty());
  after.answer(Pubcomp{.packet_id = 1});
  EXPECT_EQ(after.event<Published>().packet_id, 1);
  after.answer(Pubrec{.packet_id = 2});
  after.expectNoEvent();
  EXPECT_THAT(shown(after.sent()), ElementsAre("PUBREL 2"));
}

TEST_P(SessionQos2Send, HandshakeGoesOnAfterLoadWithANewConnection) {
  Link before(GetParam());
  publishTwo(before);
  before.dropTransport();

  Link after(GetParam());
  before.moveTo(after);
  after.connect(kPersistent, kPresent);
  EXPECT_THAT(shown(after.sent()), ElementsAre("PUBREL 1", "PUBLISH DUP 2"));
}

}  // namespace
}  // namespace smartkar::mqtt
