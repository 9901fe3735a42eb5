#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SessionConnect : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionConnect, testing::Values(Version::V311, Version::V5), versionName);

// ---- Connecting

TEST_P(SessionConnect, ConnectIsTheFirstPacket_MQTT_3_1_0_1) {
  Link link(GetParam());
  const std::array<std::uint8_t, 2> secret{1, 2};
  const Connect packet = link.open({.client_id = "car",
                                    .keep_alive = 300,
                                    .clean_start = false,
                                    .will = WillMessage{.topic = "w", .payload = asBytes("gone"), .retain = true},
                                    .user_name = "user",
                                    .password = Bytes(secret)});
  EXPECT_EQ(packet.version, GetParam());
  EXPECT_EQ(packet.client_id, "car");
  EXPECT_EQ(packet.keep_alive, 300);
  EXPECT_FALSE(packet.clean_start);
  EXPECT_EQ(packet.will->topic, "w");
  EXPECT_EQ(asText(packet.will->payload), "gone");
  EXPECT_TRUE(packet.will->retain);
  EXPECT_EQ(packet.user_name, "user");
  EXPECT_EQ(packet.password->size(), 2u);
}

TEST_P(SessionConnect, ConnackMakesItConnected) {
  Link link(GetParam());
  EXPECT_FALSE(link.session.connected());
  const Connected connected = link.connect();
  EXPECT_FALSE(connected.session_present);
  EXPECT_TRUE(link.session.connected());
  link.expectNoEvent();
}

TEST_P(SessionConnect, SecondConnectIsRefused_MQTT_3_1_0_2) {
  Link link(GetParam());
  link.connect();
  EXPECT_EQ(link.session.connect({.client_id = "c"}, link.now).error(), SessionError::AlreadyConnected);
}

TEST_P(SessionConnect, RefusalEndsTheConnectionWithItsReason_MQTT_3_2_2_7) {
  Link link(GetParam());
  link.open();
  link.answer(Connack{.reason = ReasonCode::NotAuthorized});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::Refused);
  EXPECT_EQ(end.reason, ReasonCode::NotAuthorized);
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_FALSE(link.session.active());
}

TEST_P(SessionConnect, PacketBeforeConnackIsAViolation_MQTT_3_2_0_1) {
  Link link(GetParam());
  link.open();
  link.answer(Pingresp{});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

TEST_P(SessionConnect, SecondConnackIsAViolation_MQTT_3_2_0_2) {
  Link link(GetParam());
  link.connect();
  link.answer(Connack{});
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::ProtocolViolation);
}

TEST_P(SessionConnect, SessionPresentAfterCleanStartIsAViolation_MQTT_3_2_2_2) {
  Link link(GetParam());
  link.open({.client_id = "c", .clean_start = true});
  link.answer(Connack{.session_present = true});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

TEST_P(SessionConnect, NoConnackUntilTheTimeoutEndsIt) {
  Link link(SessionConfig{.version = GetParam(), .connect_timeout = 7s});
  link.open();
  EXPECT_EQ(link.session.nextDeadline(), kStart + 7s);
  link.advance(6999ms);
  link.expectNoEvent();
  link.advance(1ms);
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::ConnectTimeout);
  EXPECT_EQ(link.session.nextDeadline(), kNever);
}

TEST(SessionConnectAlone, EmptyClientIdNeedsCleanSessionIn311_MQTT_3_1_3_7) {
  Link link(Version::V311);
  EXPECT_EQ(link.session.connect({.clean_start = false}, link.now).error(), SessionError::InvalidArgument);
  EXPECT_TRUE(link.session.connect({.clean_start = true}, link.now).ok());
}

TEST(SessionConnectAlone, PasswordNeedsAUserNameIn311_MQTT_3_1_2_22) {
  Link link(Version::V311);
  EXPECT_EQ(link.session.connect({.client_id = "c", .password = asBytes("p")}, link.now).error(),
            SessionError::InvalidArgument);
}

TEST_P(SessionConnect, InvalidStringsAndWillsAreRefused) {
  Link link(GetParam());
  EXPECT_EQ(link.session.connect({.client_id = "\xFF"}, link.now).error(), SessionError::InvalidArgument);
  EXPECT_EQ(link.session.connect({.client_id = "c", .user_name = "\xFF"}, link.now).error(),
            SessionError::InvalidArgument);
  EXPECT_EQ(link.session.connect({.client_id = "c", .will = WillMessage{.topic = "#"}}, link.now).error(),
            SessionError::InvalidTopic);
  const std::string large(600, 'x');
  EXPECT_EQ(link.session.connect({.client_id = large}, link.now).error(), SessionError::PacketTooLarge);
  EXPECT_FALSE(link.session.active());
  EXPECT_THAT(link.session.output(), IsEmpty());
}

TEST(SessionConnectAlone, Mqtt5ConnectAnnouncesItsLimits_MQTT_3_1_2_24) {
  Link link(Version::V5, 3);
  const Connect packet = link.open({.client_id = "c", .clean_start = false, .session_expiry = 604'800});
  EXPECT_EQ(packet.properties.number(PropertyId::ReceiveMaximum), 3u);
  EXPECT_EQ(packet.properties.number(PropertyId::MaximumPacketSize), 512u);
  EXPECT_EQ(packet.properties.number(PropertyId::SessionExpiryInterval), 604'800u);
  EXPECT_FALSE(packet.properties.number(PropertyId::TopicAliasMaximum));  // absent: 0 [MQTT-3.1.2-27]
}

TEST(SessionConnectAlone, Mqtt5WillHasDelayAndExpiry) {
  Link link(Version::V5);
  const Connect packet =
      link.open({.client_id = "c", .will = WillMessage{.topic = "w", .delay = 5, .message_expiry = 60}});
  EXPECT_EQ(packet.will->properties.number(PropertyId::WillDelayInterval), 5u);
  EXPECT_EQ(packet.will->properties.number(PropertyId::MessageExpiryInterval), 60u);
}

TEST(SessionConnectAlone, AssignedClientIdIsReportedAndUsedAgain_3_2_2_3_7) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  writer.text(PropertyId::AssignedClientIdentifier, "auto-7");
  EXPECT_EQ(link.connect({}, Connack{.properties = writer.view()}).client_id, "auto-7");
  link.dropTransport();
  EXPECT_EQ(link.open({}).client_id, "auto-7");
}

TEST(SessionConnectAlone, ServerKeepAliveReplacesOurs_MQTT_3_1_2_21) {
  Link link(Version::V5);
  const Connected connected = link.connect({.client_id = "c", .keep_alive = 60},
                                           Connack{.properties = numberProperty(PropertyId::ServerKeepAlive, 10)});
  EXPECT_EQ(connected.limits.keep_alive, 10);
  EXPECT_EQ(link.session.nextDeadline(), kStart + 10s);
}

TEST(SessionConnectAlone, AuthIsRefusedWithProtocolError_MQTT_4_12_0_6) {
  Link link(Version::V5);
  link.open();
  link.answer(Auth{.reason = ReasonCode::ContinueAuthentication});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.reason, ReasonCode::ProtocolError);
  EXPECT_STREQ(end.what, "AUTH without an authentication method");
  EXPECT_EQ(link.sentOne<Disconnect>().reason, ReasonCode::ProtocolError);
}

TEST(SessionConnectAlone, ConnackWithAuthenticationMethodNotAskedForIsAViolation) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  link.open();
  link.answer(Connack{.properties = writer.text(PropertyId::AuthenticationMethod, "X").view()});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

// ---- Ending

TEST_P(SessionConnect, EveryConnectionEndsInExactlyOneDisconnected) {
  Link link(GetParam());
  link.connect();
  EXPECT_EQ(link.dropTransport().cause, DisconnectCause::TransportClosed);
  link.session.transportClosed(link.now);
  link.expectNoEvent();
}

TEST_P(SessionConnect, DisconnectSendsThePacketAndEnds_MQTT_3_14_4_1) {
  Link link(GetParam());
  link.connect();
  ASSERT_TRUE(link.session.disconnect(ReasonCode::Success, link.now).ok());
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::Requested);
  link.sentOne<Disconnect>();
  EXPECT_EQ(link.session.publish("t", {}).error(), SessionError::NotConnected);  // nothing after it
  EXPECT_EQ(link.session.disconnect(ReasonCode::Success, link.now).error(), SessionError::NotConnected);
}

TEST(SessionConnectAlone, DisconnectWithWillIn311LeavesThePacketOut) {
  Link link(Version::V311);
  link.connect();
  ASSERT_TRUE(link.session.disconnect(ReasonCode::DisconnectWithWill, link.now).ok());
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(SessionConnectAlone, DisconnectCannotProlongASessionThatEndsWithItsConnection_3_14_2_2_2) {
  Link link(Version::V5);
  link.connect({.client_id = "c", .session_expiry = 0});
  EXPECT_EQ(link.session.disconnect(ReasonCode::Success, link.now, 60).error(), SessionError::InvalidArgument);
}

TEST(SessionConnectAlone, ConnackCannotMakeItOneThatMayBeProlonged_3_14_2_2_2) {
  Link link(Version::V5);
  const Connected connected =
      link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::SessionExpiryInterval, 60)});
  EXPECT_EQ(connected.limits.session_expiry, 60u);
  EXPECT_EQ(link.session.disconnect(ReasonCode::Success, link.now, 60).error(), SessionError::InvalidArgument);
}

TEST(SessionConnectAlone, SessionExpiryOfTheServerReplacesOursAndMayBeReplaced_3_2_2_3_2) {
  Link before(Version::V5);
  const Connected connected =
      before.connect({.client_id = "c", .clean_start = false, .session_expiry = 3600},
                     Connack{.properties = numberProperty(PropertyId::SessionExpiryInterval, 0)});
  EXPECT_EQ(connected.limits.session_expiry, 0u);
  Link link(Version::V5);
  before.moveTo(link);
  ASSERT_TRUE(link.session.disconnect(ReasonCode::Success, link.now, 60).ok());
  EXPECT_THAT(link.session.output(), ElementsAre(0xE0, 7, 0, 5, 0x11, 0, 0, 0, 60));
}

TEST(SessionConnectAlone, ServerThatTakesNoAcknowledgementIsLeft_MQTT_3_2_2_15) {
  Link link(Version::V5);
  link.open();
  link.answer(Connack{.properties = numberProperty(PropertyId::MaximumPacketSize, 4)});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ImplementationSpecificError);
  link.sentOne<Disconnect>();  // 3 bytes
}

TEST(SessionConnectAlone, NoPacketIsOverTheServersMaximum_MQTT_3_2_2_15) {
  Link link(Version::V5);
  link.open();
  link.answer(Connack{.properties = numberProperty(PropertyId::MaximumPacketSize, 2)});
  link.event<Disconnected>();
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(SessionConnectAlone, DisconnectMayShortenTheSession) {
  Link link(Version::V5);
  link.connect({.client_id = "c", .session_expiry = 60});
  ASSERT_TRUE(link.session.disconnect(ReasonCode::DisconnectWithWill, link.now, 0).ok());
  const Disconnect packet = link.sentOne<Disconnect>();
  EXPECT_EQ(packet.reason, ReasonCode::DisconnectWithWill);
  EXPECT_EQ(packet.properties.number(PropertyId::SessionExpiryInterval), 0u);
}

TEST(SessionConnectAlone, DisconnectFromTheServerIsReportedAndNotAnswered) {
  Link link(Version::V5);
  link.connect();
  link.answer(Disconnect{.reason = ReasonCode::SessionTakenOver});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::ServerDisconnect);
  EXPECT_EQ(end.reason, ReasonCode::SessionTakenOver);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(SessionConnect, MalformedPacketEndsTheConnection_MQTT_4_13_1_1) {
  Link link(GetParam());
  link.connect();
  link.feed({0x00, 0x00});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::ProtocolViolation);
  EXPECT_EQ(end.reason, ReasonCode::MalformedPacket);
  EXPECT_STREQ(end.what, "packet type 0");
  if (GetParam() == Version::V5) {
    EXPECT_EQ(link.sentOne<Disconnect>().reason, ReasonCode::MalformedPacket);
  } else {
    EXPECT_THAT(link.sent(), IsEmpty());
  }
}

TEST_P(SessionConnect, PacketOverTheReceiveMemoryEndsTheConnection_MQTT_3_1_2_24) {
  Link link(GetParam());
  link.connect();
  link.feed({0x30, 0xFF, 0x7F});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::PacketTooLarge);
}

TEST_P(SessionConnect, BytesAfterTheEndAreNotTaken) {
  Link link(GetParam());
  link.connect();
  link.dropTransport();
  const Buffer bytes{0xD0, 0};
  EXPECT_EQ(link.session.receive(bytes, link.now), 0u);
}

// ---- Keep-alive

TEST_P(SessionConnect, PingreqLeavesAfterTheKeepAlive_MQTT_3_1_2_20) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 30});
  EXPECT_EQ(link.session.nextDeadline(), kStart + 30s);
  link.advance(29s);
  EXPECT_THAT(link.sent(), IsEmpty());
  link.advance(1s);
  link.sentOne<Pingreq>();
  EXPECT_EQ(link.session.nextDeadline(), kStart + 40s);
  link.answer(Pingresp{});
  link.expectNoEvent();
  EXPECT_EQ(link.session.nextDeadline(), kStart + 60s);
}

TEST_P(SessionConnect, NoPingrespUntilTheTimeoutEndsTheConnection_3_1_2_10) {
  Link link(SessionConfig{.version = GetParam(), .ping_timeout = 5s});
  link.connect({.client_id = "c", .keep_alive = 30});
  link.advance(30s);
  link.sent();
  link.advance(5s);
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::PingTimeout);
}

// The server reads nothing and still sends PINGRESP.
TEST_P(SessionConnect, UnsentPingreqsLeaveRoomForTheDisconnect) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 30});
  while (link.session.publish("t", {}).ok()) continue;
  for (int i = 0; i < 20; ++i) {
    link.advance(30s);
    link.answer(Pingresp{});
    link.expectNoEvent();
  }
  ASSERT_TRUE(link.session.disconnect(ReasonCode::Success, link.now).ok());
  EXPECT_TRUE(std::holds_alternative<Disconnect>(link.sent().back()));
}

TEST_P(SessionConnect, KeepAliveZeroNeverPings_3_1_2_10) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 0});
  EXPECT_EQ(link.session.nextDeadline(), kNever);
  link.advance(100h);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(SessionConnect, SendingAloneDoesNotHideASilentServer) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 30});
  link.advance(20s);
  link.publish("x", {});
  link.sent();
  link.advance(10s);
  link.sentOne<Pingreq>();
}

TEST_P(SessionConnect, ReceivingAloneDoesNotReplaceOurPackets_MQTT_3_1_2_20) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 30});
  link.now += 20s;
  link.answer(Publish{.topic = "t"});
  link.event<Message>();
  link.advance(10s);
  link.sentOne<Pingreq>();
}

TEST_P(SessionConnect, BytesWhileThePingrespIsAwaitedExtendItsDeadline) {
  Link link(SessionConfig{.version = GetParam(), .ping_timeout = 5s});
  link.connect({.client_id = "c", .keep_alive = 30});
  link.advance(30s);
  link.sent();
  link.now += 4s;
  link.answer(Publish{.topic = "t"});
  link.event<Message>();
  link.advance(4s);
  link.expectNoEvent();
  link.advance(1s);
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::PingTimeout);
}

TEST_P(SessionConnect, PingOnDemandProvesTheLink) {
  Link link(GetParam());
  EXPECT_EQ(link.session.ping(link.now).error(), SessionError::NotConnected);
  link.connect({.client_id = "c", .keep_alive = 0});
  ASSERT_TRUE(link.session.ping(link.now).ok());
  ASSERT_TRUE(link.session.ping(link.now).ok());
  link.sentOne<Pingreq>();
  EXPECT_EQ(link.session.nextDeadline(), kStart + 10s);
}

}  // namespace
}  // namespace smartkar::mqtt
