#include "mqtt/decoder.hpp"

#include <gmock/gmock.h>

#include <string>

#include "mqtt/sample_packets_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;

struct Outcome {
  DecodeStatus status;
  std::size_t size;
  ReasonCode reason;
};

Outcome decode(const Sample& sample, Bytes bytes) {
  const auto outcome = [](const auto& decoded) { return Outcome{decoded.status, decoded.size, decoded.reason}; };
  return sample.from_client ? outcome(decodeClientPacket(bytes, sample.version))
                            : outcome(decodeServerPacket(bytes, sample.version));
}

// The same bytes again from what the decoder made of them. SUBSCRIBE and UNSUBSCRIBE are rebuilt from their entries.
Buffer encodedAgain(const Subscribe& packet, Version version) {
  std::vector<Subscription> entries;
  std::size_t offset = 0;
  while (const auto entry = packet.subscriptions.next(offset)) entries.push_back(*entry);
  return encoded([&](std::span<std::uint8_t> out) {
    return encodeSubscribe(packet.packet_id, entries, packet.properties, version, out);
  });
}
Buffer encodedAgain(const Unsubscribe& packet, Version version) {
  std::vector<std::string_view> entries;
  std::size_t offset = 0;
  while (const auto entry = packet.filters.next(offset)) entries.push_back(*entry);
  return encoded([&](std::span<std::uint8_t> out) {
    return encodeUnsubscribe(packet.packet_id, entries, packet.properties, version, out);
  });
}
template <class Packet>
Buffer encodedAgain(const Packet& packet, Version version) {
  return bytesOf(packet, version);
}

Outcome server(Version version, const Buffer& bytes) {
  const auto decoded = decodeServerPacket(bytes, version);
  return {decoded.status, decoded.size, decoded.reason};
}
Outcome client(Version version, const Buffer& bytes) {
  const auto decoded = decodeClientPacket(bytes, version);
  return {decoded.status, decoded.size, decoded.reason};
}

#define EXPECT_INVALID(outcome_expression, expected_reason) \
  do {                                                      \
    const Outcome outcome = (outcome_expression);           \
    EXPECT_EQ(outcome.status, DecodeStatus::Invalid);       \
    EXPECT_EQ(outcome.reason, ReasonCode::expected_reason); \
  } while (false)

class EveryPacket : public testing::TestWithParam<Sample> {};

TEST_P(EveryPacket, DecodesToWhatWasEncoded) {
  const Sample& sample = GetParam();
  const auto again = [&](const auto& decoded) {
    EXPECT_EQ(decoded.status, DecodeStatus::Complete) << decoded.what;
    EXPECT_EQ(decoded.size, sample.bytes.size());
    return std::visit([&](const auto& packet) { return encodedAgain(packet, sample.version); }, decoded.packet);
  };
  EXPECT_EQ(sample.from_client ? again(decodeClientPacket(sample.bytes, sample.version))
                               : again(decodeServerPacket(sample.bytes, sample.version)),
            sample.bytes);
}

TEST_P(EveryPacket, EveryPrefixNeedsMoreBytes) {
  const Sample& sample = GetParam();
  for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
    const Buffer prefix(sample.bytes.begin(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const Outcome outcome = decode(sample, prefix);
    ASSERT_EQ(outcome.status, DecodeStatus::NeedMore) << size;
    ASSERT_GT(outcome.size, size);
    ASSERT_LE(outcome.size, sample.bytes.size());
  }
}

// The body cut short with a fixed header that agrees: a packet that ends inside a field, or one that is complete by
// chance, but never more than its own bytes.
TEST_P(EveryPacket, EveryShorterBodyIsCompleteOrInvalid) {
  const Sample& sample = GetParam();
  const std::size_t header = sample.bytes.size() > 129 ? 3 : 2;
  for (std::size_t body = 0; body + header < sample.bytes.size(); ++body) {
    Buffer cut{sample.bytes[0]};
    std::size_t rest = body;
    do {
      cut.push_back(static_cast<std::uint8_t>((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
      rest >>= 7;
    } while (rest > 0);
    cut.insert(cut.end(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(header),
               sample.bytes.begin() + static_cast<std::ptrdiff_t>(header + body));
    const Outcome outcome = decode(sample, cut);
    ASSERT_NE(outcome.status, DecodeStatus::NeedMore) << body;
    if (outcome.status == DecodeStatus::Complete) {
      ASSERT_EQ(outcome.size, cut.size());
    } else {
      ASSERT_TRUE(isError(outcome.reason));
    }
  }
}

TEST_P(EveryPacket, EveryValueOfEveryByteIsDecodedWithinBounds) {
  const Sample& sample = GetParam();
  for (std::size_t i = 0; i < sample.bytes.size(); ++i) {
    Buffer changed = sample.bytes;
    for (unsigned value = 0; value < 256; ++value) {
      changed[i] = static_cast<std::uint8_t>(value);
      const Outcome outcome = decode(sample, changed);
      if (outcome.status == DecodeStatus::Complete) {
        ASSERT_LE(outcome.size, changed.size());
      } else if (outcome.status == DecodeStatus::Invalid) {
        ASSERT_TRUE(isError(outcome.reason));
      } else {
        ASSERT_GT(outcome.size, changed.size());
      }
    }
  }
}

TEST_P(EveryPacket, OneOverTheMaximumSizeIsTooLargeAsSoonAsItsLengthIsKnown_MQTT_3_1_2_24) {
  const Sample& sample = GetParam();
  const auto limit = static_cast<std::uint32_t>(sample.bytes.size() - 1);
  const Buffer header(sample.bytes.begin(), sample.bytes.begin() + (sample.bytes.size() > 129 ? 3 : 2));
  const auto check = [](const auto& decoded) {
    EXPECT_EQ(decoded.status, DecodeStatus::Invalid);
    EXPECT_EQ(decoded.reason, ReasonCode::PacketTooLarge);
  };
  if (sample.from_client) {
    check(decodeClientPacket(header, sample.version, limit));
  } else {
    check(decodeServerPacket(header, sample.version, limit));
  }
}

TEST_P(EveryPacket, IsRefusedFromTheOtherSideUnlessBothMaySendIt) {
  Sample sample = GetParam();
  const auto type = static_cast<PacketType>(sample.bytes[0] >> 4);
  const bool both = type == PacketType::Publish || type == PacketType::Puback || type == PacketType::Pubrec ||
                    type == PacketType::Pubrel || type == PacketType::Pubcomp || type == PacketType::Auth ||
                    (type == PacketType::Disconnect && sample.version == Version::V5);
  sample.from_client = !sample.from_client;
  const Outcome outcome = decode(sample, sample.bytes);
  EXPECT_EQ(outcome.status, both ? DecodeStatus::Complete : DecodeStatus::Invalid);
}

INSTANTIATE_TEST_SUITE_P(Decoder, EveryPacket, testing::ValuesIn(samplePackets()), [](const auto& parameter) {
  return (parameter.param.from_client ? "Client" : "Server") + parameter.param.name;
});

TEST(Decoder, ReadsConnectFields) {
  for (const Sample& sample : samplePackets()) {
    if (sample.bytes[0] != 0x10) continue;
    const auto decoded = decodeClientPacket(sample.bytes, sample.version);
    const auto& packet = std::get<Connect>(decoded.packet);
    EXPECT_EQ(packet.version, sample.version);
    EXPECT_EQ(packet.client_id, "car-1");
    EXPECT_FALSE(packet.clean_start);
    EXPECT_EQ(packet.keep_alive, 300);
    EXPECT_EQ(packet.will->topic, "car/status");
    EXPECT_THAT(packet.will->payload, ElementsAre(1, 2, 3));
    EXPECT_EQ(packet.will->qos, Qos::AtLeastOnce);
    EXPECT_TRUE(packet.will->retain);
    EXPECT_EQ(packet.user_name, "user");
    EXPECT_THAT(*packet.password, ElementsAre(1, 2, 3));
    if (sample.version == Version::V5) {
      EXPECT_EQ(packet.properties.number(PropertyId::SessionExpiryInterval), 3600u);
      EXPECT_EQ(packet.will->properties.number(PropertyId::WillDelayInterval), 5u);
    }
  }
}

TEST(Decoder, SecondPacketInTheBufferIsLeftAlone) {
  const Buffer two{0xD0, 0, 0x40, 2, 0, 1};
  const auto first = decodeServerPacket(two, Version::V311);
  EXPECT_EQ(first.size, 2u);
  const auto second = decodeServerPacket(Bytes(two).subspan(first.size), Version::V311);
  EXPECT_EQ(std::get<Puback>(second.packet).packet_id, 1);
}

TEST(Decoder, ReservedTypeIsMalformed_2_1_2) {
  EXPECT_INVALID(server(Version::V5, {0x00, 0}), MalformedPacket);
  EXPECT_INVALID(client(Version::V5, {0x00, 0}), MalformedPacket);
}

TEST(Decoder, AuthIn311IsRefused) { EXPECT_INVALID(server(Version::V311, {0xF0, 0}), ProtocolError); }

TEST(Decoder, FixedHeaderFlagsMustBeTheReservedOnes_MQTT_2_1_3_1) {
  EXPECT_INVALID(server(Version::V5, {0x21, 2, 0, 0}), MalformedPacket);
  EXPECT_INVALID(server(Version::V5, {0xD1, 0}), MalformedPacket);
  EXPECT_INVALID(server(Version::V5, {0x60, 2, 0, 1}), MalformedPacket);
  EXPECT_INVALID(client(Version::V5, {0x80, 6, 0, 1, 0, 1, 'a', 0}), MalformedPacket);
}

TEST(Decoder, RemainingLengthOfFiveBytesIsMalformed_MQTT_1_5_5) {
  EXPECT_INVALID(server(Version::V5, {0x30, 0xFF, 0xFF, 0xFF, 0xFF}), MalformedPacket);
  EXPECT_EQ(server(Version::V5, {0x30, 0xFF, 0xFF, 0xFF}).status, DecodeStatus::NeedMore);
}

TEST(Decoder, OverlongLengthIsMalformed_MQTT_1_5_5_1) {
  EXPECT_INVALID(server(Version::V5, {0xD0, 0x80, 0x00}), MalformedPacket);
}

TEST(Decoder, LargestLengthIsAccepted) {
  const Outcome outcome = server(Version::V5, {0x30, 0xFF, 0xFF, 0xFF, 0x7F});
  EXPECT_EQ(outcome.status, DecodeStatus::NeedMore);
  EXPECT_EQ(outcome.size, kLargestPacket);
}

TEST(Decoder, PublishWithQos3IsMalformed_MQTT_3_3_1_4) {
  EXPECT_INVALID(server(Version::V5, {0x36, 6, 0, 1, 'a', 0, 1, 0}), MalformedPacket);
}

TEST(Decoder, PublishAtQos0WithDupIsMalformed_MQTT_3_3_1_2) {
  EXPECT_INVALID(server(Version::V5, {0x38, 4, 0, 1, 'a', 0}), MalformedPacket);
}

TEST(Decoder, PublishTopicWithWildcardIsInvalid_MQTT_3_3_2_2) {
  EXPECT_INVALID(server(Version::V5, {0x30, 4, 0, 1, '#', 0}), TopicNameInvalid);
}

TEST(Decoder, PublishTopicMustBeUtf8_MQTT_3_3_2_1) {
  EXPECT_INVALID(server(Version::V5, {0x30, 4, 0, 1, 0xFF, 0}), MalformedPacket);
}

TEST(Decoder, PublishWithoutTopicNeedsAnAlias_3_3_2_1) {
  EXPECT_INVALID(server(Version::V5, {0x30, 3, 0, 0, 0}), ProtocolError);
  EXPECT_EQ(server(Version::V5, {0x30, 6, 0, 0, 3, 0x23, 0, 1}).status, DecodeStatus::Complete);
  EXPECT_INVALID(server(Version::V311, {0x30, 2, 0, 0}), ProtocolError);
}

TEST(Decoder, PublishAtQos1WithPacketIdentifierZeroIsAProtocolError_MQTT_2_2_1_3) {
  EXPECT_INVALID(server(Version::V5, {0x32, 6, 0, 1, 'a', 0, 0, 0}), ProtocolError);
}

TEST(Decoder, PublishFromAClientHasNoSubscriptionIdentifier_MQTT_3_3_4_6) {
  const Buffer bytes{0x30, 6, 0, 1, 'a', 2, 0x0B, 1};
  EXPECT_INVALID(client(Version::V5, bytes), ProtocolError);
  EXPECT_EQ(server(Version::V5, bytes).status, DecodeStatus::Complete);
}

TEST(Decoder, PublishMayHaveAnEmptyPayload) {
  EXPECT_EQ(server(Version::V311, {0x30, 3, 0, 1, 'a'}).status, DecodeStatus::Complete);
}

TEST(Decoder, AcknowledgementWithPacketIdentifierZeroIsAProtocolError) {
  EXPECT_INVALID(server(Version::V5, {0x40, 2, 0, 0}), ProtocolError);
}

TEST(Decoder, AcknowledgementWithoutReasonIsSuccess_3_4_2_1) {
  const Buffer bytes{0x40, 2, 0, 9};
  const auto decoded = decodeServerPacket(bytes, Version::V5);
  EXPECT_EQ(std::get<Puback>(decoded.packet).reason, ReasonCode::Success);
}

TEST(Decoder, AcknowledgementIn311HasExactlyTwoBytes) {
  EXPECT_INVALID(server(Version::V311, {0x40, 3, 0, 1, 0}), MalformedPacket);
}

TEST(Decoder, ReasonCodeNotDefinedForThePacketIsAProtocolError) {
  EXPECT_INVALID(server(Version::V5, {0x40, 3, 0, 1, 0x8E}), ProtocolError);  // [MQTT-3.4.2-1]
  EXPECT_INVALID(server(Version::V5, {0x62, 3, 0, 1, 0x87}), ProtocolError);  // [MQTT-3.6.2-1]
  EXPECT_INVALID(server(Version::V5, {0xE0, 1, 0x01}), ProtocolError);        // [MQTT-3.14.2-1]
  EXPECT_INVALID(server(Version::V5, {0xF0, 1, 0x80}), ProtocolError);        // [MQTT-3.15.2-1]
}

TEST(Decoder, ConnackReservedFlagsAreMalformed_MQTT_3_2_2_1) {
  EXPECT_INVALID(server(Version::V5, {0x20, 3, 2, 0, 0}), MalformedPacket);
}

TEST(Decoder, ConnackRefusalHasNoSession_MQTT_3_2_2_6) {
  EXPECT_INVALID(server(Version::V5, {0x20, 3, 1, 0x87, 0}), ProtocolError);
  EXPECT_INVALID(server(Version::V311, {0x20, 2, 1, 5}), ProtocolError);
}

TEST(Decoder, ConnackCodesOf311GetTheirMqtt5Meaning_MQTT_3_2_2_8) {
  const ReasonCode expected[] = {
      ReasonCode::Success,           ReasonCode::UnsupportedProtocolVersion, ReasonCode::ClientIdentifierNotValid,
      ReasonCode::ServerUnavailable, ReasonCode::BadUserNameOrPassword,      ReasonCode::NotAuthorized};
  for (std::uint8_t code = 0; code < 6; ++code) {
    const Buffer bytes{0x20, 2, 0, code};
    EXPECT_EQ(std::get<Connack>(decodeServerPacket(bytes, Version::V311).packet).reason, expected[code]);
  }
  EXPECT_INVALID(server(Version::V311, {0x20, 2, 0, 6}), ProtocolError);
}

TEST(Decoder, SubackCodesOf311AreChecked_MQTT_3_9_3_2) {
  EXPECT_EQ(server(Version::V311, {0x90, 3, 0, 1, 0x80}).status, DecodeStatus::Complete);
  EXPECT_INVALID(server(Version::V311, {0x90, 3, 0, 1, 0x87}), ProtocolError);
  EXPECT_INVALID(server(Version::V5, {0x90, 3, 0, 1, 0}), ProtocolError);  // no code after the properties
}

TEST(Decoder, BytesAfterTheEndAreMalformed) {
  EXPECT_INVALID(server(Version::V5, {0xD0, 1, 0}), MalformedPacket);
  EXPECT_INVALID(client(Version::V311, {0xE0, 1, 0}), MalformedPacket);
}

TEST(Decoder, PropertyLengthBeyondThePacketIsMalformed) {
  EXPECT_INVALID(server(Version::V5, {0x20, 3, 0, 0, 5}), MalformedPacket);
}

Buffer connect311(std::uint8_t flags, std::initializer_list<std::uint8_t> payload) {
  Buffer bytes{0x10, static_cast<std::uint8_t>(10 + payload.size()), 0, 4, 'M', 'Q', 'T', 'T', 4, flags, 0, 0};
  bytes.insert(bytes.end(), payload);
  return bytes;
}

TEST(Decoder, ConnectWithAnotherProtocolIsUnsupported_MQTT_3_1_2_1_3_1_2_2) {
  Buffer name = connect311(2, {0, 0});
  name[4] = 'X';
  EXPECT_INVALID(client(Version::V311, name), UnsupportedProtocolVersion);
  Buffer level = connect311(2, {0, 0});
  level[8] = 6;
  EXPECT_INVALID(client(Version::V311, level), UnsupportedProtocolVersion);
}

TEST(Decoder, ConnectReservedFlagIsMalformed_MQTT_3_1_2_3) {
  EXPECT_INVALID(client(Version::V311, connect311(0x03, {0, 0})), MalformedPacket);
}

TEST(Decoder, ConnectWillQosNeedsAWill_MQTT_3_1_2_11) {
  EXPECT_INVALID(client(Version::V311, connect311(0x0A, {0, 0})), MalformedPacket);
}

TEST(Decoder, ConnectWillQos3IsMalformed_MQTT_3_1_2_12) {
  EXPECT_INVALID(client(Version::V311, connect311(0x1E, {0, 0, 0, 1, 'w', 0, 0})), MalformedPacket);
}

TEST(Decoder, ConnectWillRetainNeedsAWill_MQTT_3_1_2_13) {
  EXPECT_INVALID(client(Version::V311, connect311(0x22, {0, 0})), MalformedPacket);
}

TEST(Decoder, ConnectPasswordNeedsAUserNameIn311_MQTT_3_1_2_22) {
  EXPECT_INVALID(client(Version::V311, connect311(0x42, {0, 0, 0, 1, 'p'})), MalformedPacket);
  Buffer v5{0x10, 16, 0, 4, 'M', 'Q', 'T', 'T', 5, 0x42, 0, 0, 0, 0, 0, 0, 1, 'p'};
  EXPECT_EQ(client(Version::V311, v5).status, DecodeStatus::Complete);
}

TEST(Decoder, ConnectWithoutClientIdNeedsCleanSessionIn311_MQTT_3_1_3_8) {
  EXPECT_INVALID(client(Version::V311, connect311(0x00, {0, 0})), ClientIdentifierNotValid);
  EXPECT_EQ(client(Version::V311, connect311(0x02, {0, 0})).status, DecodeStatus::Complete);
}

TEST(Decoder, ConnectWillTopicHasNoWildcards) {
  EXPECT_INVALID(client(Version::V311, connect311(0x06, {0, 0, 0, 1, '#', 0, 0})), TopicNameInvalid);
}

TEST(Decoder, SubscribeWithoutFilterIsAProtocolError_MQTT_3_8_3_2) {
  EXPECT_INVALID(client(Version::V311, {0x82, 2, 0, 1}), ProtocolError);
  EXPECT_INVALID(client(Version::V311, {0xA2, 2, 0, 1}), ProtocolError);  // [MQTT-3.10.3-2]
}

TEST(Decoder, SubscribeReservedOptionsAreMalformed_MQTT_3_8_3_5) {
  EXPECT_INVALID(client(Version::V311, {0x82, 6, 0, 1, 0, 1, 'a', 0x04}), MalformedPacket);
  EXPECT_INVALID(client(Version::V5, {0x82, 7, 0, 1, 0, 0, 1, 'a', 0x40}), MalformedPacket);
  EXPECT_INVALID(client(Version::V5, {0x82, 7, 0, 1, 0, 0, 1, 'a', 0x03}), MalformedPacket);
}

TEST(Decoder, SubscribeRetainHandling3IsAProtocolError_3_8_3_1) {
  EXPECT_INVALID(client(Version::V5, {0x82, 7, 0, 1, 0, 0, 1, 'a', 0x30}), ProtocolError);
}

TEST(Decoder, SubscribeNoLocalOnASharedSubscriptionIsAProtocolError_MQTT_3_8_3_4) {
  const std::array<Subscription, 1> shared{Subscription{.filter = "$share/g/t", .no_local = true}};
  const Buffer bytes =
      encoded([&](std::span<std::uint8_t> out) { return encodeSubscribe(1, shared, {}, Version::V5, out); });
  EXPECT_INVALID(client(Version::V5, bytes), ProtocolError);
}

TEST(Decoder, SubscribeFilterIsChecked_MQTT_4_7_1_1) {
  EXPECT_INVALID(client(Version::V311, {0x82, 8, 0, 1, 0, 3, '#', '/', 'a', 0}), TopicFilterInvalid);
  EXPECT_INVALID(client(Version::V311, {0xA2, 4, 0, 1, 0, 0}), TopicFilterInvalid);
}

}  // namespace
}  // namespace smartkar::mqtt
