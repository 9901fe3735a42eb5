#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SessionReceive : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionReceive, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionReceive, MessageIsDeliveredWithAllItsFields) {
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

TEST_P(SessionReceive, MessageIsTheSameHoweverTheBytesArrive) {
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

TEST_P(SessionReceive, SeveralPacketsInOnePieceBecomeSeveralEvents) {
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

TEST_P(SessionReceive, MoreBytesThanTheMemoryAreTakenInParts) {
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

TEST_P(SessionReceive, AcknowledgementWaitsForTheApplication_MQTT_4_3_2_4) {
  Link link(GetParam());
  link.connect();
  const Message message = link.deliver(5);
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_TRUE(link.session.acknowledge(message.token));
  EXPECT_EQ(link.sentOne<Puback>().packet_id, 5);
  EXPECT_EQ(link.session.awaitingAcknowledgement(), 0u);
}

TEST_P(SessionReceive, AcknowledgementsLeaveInTheOrderOfReceipt_MQTT_4_6_0_2) {
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

TEST_P(SessionReceive, AcknowledgementOfAnEndedConnectionIsIgnored) {
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

TEST_P(SessionReceive, SecondAcknowledgementIsIgnored) {
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

TEST_P(SessionReceive, AutoAcknowledgeAnswersWhenTheMessageIsPolled) {
  Link link(SessionConfig{.version = GetParam(), .auto_acknowledge = true});
  link.connect();
  link.deliver(5);
  EXPECT_EQ(link.sentOne<Puback>().packet_id, 5);
}

TEST_P(SessionReceive, AcknowledgementsThatDoNotFitTheOutputLeaveLater) {
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

TEST(SessionReceiveAlone, ServerThatIgnoresOurReceiveMaximumIsCutOffIfStrict_MQTT_3_3_4_9) {
  Link link(SessionConfig{.version = Version::V5, .strict_receive_maximum = true}, 2);
  link.connect();
  link.deliver(1);
  link.deliver(2);
  link.answer(Publish{.topic = "t", .qos = Qos::AtLeastOnce, .packet_id = 3});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ReceiveMaximumExceeded);
  EXPECT_EQ(link.sentOne<Disconnect>().reason, ReasonCode::ReceiveMaximumExceeded);
}

TEST_P(SessionReceive, FullWindowHoldsTheServerBack) {
  Link link(GetParam(), 2);
  link.connect();
  const AckToken first = link.deliver(1).token;
  link.deliver(2);
  link.answer(Publish{.topic = "t", .qos = Qos::AtLeastOnce, .packet_id = 3});
  link.expectNoEvent();
  EXPECT_TRUE(link.session.acknowledge(first));
  EXPECT_EQ(link.event<Message>().packet_id, 3);
}

TEST_P(SessionReceive, HeldBackPingrespDoesNotEndTheConnection) {
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

TEST(SessionReceiveAlone, SubscriptionIdentifiersOfAMessageAreReported_3_3_2_3_8) {
  Link link(Version::V5);
  link.connect();
  std::array<std::uint8_t, 16> memory;
  PropertyWriter writer(memory);
  writer.number(PropertyId::SubscriptionIdentifier, 300).number(PropertyId::SubscriptionIdentifier, 7);
  link.answer(Publish{.topic = "t", .properties = writer.view()});
  const auto message = link.event<Message>();
  EXPECT_EQ(message.subscription_identifier, 300u);
  std::size_t offset = 0;
  EXPECT_EQ(message.properties.next(PropertyId::SubscriptionIdentifier, offset)->number, 300u);
  EXPECT_EQ(message.properties.next(PropertyId::SubscriptionIdentifier, offset)->number, 7u);
  EXPECT_FALSE(message.properties.next(PropertyId::SubscriptionIdentifier, offset));
}

}  // namespace
}  // namespace smartkar::mqtt
