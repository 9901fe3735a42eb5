// What MQTT 5 lets packets carry beside their fields.
#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::array<std::uint8_t, 3> kCorrelation{1, 2, 3};
constexpr std::array<UserProperty, 3> kUser{UserProperty{.key = "k", .value = "first"},
                                            UserProperty{.key = "k", .value = "again"},
                                            UserProperty{.key = "", .value = ""}};
const MessageProperties kAll{.text_payload = true,
                             .content_type = "text/plain",
                             .response_topic = "a/answer",
                             .correlation_data = Bytes(kCorrelation),
                             .user_properties = kUser};

void expectAll(PropertyView properties) {
  EXPECT_EQ(properties.number(PropertyId::PayloadFormatIndicator), 1u);
  EXPECT_EQ(properties.number(PropertyId::MessageExpiryInterval), 30u);
  EXPECT_EQ(properties.text(PropertyId::ContentType), "text/plain");
  EXPECT_EQ(properties.text(PropertyId::ResponseTopic), "a/answer");
  EXPECT_THAT(properties.bytes(PropertyId::CorrelationData).value(), ElementsAre(1, 2, 3));
  std::vector<std::string> user;
  std::size_t offset = 0;
  while (const auto property = properties.next(PropertyId::UserProperty, offset)) {
    user.push_back(std::string(property->key) + "=" + std::string(property->text));
  }
  EXPECT_THAT(user, ElementsAre("k=first", "k=again", "="));
}

PropertyView reasonString() {
  static std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  return writer.text(PropertyId::ReasonString, "because").view();
}

// ---- Of messages

TEST(SessionProperties, EveryPropertyOfAMessageIsSent_3_3_2_3) {
  for (const Qos qos : {Qos::AtMostOnce, Qos::AtLeastOnce, Qos::ExactlyOnce}) {
    Link link(Version::V5);
    link.connect();
    link.publish("hi", {.qos = qos, .message_expiry = 30, .properties = kAll});
    const Publish packet = link.sentOne<Publish>();
    EXPECT_EQ(asText(packet.payload), "hi");
    expectAll(packet.properties);
  }
}

TEST(SessionProperties, RedeliveryCarriesTheSameProperties) {
  Link link(Version::V5);
  const ConnectOptions options{.client_id = "c", .clean_start = false, .session_expiry = 60};
  link.connect(options);
  link.publish("hi", {.qos = Qos::AtLeastOnce, .message_expiry = 30, .properties = kAll});
  link.sent();
  link.dropTransport();
  link.connect(options, Connack{.session_present = true});
  expectAll(link.sentOne<Publish>().properties);
}

TEST(SessionProperties, Mqtt311LeavesThemOut) {
  Link link(Version::V311);
  link.connect({.client_id = "c", .will = WillMessage{.topic = "w", .delay = 5, .properties = kAll}});
  link.publish("hi", {.message_expiry = 30, .properties = kAll});
  EXPECT_THAT(link.session.output(), ElementsAre(0x30, 5, 0, 1, 't', 'h', 'i'));
}

TEST(SessionProperties, InvalidOnesAreRefused) {
  Link link(Version::V5);
  link.connect();
  const auto error = [&](const MessageProperties& properties) {
    return link.session.publish("t", {}, {.properties = properties}).error();
  };
  const std::array<UserProperty, 1> bad{UserProperty{.key = "k", .value = "\xFF"}};
  EXPECT_EQ(error({.content_type = "\xFF"}), SessionError::InvalidArgument);
  EXPECT_EQ(error({.user_properties = bad}), SessionError::InvalidArgument);
  EXPECT_EQ(error({.response_topic = "a/+"}), SessionError::InvalidTopic);  // [MQTT-3.3.2-14]
  EXPECT_THAT(link.sent(), IsEmpty());
  link.dropTransport();
  EXPECT_EQ(link.session.connect({.client_id = "c", .user_properties = bad}, link.now).error(),
            SessionError::InvalidArgument);
  const WillMessage will{.topic = "w", .properties = {.response_topic = "#"}};
  EXPECT_EQ(link.session.connect({.client_id = "c", .will = will}, link.now).error(), SessionError::InvalidTopic);
}

TEST(SessionProperties, OnesThatNeedMoreMemoryAreRefused) {
  Link link(Version::V5);
  const std::string large(300, 'x');
  const MessageProperties properties{.content_type = large};
  const WillMessage will{.topic = "w", .properties = properties};
  EXPECT_EQ(link.session.connect({.client_id = "c", .will = will}, link.now).error(), SessionError::PacketTooLarge);
  link.connect();
  EXPECT_EQ(link.session.publish("t", {}, {.properties = properties}).error(), SessionError::PacketTooLarge);
  EXPECT_EQ(link.session.publish("t", {}, {.qos = Qos::AtLeastOnce, .properties = properties}).error(),
            SessionError::PacketTooLarge);
}

TEST(SessionProperties, PropertiesCountForTheServersMaximumPacketSize_MQTT_3_2_2_15) {
  Link link(Version::V5);
  link.connect({.client_id = "c"}, Connack{.properties = numberProperty(PropertyId::MaximumPacketSize, 40)});
  EXPECT_EQ(link.session.publish("t", {}, {.properties = kAll}).error(), SessionError::PacketTooLarge);
  EXPECT_TRUE(link.session.publish("t", {}).ok());
}

TEST(SessionProperties, PropertiesOfAMessageReachTheApplication) {
  Link link(Version::V5);
  link.connect();
  std::array<std::uint8_t, 128> memory;
  PropertyWriter writer(memory);
  detail::write(writer, 30, kAll);
  link.answer(Publish{.topic = "t", .properties = writer.view()});
  const auto message = link.event<Message>();
  EXPECT_EQ(message.message_expiry, 30u);
  expectAll(message.properties);
}

// ---- Of the connection

TEST(SessionProperties, WillCarriesAllItMay_3_1_3_2) {
  Link link(Version::V5);
  const Connect packet =
      link.open({.client_id = "c",
                 .will = WillMessage{
                     .topic = "w", .qos = Qos::ExactlyOnce, .delay = 5, .message_expiry = 30, .properties = kAll}});
  EXPECT_EQ(packet.will->qos, Qos::ExactlyOnce);
  EXPECT_EQ(packet.will->properties.number(PropertyId::WillDelayInterval), 5u);
  expectAll(packet.will->properties);
  EXPECT_FALSE(packet.properties.find(PropertyId::UserProperty));
}

TEST(SessionProperties, ConnectAsksForInformation_3_1_2_11) {
  Link link(Version::V5);
  const Connect packet = link.open(
      {.client_id = "c", .response_information = true, .problem_information = false, .user_properties = kUser});
  EXPECT_EQ(packet.properties.number(PropertyId::RequestResponseInformation), 1u);
  EXPECT_EQ(packet.properties.number(PropertyId::RequestProblemInformation), 0u);
  EXPECT_EQ(packet.properties.find(PropertyId::UserProperty)->text, "first");
}

TEST(SessionProperties, ConnackPropertiesReachTheApplication_3_2_2_3) {
  Link link(Version::V5);
  std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  writer.text(PropertyId::ResponseInformation, "answers/c/");
  const Connected connected = link.connect({.client_id = "c"}, Connack{.properties = writer.view()});
  EXPECT_EQ(connected.properties.text(PropertyId::ResponseInformation), "answers/c/");
}

TEST(SessionProperties, ReasonStringReachesTheApplication) {
  Link link(Version::V5);
  link.connect();
  const std::uint16_t id = link.publish("x");
  link.answer(Puback{.packet_id = id, .reason = ReasonCode::NotAuthorized, .properties = reasonString()});
  EXPECT_EQ(link.event<Published>().properties.text(PropertyId::ReasonString), "because");
  const Subscription subscription{.filter = "a"};
  const std::array<std::uint8_t, 1> codes{0x87};
  const std::uint16_t request = link.session.subscribe({&subscription, 1}).value();
  link.answer(Suback{.packet_id = request, .reasons = ReasonCodes(codes), .properties = reasonString()});
  EXPECT_EQ(link.event<Subscribed>().properties.text(PropertyId::ReasonString), "because");
  link.answer(Disconnect{.reason = ReasonCode::ServerBusy, .properties = reasonString()});
  EXPECT_EQ(link.event<Disconnected>().properties.text(PropertyId::ReasonString), "because");
}

TEST(SessionProperties, ProblemInformationNotAskedForIsAViolation_MQTT_3_1_2_29) {
  const ConnectOptions options{.client_id = "c", .problem_information = false};
  Link first(Version::V5);
  first.connect(options, Connack{.properties = reasonString()});  // there it is allowed
  Link link(Version::V5);
  first.moveTo(link);
  const std::uint16_t id = link.publish("x");
  link.sent();
  link.answer(Puback{.packet_id = id, .properties = reasonString()});
  EXPECT_EQ(link.event<Disconnected>().reason, ReasonCode::ProtocolError);
}

TEST(SessionProperties, ProblemInformationNotAskedForIsAllowedInDisconnect) {
  Link link(Version::V5);
  link.connect({.client_id = "c", .problem_information = false});
  link.answer(Disconnect{.reason = ReasonCode::ServerBusy, .properties = reasonString()});
  EXPECT_EQ(link.event<Disconnected>().cause, DisconnectCause::ServerDisconnect);
}

// ---- Another server

PropertyView reference() {
  static std::array<std::uint8_t, 32> memory;
  PropertyWriter writer(memory);
  return writer.text(PropertyId::ServerReference, "other.example:8883").view();
}

TEST(SessionProperties, RefusalThatNamesAnotherServer_4_11) {
  Link link(Version::V5);
  link.open();
  link.answer(Connack{.reason = ReasonCode::UseAnotherServer, .properties = reference()});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::Refused);
  EXPECT_EQ(end.reason, ReasonCode::UseAnotherServer);
  EXPECT_EQ(end.server_reference, "other.example:8883");
}

TEST(SessionProperties, DisconnectThatNamesAnotherServer_4_11) {
  Link link(Version::V5);
  link.connect();
  link.answer(Disconnect{.reason = ReasonCode::ServerMoved, .properties = reference()});
  const auto end = link.event<Disconnected>();
  EXPECT_EQ(end.cause, DisconnectCause::ServerDisconnect);
  EXPECT_EQ(end.reason, ReasonCode::ServerMoved);
  EXPECT_EQ(end.server_reference, "other.example:8883");
}

TEST(SessionProperties, OtherEndsNameNoServer) {
  Link link(Version::V5);
  link.connect();
  EXPECT_EQ(link.dropTransport().server_reference, "");
}

}  // namespace
}  // namespace smartkar::mqtt
