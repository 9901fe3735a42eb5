#include "mqtt/properties.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "mqtt/packet.hpp"

namespace smartkar::mqtt {
namespace {

using Buffer = std::vector<std::uint8_t>;

ReasonCode check(const Buffer& encoded, PacketType type, PropertyPlace place = PropertyPlace::Packet) {
  return checkProperties(encoded, type, place);
}

TEST(Properties, WriterAndViewAgreeOnEveryType) {
  std::array<std::uint8_t, 128> memory;
  PropertyWriter writer(memory);
  const std::array<std::uint8_t, 2> data{7, 8};
  writer.number(PropertyId::MaximumQos, 1)
      .number(PropertyId::ReceiveMaximum, 0x1234)
      .number(PropertyId::MaximumPacketSize, 0x12345678)
      .number(PropertyId::SubscriptionIdentifier, 268'435'455)
      .text(PropertyId::ReasonString, "because")
      .bytes(PropertyId::CorrelationData, data)
      .userProperty("key", "value");
  ASSERT_TRUE(writer.ok());
  const PropertyView view = writer.view();
  EXPECT_EQ(view.number(PropertyId::MaximumQos), 1u);
  EXPECT_EQ(view.number(PropertyId::ReceiveMaximum), 0x1234u);
  EXPECT_EQ(view.number(PropertyId::MaximumPacketSize), 0x12345678u);
  EXPECT_EQ(view.number(PropertyId::SubscriptionIdentifier), 268'435'455u);
  EXPECT_EQ(view.text(PropertyId::ReasonString), "because");
  EXPECT_EQ(view.bytes(PropertyId::CorrelationData)->size(), 2u);
  EXPECT_EQ(view.find(PropertyId::UserProperty)->key, "key");
  EXPECT_EQ(view.find(PropertyId::UserProperty)->text, "value");
}

TEST(Properties, AbsentOrOfAnotherTypeIsNothing) {
  std::array<std::uint8_t, 16> memory;
  PropertyWriter writer(memory);
  const PropertyView view = writer.number(PropertyId::ReceiveMaximum, 1).view();
  EXPECT_FALSE(view.number(PropertyId::MaximumQos));
  EXPECT_FALSE(view.text(PropertyId::ReceiveMaximum));
  EXPECT_FALSE(view.bytes(PropertyId::ReceiveMaximum));
}

TEST(Properties, WriterFailsForGoodWhenOneDoesNotFit) {
  std::array<std::uint8_t, 8> memory;
  PropertyWriter writer(memory);
  writer.text(PropertyId::ReasonString, "too long for this");
  EXPECT_FALSE(writer.ok());
  writer.number(PropertyId::MaximumQos, 1);
  EXPECT_FALSE(writer.ok());
}

TEST(Properties, UnknownIdentifierIsMalformed) {
  EXPECT_EQ(check({0x7F, 0}, PacketType::Connack), ReasonCode::MalformedPacket);
  EXPECT_EQ(check({0x00}, PacketType::Connack), ReasonCode::MalformedPacket);
}

TEST(Properties, TruncatedValueIsMalformed) {
  EXPECT_EQ(check({0x21, 0x00}, PacketType::Connack), ReasonCode::MalformedPacket);
  EXPECT_EQ(check({0x1F, 0x00, 0x05, 'a'}, PacketType::Connack), ReasonCode::MalformedPacket);
}

TEST(Properties, NotDefinedForThePacketIsAProtocolError_2_2_2_2) {
  EXPECT_EQ(check({0x23, 0, 1}, PacketType::Connack), ReasonCode::ProtocolError);
  EXPECT_EQ(check({0x12, 0, 1, 'a'}, PacketType::Connect), ReasonCode::ProtocolError);
  EXPECT_EQ(check({0x18, 0, 0, 0, 1}, PacketType::Connect), ReasonCode::ProtocolError);
  EXPECT_EQ(check({0x18, 0, 0, 0, 1}, PacketType::Connect, PropertyPlace::Will), ReasonCode::Success);
}

TEST(Properties, TwiceIsAProtocolError_3_1_2_11) {
  EXPECT_EQ(check({0x21, 0, 1, 0x21, 0, 1}, PacketType::Connect), ReasonCode::ProtocolError);
}

TEST(Properties, UserPropertyMayRepeat_MQTT_3_1_2_11_8) {
  EXPECT_EQ(check({0x26, 0, 1, 'a', 0, 1, 'b', 0x26, 0, 1, 'a', 0, 1, 'b'}, PacketType::Puback), ReasonCode::Success);
}

TEST(Properties, SubscriptionIdentifierMayRepeatInPublishOnly_3_3_2_3_8) {
  EXPECT_EQ(check({0x0B, 1, 0x0B, 2}, PacketType::Publish), ReasonCode::Success);
  EXPECT_EQ(check({0x0B, 1, 0x0B, 2}, PacketType::Subscribe), ReasonCode::ProtocolError);
}

TEST(Properties, ZeroIsAProtocolErrorWhereItMeansNothing) {
  EXPECT_EQ(check({0x21, 0, 0}, PacketType::Connect), ReasonCode::ProtocolError);
  EXPECT_EQ(check({0x27, 0, 0, 0, 0}, PacketType::Connect), ReasonCode::ProtocolError);
  EXPECT_EQ(check({0x0B, 0}, PacketType::Subscribe), ReasonCode::ProtocolError);
}

TEST(Properties, TopicAliasZeroIsInvalid_MQTT_3_3_2_8) {
  EXPECT_EQ(check({0x23, 0, 0}, PacketType::Publish), ReasonCode::TopicAliasInvalid);
}

TEST(Properties, BooleanOverOneIsAProtocolError) {
  for (const std::uint8_t id : Buffer{0x24, 0x25, 0x28, 0x29, 0x2A}) {
    EXPECT_EQ(check({id, 1}, PacketType::Connack), ReasonCode::Success) << int{id};
    EXPECT_EQ(check({id, 2}, PacketType::Connack), ReasonCode::ProtocolError) << int{id};
  }
}

TEST(Properties, ResponseTopicHasNoWildcards_MQTT_3_3_2_14) {
  EXPECT_EQ(check({0x08, 0, 1, '#'}, PacketType::Publish), ReasonCode::ProtocolError);
}

TEST(Properties, TextMustBeUtf8) {
  EXPECT_EQ(check({0x1F, 0, 1, 0xFF}, PacketType::Connack), ReasonCode::MalformedPacket);
}

TEST(Properties, AuthenticationDataNeedsAMethod_3_1_2_11_10) {
  EXPECT_EQ(check({0x16, 0, 1, 9}, PacketType::Connect), ReasonCode::ProtocolError);
  EXPECT_EQ(check({0x15, 0, 1, 'm', 0x16, 0, 1, 9}, PacketType::Connect), ReasonCode::Success);
}

}  // namespace
}  // namespace smartkar::mqtt
