#include "mqtt/encoder.hpp"

#include <gmock/gmock.h>

#include <string>

#include "mqtt/sample_packets_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;

TEST(Encoder, MinimalConnectIsExact_MQTT_3_1_2_1) {
  const Connect packet{.client_id = "c", .clean_start = true, .keep_alive = 60};
  EXPECT_THAT(bytesOf(packet, Version::V311),
              ElementsAre(0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 0x02, 0, 60, 0, 1, 'c'));
}

TEST(Encoder, ConnectPayloadFieldsStandInOrder_MQTT_3_1_3_1) {
  const std::array<std::uint8_t, 1> payload{'p'};
  const Connect packet{.version = Version::V5,
                       .client_id = "c",
                       .clean_start = false,
                       .keep_alive = 1,
                       .will = Will{.topic = "w", .payload = payload, .qos = Qos::AtLeastOnce, .retain = true},
                       .user_name = "u",
                       .password = Bytes(payload)};
  EXPECT_THAT(bytesOf(packet, Version::V5), ElementsAre(0x10, 27, 0, 4, 'M', 'Q', 'T', 'T', 5, 0xEC, 0, 1, 0, 0, 1, 'c',
                                                        0, 0, 1, 'w', 0, 1, 'p', 0, 1, 'u', 0, 1, 'p'));
}

TEST(Encoder, PublishIsExact) {
  const std::array<std::uint8_t, 2> payload{'h', 'i'};
  const Publish packet{
      .topic = "a/b", .payload = payload, .qos = Qos::AtLeastOnce, .retain = true, .duplicate = true, .packet_id = 10};
  EXPECT_THAT(bytesOf(packet, Version::V311), ElementsAre(0x3B, 9, 0, 3, 'a', '/', 'b', 0, 10, 'h', 'i'));
  EXPECT_THAT(bytesOf(packet, Version::V5), ElementsAre(0x3B, 10, 0, 3, 'a', '/', 'b', 0, 10, 0, 'h', 'i'));
}

TEST(Encoder, Qos0PublishHasNoPacketIdentifier_MQTT_2_2_1_2) {
  const Publish packet{.topic = "a"};
  EXPECT_THAT(bytesOf(packet, Version::V311), ElementsAre(0x30, 3, 0, 1, 'a'));
  std::array<std::uint8_t, 32> out;
  EXPECT_EQ(encode(Publish{.topic = "a", .packet_id = 1}, Version::V311, out).error(), EncodeError::InvalidPacket);
}

TEST(Encoder, Qos1PublishNeedsAPacketIdentifier_MQTT_2_2_1_3) {
  std::array<std::uint8_t, 32> out;
  EXPECT_EQ(encode(Publish{.topic = "a", .qos = Qos::AtLeastOnce}, Version::V311, out).error(),
            EncodeError::InvalidPacket);
}

TEST(Encoder, SuccessfulReplyLeavesReasonOut_3_4_2_1) {
  EXPECT_THAT(bytesOf(Puback{.packet_id = 258}, Version::V5), ElementsAre(0x40, 2, 1, 2));
  EXPECT_THAT(bytesOf(Puback{.packet_id = 258, .reason = ReasonCode::NotAuthorized}, Version::V5),
              ElementsAre(0x40, 3, 1, 2, 0x87));
  EXPECT_THAT(bytesOf(Puback{.packet_id = 258, .reason = ReasonCode::NotAuthorized}, Version::V311),
              ElementsAre(0x40, 2, 1, 2));
}

TEST(Encoder, PubrelSubscribeUnsubscribeCarryFlag2_MQTT_3_6_1_1_3_8_1_1_3_10_1_1) {
  const std::array<Subscription, 1> subscription{Subscription{.filter = "a", .qos = Qos::AtLeastOnce}};
  const std::array<std::string_view, 1> filter{"a"};
  std::array<std::uint8_t, 32> out;
  EXPECT_THAT(bytesOf(Pubrel{.packet_id = 1}, Version::V311), ElementsAre(0x62, 2, 0, 1));
  ASSERT_TRUE(encodeSubscribe(1, subscription, {}, Version::V311, out).ok());
  EXPECT_EQ(out[0], 0x82);
  ASSERT_TRUE(encodeUnsubscribe(1, filter, {}, Version::V311, out).ok());
  EXPECT_EQ(out[0], 0xA2);
}

TEST(Encoder, SubscriptionOptionsAreLeftOutIn311) {
  const std::array<Subscription, 1> subscription{Subscription{.filter = "a",
                                                              .qos = Qos::AtLeastOnce,
                                                              .no_local = true,
                                                              .retain_as_published = true,
                                                              .retain_handling = RetainHandling::DoNotSend}};
  std::array<std::uint8_t, 32> out;
  const std::size_t size311 = encodeSubscribe(1, subscription, {}, Version::V311, out).value();
  EXPECT_EQ(out[size311 - 1], 0x01);
  const std::size_t size5 = encodeSubscribe(1, subscription, {}, Version::V5, out).value();
  EXPECT_EQ(out[size5 - 1], 0x2D);
}

TEST(Encoder, SubscribeWithoutFilterIsRefused_MQTT_3_8_3_2) {
  std::array<std::uint8_t, 32> out;
  EXPECT_EQ(encodeSubscribe(1, {}, {}, Version::V5, out).error(), EncodeError::InvalidPacket);
  EXPECT_EQ(encodeUnsubscribe(1, {}, {}, Version::V5, out).error(), EncodeError::InvalidPacket);
}

TEST(Encoder, ConnackCodesOf311AreTranslated) {
  EXPECT_THAT(bytesOf(Connack{.reason = ReasonCode::NotAuthorized}, Version::V311), ElementsAre(0x20, 2, 0, 5));
  EXPECT_THAT(bytesOf(Connack{.session_present = true}, Version::V311), ElementsAre(0x20, 2, 1, 0));
  EXPECT_THAT(bytesOf(Connack{.reason = ReasonCode::Banned}, Version::V5), ElementsAre(0x20, 3, 0, 0x8A, 0));
}

TEST(Encoder, PingAndDisconnectAreExact) {
  EXPECT_THAT(bytesOf(Pingreq{}, Version::V311), ElementsAre(0xC0, 0));
  EXPECT_THAT(bytesOf(Pingresp{}, Version::V311), ElementsAre(0xD0, 0));
  EXPECT_THAT(bytesOf(Disconnect{}, Version::V5), ElementsAre(0xE0, 0));
}

TEST(Encoder, AuthDoesNotExistIn311) {
  std::array<std::uint8_t, 32> out;
  EXPECT_EQ(encode(Auth{}, Version::V311, out).error(), EncodeError::InvalidPacket);
}

TEST(Encoder, RemainingLengthUsesTheFewestBytes_MQTT_1_5_5_1) {
  // Table 1-1: the sizes at which the length grows by a byte. A body is topic length 2 + topic 1 + payload.
  for (const auto& [body, length_bytes] : {std::pair{127, 1}, {128, 2}, {16'383, 2}, {16'384, 3}, {2'097'151, 3}}) {
    const Buffer payload(static_cast<std::size_t>(body) - 3);
    Buffer out(payload.size() + 16);
    const std::size_t size = encode(Publish{.topic = "a", .payload = payload}, Version::V311, out).value();
    EXPECT_EQ(size, static_cast<std::size_t>(1 + length_bytes + body));
  }
}

TEST(Encoder, AnyOutputThatIsTooSmallIsNoRoom) {
  for (const Version version : {Version::V311, Version::V5}) {
    const Publish packet{.topic = "topic", .qos = Qos::AtLeastOnce, .packet_id = 1};
    const std::size_t size = bytesOf(packet, version).size();
    for (std::size_t room = 0; room < size; ++room) {
      Buffer out(room);
      ASSERT_EQ(encode(packet, version, out).error(), EncodeError::NoRoom) << room;
    }
  }
}

TEST(Encoder, StringOver65535BytesIsTooLarge) {
  const std::string topic(65'536, 'a');
  Buffer out(100'000);
  EXPECT_EQ(encode(Publish{.topic = topic}, Version::V311, out).error(), EncodeError::TooLarge);
}

TEST(ReasonCode, HasItsNameAndSeverity) {
  EXPECT_EQ(name(ReasonCode::NotAuthorized), "Not authorized");
  EXPECT_EQ(name(ReasonCode::WildcardSubscriptionsNotSupported), "Wildcard Subscriptions not supported");
  EXPECT_EQ(name(static_cast<ReasonCode>(0x7F)), "Unknown reason code");
  EXPECT_FALSE(isError(ReasonCode::GrantedQos2));
  EXPECT_TRUE(isError(ReasonCode::UnspecifiedError));
}

}  // namespace
}  // namespace smartkar::mqtt
