#include "mqtt/client_session.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>

#include "mqtt/decoder.hpp"
#include "mqtt/sample_packets_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kStart{1000s};

// A session and a server that is this test: the packets it got, the packets it answers with.
class Link {
 public:
  explicit Link(SessionConfig config = {}, std::size_t inbound = 4)
      : version(config.version), inbound_(inbound), session(config, memory(inbound)) {}
  Link(Version v, std::size_t inbound = 4) : Link(SessionConfig{.version = v}, inbound) {}

  SessionMemory memory(std::size_t inbound) {
    inbound_.resize(inbound);
    return {.receive = receive_, .transmit = transmit_, .unacknowledged = store_, .inbound = inbound_};
  }

  // What the session has sent since the last call. The packets' views live until then.
  std::vector<ClientPacket> sent() {
    sent_.assign(session.output().begin(), session.output().end());
    session.consumed(sent_.size());
    std::vector<ClientPacket> packets;
    for (Bytes rest = sent_; !rest.empty();) {
      const auto decoded = decodeClientPacket(rest, version);
      EXPECT_EQ(decoded.status, DecodeStatus::Complete) << decoded.what;
      if (decoded.status != DecodeStatus::Complete) break;
      packets.push_back(decoded.packet);
      rest = rest.subspan(decoded.size);
    }
    return packets;
  }
  // The only packet sent, which must be of this type.
  template <class Packet>
  Packet sentOne() {
    const auto packets = sent();
    EXPECT_THAT(packets, SizeIs(1));
    const Packet* packet = packets.empty() ? nullptr : std::get_if<Packet>(&packets[0]);
    EXPECT_NE(packet, nullptr);
    return packet != nullptr ? *packet : Packet{};
  }

  void feed(const Buffer& bytes) { EXPECT_EQ(session.receive(bytes, now), bytes.size()); }
  template <class Packet>
  void answer(const Packet& packet) {
    feed(bytesOf(packet, version));
  }
  // The next event, which must be of this type.
  template <class Expected>
  Expected event() {
    const auto event = session.poll();
    const Expected* expected = event ? std::get_if<Expected>(&*event) : nullptr;
    EXPECT_NE(expected, nullptr);
    return expected != nullptr ? *expected : Expected{};
  }
  void expectNoEvent() { EXPECT_FALSE(session.poll().has_value()); }

  Connect open(const ConnectOptions& options = {.client_id = "c"}) {
    EXPECT_TRUE(session.connect(options, now).ok());
    return sentOne<Connect>();
  }
  Connected connect(const ConnectOptions& options = {.client_id = "c"}, const Connack& connack = {}) {
    open(options);
    answer(connack);
    return event<Connected>();
  }
  Disconnected dropTransport() {
    session.transportClosed(now);
    return event<Disconnected>();
  }
  std::uint16_t publish(std::string_view payload, PublishOptions options = {.qos = Qos::AtLeastOnce}) {
    return session.publish("t", asBytes(payload), options).value();
  }
  // The server sends a message; returns the event.
  Message deliver(std::uint16_t packet_id, std::string_view payload = "x") {
    answer(Publish{.topic = "t", .payload = asBytes(payload), .qos = Qos::AtLeastOnce, .packet_id = packet_id});
    return event<Message>();
  }
  void advance(Duration duration) {
    now += duration;
    session.tick(now);
  }

  Version version;
  Instant now = kStart;

 private:
  std::array<std::uint8_t, 512> receive_{};
  std::array<std::uint8_t, 512> transmit_{};
  std::array<std::uint8_t, 1024> store_{};
  std::vector<InboundWindow::Entry> inbound_;
  Buffer sent_;

 public:
  ClientSession session;
};

std::vector<std::uint16_t> packetIds(const std::vector<ClientPacket>& packets) {
  std::vector<std::uint16_t> ids;
  for (const ClientPacket& packet : packets) {
    if (const auto* puback = std::get_if<Puback>(&packet)) ids.push_back(puback->packet_id);
    if (const auto* publish = std::get_if<Publish>(&packet)) ids.push_back(publish->packet_id);
  }
  return ids;
}

std::vector<std::string> payloads(const std::vector<ClientPacket>& packets) {
  std::vector<std::string> texts;
  for (const ClientPacket& packet : packets) {
    if (const auto* publish = std::get_if<Publish>(&packet)) texts.emplace_back(asText(publish->payload));
  }
  return texts;
}

PropertyView numberProperty(PropertyId id, std::uint32_t value) {
  static std::array<std::uint8_t, 16> memory;
  PropertyWriter writer(memory);
  return writer.number(id, value).view();
}

class BothVersions : public testing::TestWithParam<Version> {};
INSTANTIATE_TEST_SUITE_P(ClientSession, BothVersions, testing::Values(Version::V311, Version::V5),
                         [](const auto& parameter) { return parameter.param == Version::V5 ? "V5" : "V311"; });

// ---- Connecting

TEST_P(BothVersions, ConnectIsTheFirstPacket_MQTT_3_1_0_1) {
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

TEST_P(BothVersions, ConnackMakesItConnected) {
  Link link(GetParam());
  EXPECT_FALSE(link.session.connected());
  const Connected connected = link.connect();
  EXPECT_FALSE(connected.session_present);
  EXPECT_TRUE(link.session.connected());
  link.expectNoEvent();
}

TEST_P(BothVersions, SecondConnectIsRefused_MQTT_3_1_0_2) {
  Link link(GetParam());
  link.connect();
  EXPECT_EQ(link.session.connect({.client_id = "c"}, link.now).error(), SessionError::AlreadyConnected);
}

TEST_P(BothVersions, RefusalEndsTheConnectionWithItsReason_MQTT_3_2_2_7) {
  Link link(GetParam());
  link.open();
  link.answer(Connack{.reason = ReasonCode::NotAuthorized});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::Refused);
  EXPECT_EQ(end.reason, ReasonCode::NotAuthorized);
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_FALSE(link.session.active());
}

TEST_P(BothVersions, PacketBeforeConnackIsAViolation_MQTT_3_2_0_1) {
  Link link(GetParam());
  link.open();
  link.answer(Pingresp{});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

TEST_P(BothVersions, SecondConnackIsAViolation_MQTT_3_2_0_2) {
  Link link(GetParam());
  link.connect();
  link.answer(Connack{});
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::ProtocolViolation);
}

TEST_P(BothVersions, SessionPresentAfterCleanStartIsAViolation_MQTT_3_2_2_2) {
  Link link(GetParam());
  link.open({.client_id = "c", .clean_start = true});
  link.answer(Connack{.session_present = true});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

TEST_P(BothVersions, NoConnackUntilTheTimeoutEndsIt) {
  Link link(SessionConfig{.version = GetParam(), .connect_timeout = 7s});
  link.open();
  EXPECT_EQ(link.session.nextDeadline(), kStart + 7s);
  link.advance(6999ms);
  link.expectNoEvent();
  link.advance(1ms);
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::ConnectTimeout);
  EXPECT_EQ(link.session.nextDeadline(), kNever);
}

TEST(ClientSession, EmptyClientIdNeedsCleanSessionIn311_MQTT_3_1_3_7) {
  Link link(Version::V311);
  EXPECT_EQ(link.session.connect({.clean_start = false}, link.now).error(), SessionError::InvalidArgument);
  EXPECT_TRUE(link.session.connect({.clean_start = true}, link.now).ok());
}

TEST(ClientSession, PasswordNeedsAUserNameIn311_MQTT_3_1_2_22) {
  Link link(Version::V311);
  EXPECT_EQ(link.session.connect({.client_id = "c", .password = asBytes("p")}, link.now).error(),
            SessionError::InvalidArgument);
}

TEST_P(BothVersions, InvalidStringsAndWillsAreRefused) {
  Link link(GetParam());
  EXPECT_EQ(link.session.connect({.client_id = "\xFF"}, link.now).error(), SessionError::InvalidArgument);
  EXPECT_EQ(link.session.connect({.client_id = "c", .user_name = "\xFF"}, link.now).error(),
            SessionError::InvalidArgument);
  EXPECT_EQ(link.session.connect({.client_id = "c", .will = WillMessage{.topic = "#"}}, link.now).error(),
            SessionError::InvalidTopic);
  EXPECT_EQ(
      link.session.connect({.client_id = "c", .will = WillMessage{.topic = "w", .qos = Qos::ExactlyOnce}}, link.now)
          .error(),
      SessionError::NotSupported);
  const std::string large(600, 'x');
  EXPECT_EQ(link.session.connect({.client_id = large}, link.now).error(), SessionError::PacketTooLarge);
  EXPECT_FALSE(link.session.active());
  EXPECT_THAT(link.session.output(), IsEmpty());
}

TEST(ClientSession, Mqtt5ConnectAnnouncesItsLimits_MQTT_3_1_2_24) {
  Link link(Version::V5, 3);
  const Connect packet = link.open({.client_id = "c", .clean_start = false, .session_expiry = 604'800});
  EXPECT_EQ(packet.properties.number(PropertyId::ReceiveMaximum), 3u);
  EXPECT_EQ(packet.properties.number(PropertyId::MaximumPacketSize), 512u);
  EXPECT_EQ(packet.properties.number(PropertyId::SessionExpiryInterval), 604'800u);
  EXPECT_FALSE(packet.properties.number(PropertyId::TopicAliasMaximum));  // absent: 0 [MQTT-3.1.2-27]
}

TEST(ClientSession, Mqtt5WillHasDelayAndExpiry) {
  Link link(Version::V5);
  const Connect packet =
      link.open({.client_id = "c", .will = WillMessage{.topic = "w", .delay = 5, .message_expiry = 60}});
  EXPECT_EQ(packet.will->properties.number(PropertyId::WillDelayInterval), 5u);
  EXPECT_EQ(packet.will->properties.number(PropertyId::MessageExpiryInterval), 60u);
}

TEST(ClientSession, AssignedClientIdIsReportedAndUsedAgain_3_2_2_3_7) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  writer.text(PropertyId::AssignedClientIdentifier, "auto-7");
  EXPECT_EQ(link.connect({}, Connack{.properties = writer.view()}).client_id, "auto-7");
  link.dropTransport();
  EXPECT_EQ(link.open({}).client_id, "auto-7");
}

TEST(ClientSession, ServerKeepAliveReplacesOurs_MQTT_3_1_2_21) {
  Link link(Version::V5);
  const Connected connected = link.connect({.client_id = "c", .keep_alive = 60},
                                           Connack{.properties = numberProperty(PropertyId::ServerKeepAlive, 10)});
  EXPECT_EQ(connected.limits.keep_alive, 10);
  EXPECT_EQ(link.session.nextDeadline(), kStart + 10s);
}

TEST(ClientSession, AuthIsRefusedWithProtocolError_MQTT_4_12_0_6) {
  Link link(Version::V5);
  link.open();
  link.answer(Auth{.reason = ReasonCode::ContinueAuthentication});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
  EXPECT_EQ(link.sentOne<Disconnect>().reason, ReasonCode::ProtocolError);
}

TEST(ClientSession, ConnackWithAuthenticationMethodNotAskedForIsAViolation) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  link.open();
  link.answer(Connack{.properties = writer.text(PropertyId::AuthenticationMethod, "X").view()});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

// ---- Ending

TEST_P(BothVersions, EveryConnectionEndsInExactlyOneDisconnected) {
  Link link(GetParam());
  link.connect();
  EXPECT_EQ(link.dropTransport().cause, DisconnectCause::TransportClosed);
  link.session.transportClosed(link.now);
  link.expectNoEvent();
}

TEST_P(BothVersions, DisconnectSendsThePacketAndEnds_MQTT_3_14_4_1) {
  Link link(GetParam());
  link.connect();
  ASSERT_TRUE(link.session.disconnect(ReasonCode::Success, link.now).ok());
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::Requested);
  link.sentOne<Disconnect>();
  EXPECT_EQ(link.session.publish("t", {}).error(), SessionError::NotConnected);  // nothing after it
  EXPECT_EQ(link.session.disconnect(ReasonCode::Success, link.now).error(), SessionError::NotConnected);
}

TEST(ClientSession, DisconnectWithWillIn311LeavesThePacketOut) {
  Link link(Version::V311);
  link.connect();
  ASSERT_TRUE(link.session.disconnect(ReasonCode::DisconnectWithWill, link.now).ok());
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(ClientSession, DisconnectCannotProlongASessionThatEndsWithItsConnection_3_14_2_2_2) {
  Link link(Version::V5);
  link.connect({.client_id = "c", .session_expiry = 0});
  EXPECT_EQ(link.session.disconnect(ReasonCode::Success, link.now, 60).error(), SessionError::InvalidArgument);
}

TEST(ClientSession, DisconnectMayShortenTheSession) {
  Link link(Version::V5);
  link.connect({.client_id = "c", .session_expiry = 60});
  ASSERT_TRUE(link.session.disconnect(ReasonCode::DisconnectWithWill, link.now, 0).ok());
  const Disconnect packet = link.sentOne<Disconnect>();
  EXPECT_EQ(packet.reason, ReasonCode::DisconnectWithWill);
  EXPECT_EQ(packet.properties.number(PropertyId::SessionExpiryInterval), 0u);
}

TEST(ClientSession, DisconnectFromTheServerIsReportedAndNotAnswered) {
  Link link(Version::V5);
  link.connect();
  link.answer(Disconnect{.reason = ReasonCode::SessionTakenOver});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::ServerDisconnect);
  EXPECT_EQ(end.reason, ReasonCode::SessionTakenOver);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(BothVersions, MalformedPacketEndsTheConnection_MQTT_4_13_1_1) {
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

TEST_P(BothVersions, PacketOverTheReceiveMemoryEndsTheConnection_MQTT_3_1_2_24) {
  Link link(GetParam());
  link.connect();
  link.feed({0x30, 0xFF, 0x7F});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::PacketTooLarge);
}

TEST_P(BothVersions, BytesAfterTheEndAreNotTaken) {
  Link link(GetParam());
  link.connect();
  link.dropTransport();
  const Buffer bytes{0xD0, 0};
  EXPECT_EQ(link.session.receive(bytes, link.now), 0u);
}

// ---- Keep-alive

TEST_P(BothVersions, PingreqLeavesAfterTheKeepAlive_MQTT_3_1_2_20) {
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

TEST_P(BothVersions, NoPingrespUntilTheTimeoutEndsTheConnection_3_1_2_10) {
  Link link(SessionConfig{.version = GetParam(), .ping_timeout = 5s});
  link.connect({.client_id = "c", .keep_alive = 30});
  link.advance(30s);
  link.sent();
  link.advance(5s);
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::PingTimeout);
}

TEST_P(BothVersions, KeepAliveZeroNeverPings_3_1_2_10) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 0});
  EXPECT_EQ(link.session.nextDeadline(), kNever);
  link.advance(100h);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(BothVersions, SendingAloneDoesNotHideASilentServer) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 30});
  link.advance(20s);
  link.publish("x", {});
  link.sent();
  link.advance(10s);
  link.sentOne<Pingreq>();
}

TEST_P(BothVersions, ReceivingAloneDoesNotReplaceOurPackets_MQTT_3_1_2_20) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 30});
  link.now += 20s;
  link.answer(Publish{.topic = "t"});
  link.event<Message>();
  link.advance(10s);
  link.sentOne<Pingreq>();
}

TEST_P(BothVersions, BytesWhileThePingrespIsAwaitedExtendItsDeadline) {
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

TEST_P(BothVersions, PingOnDemandProvesTheLink) {
  Link link(GetParam());
  EXPECT_EQ(link.session.ping(link.now).error(), SessionError::NotConnected);
  link.connect({.client_id = "c", .keep_alive = 0});
  ASSERT_TRUE(link.session.ping(link.now).ok());
  ASSERT_TRUE(link.session.ping(link.now).ok());
  link.sentOne<Pingreq>();
  EXPECT_EQ(link.session.nextDeadline(), kStart + 10s);
}

// ---- Subscribing

TEST_P(BothVersions, SubscribeCarriesAllFiltersAndItsAnswerComesBack_MQTT_3_8_4_1) {
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

TEST(ClientSession, SubscriptionOptionsReachTheServer_3_8_3_1) {
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

TEST_P(BothVersions, UnsubscribeIsAnswered_MQTT_3_10_4_4) {
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

TEST_P(BothVersions, WrongSubscriptionsAreRefused) {
  Link link(GetParam());
  const auto error = [&](Subscription subscription) { return link.session.subscribe({&subscription, 1}).error(); };
  EXPECT_EQ(error({.filter = "a"}), SessionError::NotConnected);
  link.connect();
  EXPECT_EQ(link.session.subscribe({}).error(), SessionError::InvalidArgument);
  EXPECT_EQ(error({.filter = "a#"}), SessionError::InvalidTopic);
  EXPECT_EQ(error({.filter = "a", .qos = Qos::ExactlyOnce}), SessionError::NotSupported);
  EXPECT_EQ(error({.filter = "$share/g/a", .no_local = true}), SessionError::InvalidArgument);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(ClientSession, SubscriptionsThatTheServerRulesOutAreRefused_3_2_2_3) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  writer.number(PropertyId::WildcardSubscriptionAvailable, 0).number(PropertyId::SharedSubscriptionAvailable, 0);
  link.connect({.client_id = "c"}, Connack{.properties = writer.view()});
  const auto error = [&](Subscription subscription) { return link.session.subscribe({&subscription, 1}).error(); };
  EXPECT_EQ(error({.filter = "a/#"}), SessionError::NotSupported);
  EXPECT_EQ(error({.filter = "$share/g/a"}), SessionError::NotSupported);
}

TEST_P(BothVersions, SubackForAnUnknownRequestIsIgnored) {
  Link link(GetParam());
  link.connect();
  const std::array<std::uint8_t, 1> codes{0};
  link.answer(Suback{.packet_id = 99, .reasons = ReasonCodes(codes)});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.connected());
}

TEST_P(BothVersions, MoreRequestsThanCanAwaitTheirAnswerAreNoRoom) {
  Link link(GetParam());
  link.connect();
  const std::array<Subscription, 1> wanted{Subscription{.filter = "a"}};
  for (std::size_t i = 0; i < ClientSession::kMaxPendingRequests; ++i) ASSERT_TRUE(link.session.subscribe(wanted).ok());
  EXPECT_EQ(link.session.subscribe(wanted).error(), SessionError::NoRoom);
}

// ---- Publishing

TEST_P(BothVersions, Qos0LeavesAtOnceAndIsForgotten_MQTT_4_3_1_1) {
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

TEST_P(BothVersions, Qos1IsKeptUntilItsPuback_MQTT_4_3_2_1_4_3_2_3) {
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

TEST(ClientSession, RefusedMessageIsReportedWithItsReasonAndNotSentAgain_4_3_2) {
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

TEST_P(BothVersions, MessageExpiryIsAPropertyOfMqtt5Only) {
  Link link(GetParam());
  link.connect();
  link.publish("x", {.qos = Qos::AtLeastOnce, .message_expiry = 30});
  const auto expiry = link.sentOne<Publish>().properties.number(PropertyId::MessageExpiryInterval);
  EXPECT_EQ(expiry, GetParam() == Version::V5 ? std::optional(30u) : std::nullopt);
}

TEST_P(BothVersions, WrongPublishesAreRefused) {
  Link link(GetParam());
  EXPECT_EQ(link.session.publish("t", {}).error(), SessionError::NotConnected);
  link.connect();
  EXPECT_EQ(link.session.publish("t/#", {}).error(), SessionError::InvalidTopic);
  EXPECT_EQ(link.session.publish("", {}).error(), SessionError::InvalidTopic);
  EXPECT_EQ(link.session.publish("t", {}, {.qos = Qos::ExactlyOnce}).error(), SessionError::NotSupported);
  EXPECT_EQ(link.session.publish("t", {}, {.message_expiry = 0}).error(), SessionError::InvalidArgument);
  const std::string large(600, 'x');
  EXPECT_EQ(link.session.publish("t", asBytes(large)).error(), SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.publish("t", asBytes(large), {.qos = Qos::AtLeastOnce}).error(), SessionError::PacketTooLarge);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST(ClientSession, PacketOverTheServersMaximumIsRefused_MQTT_3_2_2_15) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumPacketSize, 40)});
  const std::string payload(40, 'x');
  EXPECT_EQ(link.session.publish("t", asBytes(payload)).error(), SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.publish("t", asBytes(payload), {.qos = Qos::AtLeastOnce}).error(),
            SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.unacknowledged(), 0u);
  EXPECT_TRUE(link.session.publish("t", asBytes(payload.substr(0, 20))).ok());
}

TEST(ClientSession, QosOverTheServersMaximumIsRefused_MQTT_3_2_2_11) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumQos, 0)});
  EXPECT_EQ(link.session.publish("t", {}, {.qos = Qos::AtLeastOnce}).error(), SessionError::NotSupported);
}

TEST(ClientSession, RetainIsRefusedWhereTheServerHasNone_MQTT_3_2_2_14) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::RetainAvailable, 0)});
  EXPECT_EQ(link.session.publish("t", {}, {.retain = true}).error(), SessionError::NotSupported);
}

TEST(ClientSession, QueuedMessageThatANewServerRulesOutIsReportedUnsent) {
  Link link(Version::V5);
  const std::uint16_t retained = link.publish("kept", {.qos = Qos::AtLeastOnce, .retain = true});
  const std::uint16_t plain = link.publish("plain");
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::RetainAvailable, 0)});
  const auto refused = link.event<Published>();
  EXPECT_EQ(refused.packet_id, retained);
  EXPECT_EQ(refused.reason, ReasonCode::RetainNotSupported);
  EXPECT_EQ(link.sentOne<Publish>().packet_id, plain);
}

TEST_P(BothVersions, PubackForAnUnknownMessageIsIgnored) {
  Link link(GetParam());
  link.connect();
  link.answer(Puback{.packet_id = 42});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.connected());
}

TEST(ClientSession, NeverMoreInFlightThanTheReceiveMaximum_MQTT_3_3_4_7) {
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

TEST(ClientSession, Qos0IsNotHeldBackByTheWindow_4_9) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::ReceiveMaximum, 1)});
  link.publish("1");
  link.publish("2");
  link.publish("now", {});
  EXPECT_THAT(payloads(link.sent()), ElementsAre("1", "now"));
}

TEST(ClientSession, OwnInFlightLimitHoldsIn311) {
  Link link(SessionConfig{.version = Version::V311, .max_outbound_in_flight = 1});
  link.connect();
  link.publish("1");
  link.publish("2");
  EXPECT_THAT(payloads(link.sent()), ElementsAre("1"));
}

TEST_P(BothVersions, FullMemoryIsNoRoomUntilAnAcknowledgement) {
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

TEST_P(BothVersions, FullOutputIsNoRoomForQos0AndHoldsQos1Back) {
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

TEST_P(BothVersions, DisconnectFitsEvenIntoAFullOutput) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 10});
  while (link.session.publish("t", {}).ok()) continue;
  link.advance(10s);  // and a PINGREQ
  ASSERT_TRUE(link.session.disconnect(ReasonCode::Success, link.now).ok());
  EXPECT_TRUE(std::holds_alternative<Disconnect>(link.sent().back()));
}

TEST_P(BothVersions, PacketIdentifierInUseIsNotGivenAgain_MQTT_2_2_1_4) {
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

// ---- Redelivery

TEST_P(BothVersions, UnacknowledgedMessagesAreSentAgainWithDupInOrder_MQTT_4_4_0_1_4_6_0_1) {
  Link link(GetParam());
  const ConnectOptions options{.client_id = "c", .clean_start = false, .session_expiry = 60};
  link.connect(options);
  for (const char* payload : {"1", "2", "3"}) link.publish(payload);
  const auto ids = packetIds(link.sent());
  link.answer(Puback{.packet_id = ids[1]});
  link.event<Published>();
  link.dropTransport();
  link.publish("4");
  EXPECT_TRUE(link.connect(options, Connack{.session_present = true}).session_present);
  const auto again = link.sent();
  EXPECT_THAT(payloads(again), ElementsAre("1", "3", "4"));
  EXPECT_EQ(packetIds(again)[0], ids[0]);  // the original packet identifiers
  EXPECT_EQ(packetIds(again)[1], ids[2]);
  EXPECT_TRUE(std::get<Publish>(again[0]).duplicate);  // [MQTT-3.3.1-1]
  EXPECT_TRUE(std::get<Publish>(again[1]).duplicate);
  EXPECT_FALSE(std::get<Publish>(again[2]).duplicate);
}

TEST_P(BothVersions, WithoutASessionUnacknowledgedMessagesStartAnew_MQTT_3_2_2_5) {
  Link link(GetParam());
  const ConnectOptions options{.client_id = "c", .clean_start = false};
  link.connect(options);
  link.publish("1");
  link.sent();
  link.dropTransport();
  link.connect(options, Connack{.session_present = false});
  EXPECT_FALSE(link.sentOne<Publish>().duplicate);
}

TEST_P(BothVersions, NothingIsSentAgainWithinAConnection_MQTT_4_4_0_1) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 0});
  link.publish("1");
  link.sent();
  link.advance(24h);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(BothVersions, LastAcknowledgementsOutOfOrderFreeEverything) {
  Link link(GetParam());
  link.connect();
  for (const char* payload : {"1", "2", "3"}) link.publish(payload);
  const auto ids = packetIds(link.sent());
  for (const std::size_t index : {1u, 0u, 2u}) {
    link.answer(Puback{.packet_id = ids[index]});
    EXPECT_EQ(link.event<Published>().packet_id, ids[index]);
  }
  EXPECT_EQ(link.session.unacknowledged(), 0u);
  EXPECT_EQ(link.session.inFlight(), 0u);
}

TEST_P(BothVersions, AcknowledgementInTheMiddleOfARedeliveryIsKept) {
  Link link(SessionConfig{.version = GetParam(), .max_outbound_in_flight = 2});
  const ConnectOptions options{.client_id = "c", .clean_start = false};
  link.connect(options);
  for (const char* payload : {"1", "2"}) link.publish(payload);
  const auto ids = packetIds(link.sent());
  link.answer(Puback{.packet_id = ids[1]});
  link.event<Published>();
  link.dropTransport();
  link.publish("3");
  link.connect(options, Connack{.session_present = true});
  EXPECT_THAT(payloads(link.sent()), ElementsAre("1", "3"));
  link.answer(Puback{.packet_id = ids[0]});
  link.event<Published>();
  EXPECT_EQ(link.session.unacknowledged(), 1u);
  EXPECT_EQ(link.session.inFlight(), 1u);
}

TEST_P(BothVersions, DiscardForgetsTheUnacknowledged) {
  Link link(GetParam());
  link.publish("1");
  ASSERT_TRUE(link.session.discardUnacknowledged().ok());
  link.connect();
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_EQ(link.session.discardUnacknowledged().error(), SessionError::NotAtBoundary);
}

// ---- Receiving

TEST_P(BothVersions, MessageIsDeliveredWithAllItsFields) {
  Link link(GetParam());
  link.connect();
  link.answer(Publish{.topic = "a/b",
                      .payload = asBytes("hi"),
                      .qos = Qos::AtLeastOnce,
                      .retain = true,
                      .duplicate = true,
                      .packet_id = 9,
                      .properties = numberProperty(PropertyId::MessageExpiryInterval, 55)});
  const auto message = link.event<Message>();
  EXPECT_EQ(message.topic, "a/b");
  EXPECT_EQ(asText(message.payload), "hi");
  EXPECT_EQ(message.qos, Qos::AtLeastOnce);
  EXPECT_TRUE(message.retain);
  EXPECT_TRUE(message.duplicate);
  EXPECT_EQ(message.packet_id, 9);
  EXPECT_EQ(message.message_expiry, GetParam() == Version::V5 ? std::optional(55u) : std::nullopt);
}

TEST_P(BothVersions, MessageIsTheSameHoweverTheBytesArrive) {
  Link link(GetParam());
  link.connect();
  const Buffer bytes =
      bytesOf(Publish{.topic = "a/b", .payload = asBytes("hi"), .qos = Qos::AtLeastOnce, .packet_id = 1}, GetParam());
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    link.feed({bytes[i]});
    link.expectNoEvent();
  }
  link.feed({bytes.back()});
  EXPECT_EQ(asText(link.event<Message>().payload), "hi");
}

TEST_P(BothVersions, SeveralPacketsInOnePieceBecomeSeveralEvents) {
  Link link(GetParam());
  link.connect();
  Buffer bytes;
  for (const char* payload : {"1", "2", "3"}) {
    const Buffer one = bytesOf(Publish{.topic = "t", .payload = asBytes(payload)}, GetParam());
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  link.feed(bytes);
  for (const char* payload : {"1", "2", "3"}) EXPECT_EQ(asText(link.event<Message>().payload), payload);
  link.expectNoEvent();
}

TEST_P(BothVersions, MoreBytesThanTheMemoryAreTakenInParts) {
  Link link(GetParam());
  link.connect();
  Buffer bytes;
  for (int i = 0; i < 100; ++i) {
    const Buffer one = bytesOf(Publish{.topic = "t", .payload = asBytes("0123456789")}, GetParam());
    bytes.insert(bytes.end(), one.begin(), one.end());
  }
  int messages = 0;
  for (Bytes rest = bytes; !rest.empty();) {
    const std::size_t taken = link.session.receive(rest, link.now);
    ASSERT_GT(taken, 0u);
    rest = rest.subspan(taken);
    while (link.session.poll()) ++messages;
  }
  EXPECT_EQ(messages, 100);
}

TEST_P(BothVersions, AcknowledgementWaitsForTheApplication_MQTT_4_3_2_4) {
  Link link(GetParam());
  link.connect();
  const Message message = link.deliver(5);
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(message.token));
  EXPECT_EQ(link.sentOne<Puback>().packet_id, 5);
  EXPECT_EQ(link.session.awaitingAcknowledgement(), 0u);
}

TEST_P(BothVersions, AcknowledgementsLeaveInTheOrderOfReceipt_MQTT_4_6_0_2) {
  Link link(GetParam());
  link.connect();
  const AckToken first = link.deliver(11).token;
  const AckToken second = link.deliver(12).token;
  const AckToken third = link.deliver(13).token;
  EXPECT_TRUE(link.session.acknowledge(third));
  EXPECT_TRUE(link.session.acknowledge(second));
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(first));
  EXPECT_THAT(packetIds(link.sent()), ElementsAre(11, 12, 13));
}

TEST_P(BothVersions, AcknowledgementOfAnEndedConnectionIsIgnored) {
  Link link(GetParam());
  link.connect();
  const AckToken old = link.deliver(5).token;
  link.dropTransport();
  EXPECT_FALSE(link.session.acknowledge(old));
  link.connect({.client_id = "c", .clean_start = false}, Connack{.session_present = true});
  const AckToken again = link.deliver(5).token;
  EXPECT_FALSE(link.session.acknowledge(old));
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(again));
  EXPECT_EQ(link.sentOne<Puback>().packet_id, 5);
}

TEST_P(BothVersions, SecondAcknowledgementIsIgnored) {
  Link link(GetParam());
  link.connect();
  const AckToken first = link.deliver(5).token;
  const AckToken second = link.deliver(6).token;
  EXPECT_TRUE(link.session.acknowledge(second));
  EXPECT_FALSE(link.session.acknowledge(second));
  EXPECT_TRUE(link.session.acknowledge(first));
  EXPECT_FALSE(link.session.acknowledge(first));
  EXPECT_FALSE(link.session.acknowledge(AckToken{}));
}

TEST_P(BothVersions, AutoAcknowledgeAnswersWhenTheMessageIsPolled) {
  Link link(SessionConfig{.version = GetParam(), .auto_acknowledge = true});
  link.connect();
  link.deliver(5);
  EXPECT_EQ(link.sentOne<Puback>().packet_id, 5);
}

TEST_P(BothVersions, AcknowledgementsThatDoNotFitTheOutputLeaveLater) {
  Link link(GetParam());
  link.connect();
  std::vector<AckToken> tokens;
  for (std::uint16_t id = 1; id <= 4; ++id) tokens.push_back(link.deliver(id).token);
  while (link.session.publish("t", {}).ok()) continue;
  for (const AckToken token : tokens) EXPECT_TRUE(link.session.acknowledge(token));
  EXPECT_GT(link.session.awaitingAcknowledgement(), 0u);
  std::vector<std::uint16_t> acknowledged;
  while (!link.session.output().empty()) {
    for (const ClientPacket& packet : link.sent()) {
      if (const auto* puback = std::get_if<Puback>(&packet)) acknowledged.push_back(puback->packet_id);
    }
  }
  EXPECT_THAT(acknowledged, ElementsAre(1, 2, 3, 4));
}

TEST(ClientSession, ServerThatIgnoresOurReceiveMaximumIsCutOffIfStrict_MQTT_3_3_4_9) {
  Link link(SessionConfig{.version = Version::V5, .strict_receive_maximum = true}, 2);
  link.connect();
  link.deliver(1);
  link.deliver(2);
  link.answer(Publish{.topic = "t", .qos = Qos::AtLeastOnce, .packet_id = 3});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ReceiveMaximumExceeded);
  EXPECT_EQ(link.sentOne<Disconnect>().reason, ReasonCode::ReceiveMaximumExceeded);
}

TEST_P(BothVersions, FullWindowHoldsTheServerBack) {
  Link link(GetParam(), 2);
  link.connect();
  const AckToken first = link.deliver(1).token;
  link.deliver(2);
  link.answer(Publish{.topic = "t", .qos = Qos::AtLeastOnce, .packet_id = 3});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.acknowledge(first));
  EXPECT_EQ(link.event<Message>().packet_id, 3);
}

TEST_P(BothVersions, HeldBackPingrespDoesNotEndTheConnection) {
  Link link(GetParam(), 1);
  link.connect({.client_id = "c", .keep_alive = 30});
  const AckToken first = link.deliver(1).token;
  link.advance(30s);
  link.sent();
  link.answer(Publish{.topic = "t", .qos = Qos::AtLeastOnce, .packet_id = 2});
  link.answer(Pingresp{});
  link.expectNoEvent();
  link.advance(10min);
  EXPECT_TRUE(link.session.connected());
  link.session.acknowledge(first);
  link.event<Message>();
  link.expectNoEvent();
  link.advance(10s);
  EXPECT_TRUE(link.session.connected());
}

TEST_P(BothVersions, MessageAtQos2IsRefused) {
  Link link(GetParam());
  link.connect();
  link.answer(Publish{.topic = "t", .qos = Qos::ExactlyOnce, .packet_id = 1});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::QosNotSupported);
}

TEST(ClientSession, TopicAliasIsRefused_MQTT_3_1_2_26) {
  Link link(Version::V5);
  link.connect();
  link.answer(Publish{.topic = "t", .properties = numberProperty(PropertyId::TopicAlias, 1)});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::TopicAliasInvalid);
}

// ---- Saving

TEST_P(BothVersions, LoadedSessionGoesOnWithTheSameConnection) {
  Link before(GetParam());
  before.connect({.client_id = "c", .keep_alive = 300, .clean_start = false});
  const std::uint16_t id = before.publish("1");
  before.sent();
  Buffer saved(before.session.savedSize());
  ASSERT_EQ(before.session.save(saved).value(), saved.size());

  Link after(GetParam());
  ASSERT_TRUE(after.session.load(saved, after.now).ok());
  EXPECT_TRUE(after.session.connected());
  EXPECT_EQ(after.session.inFlight(), 1u);
  EXPECT_EQ(after.session.nextDeadline(), after.now + 300s);
  EXPECT_NE(after.publish("2"), id);
  EXPECT_THAT(payloads(after.sent()), ElementsAre("2"));
  after.answer(Puback{.packet_id = id});
  EXPECT_EQ(after.event<Published>().packet_id, id);
}

TEST_P(BothVersions, LoadedSessionRedeliversOnANewConnection) {
  Link before(GetParam());
  before.connect({.client_id = "c", .clean_start = false});
  before.publish("1");
  before.sent();
  before.dropTransport();
  before.publish("2");
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());

  Link after(GetParam());
  ASSERT_TRUE(after.session.load(saved, after.now).ok());
  EXPECT_FALSE(after.session.connected());
  after.connect({.client_id = "c", .clean_start = false}, Connack{.session_present = true});
  const auto again = after.sent();
  EXPECT_THAT(payloads(again), ElementsAre("1", "2"));
  EXPECT_TRUE(std::get<Publish>(again[0]).duplicate);
  EXPECT_FALSE(std::get<Publish>(again[1]).duplicate);
}

TEST_P(BothVersions, SaveIsRefusedWhileSomethingIsUnderWay) {
  Link link(GetParam());
  Buffer saved(2048);
  const auto error = [&] { return link.session.save(saved).error(); };
  link.open();
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // CONNACK awaited
  link.answer(Connack{});
  link.event<Connected>();
  EXPECT_TRUE(link.session.save(saved).ok());
  link.publish("1", {});
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // unsent output
  link.sent();
  link.feed({0x30});
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // half a packet
  link.feed({0x03, 0, 1, 't'});
  link.session.transportClosed(link.now);
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // unpolled end
  while (link.session.poll()) continue;
  link.connect();
  const AckToken token = link.deliver(1).token;
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // unacknowledged message
  link.session.acknowledge(token);
  link.sent();
  ASSERT_TRUE(link.session.ping(link.now).ok());
  link.sent();
  EXPECT_EQ(error(), SessionError::NotAtBoundary);  // PINGRESP awaited
  link.answer(Pingresp{});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.save(saved).ok());
  EXPECT_EQ(link.session.save(std::span(saved).first(10)).error(), SessionError::NoRoom);
}

TEST_P(BothVersions, EveryChangedByteAndEveryPrefixOfASaveIsCorrupt) {
  Link before(GetParam());
  before.publish("1");
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());
  for (std::size_t i = 0; i < saved.size(); ++i) {
    Buffer changed = saved;
    changed[i] ^= 0x10;
    Link after(GetParam());
    ASSERT_EQ(after.session.load(changed, after.now).error(), SessionError::Corrupt) << i;
    ASSERT_EQ(after.session.load(std::span(saved).first(i), after.now).error(), SessionError::Corrupt) << i;
    ASSERT_EQ(after.session.unacknowledged(), 0u);
  }
}

TEST(ClientSession, SaveOfAnotherVersionIsCorrupt) {
  Link before(Version::V311);
  Buffer saved(before.session.savedSize());
  ASSERT_TRUE(before.session.save(saved).ok());
  Link after(Version::V5);
  EXPECT_EQ(after.session.load(saved, after.now).error(), SessionError::Corrupt);
}

TEST(ClientSession, ErrorsAndCausesHaveNames) {
  EXPECT_EQ(name(SessionError::NotAtBoundary), "NotAtBoundary");
  EXPECT_EQ(name(DisconnectCause::PingTimeout), "PingTimeout");
}

}  // namespace
}  // namespace smartkar::mqtt
