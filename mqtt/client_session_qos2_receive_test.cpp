// Messages received at QoS 2.
#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ConnectOptions kPersistent{.client_id = "c", .clean_start = false, .session_expiry = 60};
const Connack kPresent{.session_present = true};

Publish once(std::uint16_t packet_id, bool duplicate = false) {
  return {.topic = "t", .qos = Qos::ExactlyOnce, .duplicate = duplicate, .packet_id = packet_id};
}
Message deliver(Link& link, std::uint16_t packet_id) { return link.deliver(packet_id, "x", Qos::ExactlyOnce); }
// Delivers a message and acknowledges it; its PUBREC has left.
void receive(Link& link, std::uint16_t packet_id) {
  EXPECT_TRUE(link.session.acknowledge(deliver(link, packet_id).token));
  link.sent();
}
void reconnect(Link& link, const Connack& connack = kPresent) {
  link.dropTransport();
  link.session.consumed(link.session.output().size());
  link.connect(kPersistent, connack);
}

class SessionQos2Receive : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionQos2Receive, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionQos2Receive, PubrecWaitsForTheApplicationAndPubcompForThePubrel_MQTT_4_3_3_8_4_3_3_11) {
  Link link(GetParam());
  link.connect();
  const Message message = deliver(link, 5);
  EXPECT_EQ(message.qos, Qos::ExactlyOnce);
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(message.token));
  EXPECT_THAT(link.session.output(), ElementsAre(0x50, 2, 0, 5));
  link.sent();
  EXPECT_EQ(link.session.awaitingAcknowledgement(), 0u);
  EXPECT_EQ(link.session.awaitingRelease(), 1u);
  EXPECT_FALSE(link.session.acknowledge(message.token));
  link.feed({0x62, 2, 0, 5});
  link.expectNoEvent();
  EXPECT_THAT(link.session.output(), ElementsAre(0x70, 2, 0, 5));
  EXPECT_EQ(link.session.awaitingRelease(), 0u);
}

TEST_P(SessionQos2Receive, RepetitionBeforeThePubrelIsAnsweredButNotDelivered_MQTT_4_3_3_10) {
  Link link(GetParam());
  link.connect();
  receive(link, 5);
  link.answer(once(5, true));
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5"));
  link.answer(Pubrel{.packet_id = 5});
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBCOMP 5"));
}

TEST_P(SessionQos2Receive, PacketIdentifierIsFreeAfterThePubrel_MQTT_4_3_3_12) {
  Link link(GetParam());
  link.connect();
  receive(link, 5);
  link.answer(Pubrel{.packet_id = 5});
  link.expectNoEvent();
  EXPECT_EQ(deliver(link, 5).packet_id, 5);
}

TEST_P(SessionQos2Receive, RepetitionOfAnOpenMessageIsDropped) {
  Link link(GetParam());
  link.connect();
  const AckToken token = deliver(link, 5).token;
  link.answer(once(5, true));
  link.expectNoEvent();
  EXPECT_TRUE(link.session.acknowledge(token));
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5"));
}

TEST_P(SessionQos2Receive, PubrelForAnUnknownPacketIdIsAnswered_3_7_2_1) {
  Link link(GetParam());
  link.connect();
  link.answer(Pubrel{.packet_id = 9});
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()),
              ElementsAre(GetParam() == Version::V5 ? "PUBCOMP 9 Packet Identifier not found" : "PUBCOMP 9"));
}

TEST_P(SessionQos2Receive, AnswersLeaveInTheOrderOfReceipt_MQTT_4_6_0_3) {
  Link link(GetParam());
  link.connect();
  const AckToken first = deliver(link, 11).token;
  const AckToken second = link.deliver(12).token;
  const AckToken third = deliver(link, 13).token;
  EXPECT_TRUE(link.session.acknowledge(third));
  EXPECT_TRUE(link.session.acknowledge(second));
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(first));
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 11", "PUBACK 12", "PUBREC 13"));
}

TEST_P(SessionQos2Receive, UnacknowledgedMessageIsDeliveredAgainAfterAReconnect) {
  Link link(GetParam());
  link.connect(kPersistent);
  const AckToken old = deliver(link, 5).token;
  reconnect(link);
  link.answer(once(5, true));
  const AckToken again = link.event<Message>().token;
  EXPECT_FALSE(link.session.acknowledge(old));
  EXPECT_TRUE(link.session.acknowledge(again));
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5"));
}

TEST_P(SessionQos2Receive, AcknowledgedMessageIsNotDeliveredAgainAfterAReconnect) {
  Link link(GetParam());
  link.connect(kPersistent);
  receive(link, 5);
  receive(link, 6);
  reconnect(link);
  EXPECT_EQ(link.session.awaitingRelease(), 2u);
  link.answer(once(5, true));
  link.answer(Pubrel{.packet_id = 6});
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5", "PUBCOMP 6"));
}

TEST_P(SessionQos2Receive, MessageAcknowledgedBehindAnOpenOneIsNotDeliveredAgain) {
  Link link(GetParam());
  link.connect(kPersistent);
  deliver(link, 5);
  EXPECT_TRUE(link.session.acknowledge(deliver(link, 6).token));
  EXPECT_THAT(link.sent(), IsEmpty());
  reconnect(link);
  link.answer(once(5, true));
  const AckToken first = link.event<Message>().token;
  link.answer(once(6, true));
  link.expectNoEvent();
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(first));
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5", "PUBREC 6"));
}

TEST_P(SessionQos2Receive, WithoutASessionThePacketIdentifierMeansANewMessage_MQTT_3_2_2_5) {
  Link link(GetParam());
  link.connect(kPersistent);
  receive(link, 5);
  reconnect(link, Connack{.session_present = false});
  EXPECT_EQ(link.session.awaitingRelease(), 0u);
  EXPECT_EQ(deliver(link, 5).packet_id, 5);
}

TEST_P(SessionQos2Receive, FailedConnectForgetsNothing) {
  Link link(GetParam());
  link.connect(kPersistent);
  receive(link, 5);
  link.dropTransport();
  link.open(kPersistent);
  link.answer(Connack{.reason = ReasonCode::ServerUnavailable});
  link.event<Disconnected>();
  link.connect(kPersistent, kPresent);
  link.answer(once(5, true));
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5"));
}

TEST_P(SessionQos2Receive, LoadedSessionKnowsWhatItHasSeen) {
  Link before(GetParam());
  before.connect(kPersistent);
  receive(before, 5);
  receive(before, 6);
  Link after(GetParam());
  before.moveTo(after);
  EXPECT_EQ(after.session.awaitingRelease(), 2u);
  after.answer(Pubrel{.packet_id = 5});
  after.expectNoEvent();
  EXPECT_THAT(shown(after.sent()), ElementsAre("PUBCOMP 5"));
  reconnect(after);
  after.answer(once(6, true));
  after.expectNoEvent();
  EXPECT_THAT(shown(after.sent()), ElementsAre("PUBREC 6"));
}

TEST_P(SessionQos2Receive, SaveWithMorePacketIdentifiersThanTheMemoryTakesIsCorrupt) {
  Link before(GetParam());
  before.connect(kPersistent);
  receive(before, 5);
  receive(before, 6);
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());
  Link after(GetParam(), 1);
  EXPECT_EQ(after.session.load(saved, after.now).error(), SessionError::Corrupt);
  EXPECT_FALSE(after.session.active());
  EXPECT_EQ(after.session.awaitingRelease(), 0u);
}

TEST_P(SessionQos2Receive, AutoAcknowledgeAnswersWhenTheMessageIsPolled) {
  Link link(SessionConfig{.version = GetParam(), .auto_acknowledge = true});
  link.connect();
  deliver(link, 5);
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 5"));
}

TEST(SessionQos2ReceiveAlone, ReceiveMaximumCountsBothQosUntilThePubcomp_MQTT_3_3_4_9) {
  Link link(SessionConfig{.version = Version::V5, .strict_receive_maximum = true}, 2);
  link.connect();
  receive(link, 1);
  link.deliver(2);
  link.answer(Pubrel{.packet_id = 1});
  link.expectNoEvent();
  receive(link, 3);
  link.answer(once(4));
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ReceiveMaximumExceeded);
}

TEST_P(SessionQos2Receive, FullWindowHoldsTheServerBackWhileAQos1MessageIsOpen) {
  Link link(GetParam(), 2);
  link.connect();
  receive(link, 1);
  const AckToken open = link.deliver(2).token;
  link.answer(once(3));
  link.expectNoEvent();
  EXPECT_TRUE(link.session.acknowledge(open));
  EXPECT_EQ(link.event<Message>().packet_id, 3);
}

// The PUBREL that would make room stands behind the message: waiting would never end.
TEST_P(SessionQos2Receive, WindowOverrunAtQos2IsAcknowledgedThenLeft) {
  Link link(GetParam(), 2);
  link.connect(kPersistent);
  receive(link, 1);
  const AckToken open = deliver(link, 2).token;
  link.answer(once(3));
  link.expectNoEvent();
  link.answer(Pubrel{.packet_id = 1});
  link.answer(once(4));  // there would be room, but it stands behind 3
  link.answer(Publish{.topic = "t"});
  EXPECT_EQ(link.event<Message>().qos, Qos::AtMostOnce);
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBCOMP 1"));

  EXPECT_TRUE(link.session.acknowledge(open));
  link.expectNoEvent();
  EXPECT_THAT(shown(link.sent()), ElementsAre("PUBREC 2", "another packet"));  // PINGREQ
  link.answer(Pingresp{});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::ProtocolViolation);
  EXPECT_EQ(end.reason, ReasonCode::ReceiveMaximumExceeded);

  link.session.consumed(link.session.output().size());
  link.connect(kPersistent, kPresent);
  link.answer(Pubrel{.packet_id = 2});
  link.answer(once(3, true));
  EXPECT_EQ(link.event<Message>().packet_id, 3);
}

TEST_P(SessionQos2Receive, OverrunIsNoBoundaryToSaveAt) {
  Link link(GetParam(), 1);
  link.connect(kPersistent);
  const AckToken open = deliver(link, 1).token;
  link.answer(once(2));
  link.expectNoEvent();
  EXPECT_TRUE(link.session.acknowledge(open));
  link.sent();
  Buffer saved(link.session.savedSize());
  EXPECT_EQ(link.session.save(saved).error(), SessionError::NotAtBoundary);
}

// No room for a message, and after these PUBRELs none for a PUBCOMP either.
void fillOutput(Link& link) {
  while (link.session.publish("t", {}).ok()) continue;
  for (std::uint16_t id = 1; id <= 4; ++id) link.answer(Pubrel{.packet_id = id});
  link.expectNoEvent();
}

TEST_P(SessionQos2Receive, PubrelWaitsUntilTheOutputHasRoomForThePubcomp) {
  Link link(GetParam());
  link.connect();
  for (std::uint16_t id = 1; id <= 4; ++id) receive(link, id);
  fillOutput(link);
  EXPECT_GT(link.session.awaitingRelease(), 0u);
  link.answer(Publish{.topic = "t", .payload = asBytes("behind")});
  link.expectNoEvent();
  std::vector<std::string> sent = shown(link.sent());
  EXPECT_EQ(asText(link.event<Message>().payload), "behind");
  for (const std::string& text : shown(link.sent())) sent.push_back(text);
  std::erase(sent, "PUBLISH 0");
  EXPECT_THAT(sent, ElementsAre("PUBCOMP 1", "PUBCOMP 2", "PUBCOMP 3", "PUBCOMP 4"));
}

TEST_P(SessionQos2Receive, PacketThatWaitsForOutputDoesNotHideASilentServer) {
  Link link(SessionConfig{.version = GetParam(), .ping_timeout = 5s});
  link.connect({.client_id = "c", .keep_alive = 30});
  fillOutput(link);
  link.advance(30s);
  link.advance(5s);
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::PingTimeout);
}

}  // namespace
}  // namespace smartkar::mqtt
