// What only MQTT 5 has, against a real Mosquitto.
#include "mqtt/interop_fixture_test.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::mqtt {
namespace {

using testing::UnorderedElementsAre;

class InteropV5 : public Interop {};
INSTANTIATE_TEST_SUITE_P(Mosquitto, InteropV5, casesOfV5(), caseName);

TEST_P(InteropV5, OversizeMessageIsKeptBackAndTheNextOneArrives_MQTT_3_1_2_25) {
  InteropClient small = connected("small", {.receive = 512});
  ASSERT_TRUE(small.subscribe("a"));
  InteropClient other = connected("other");
  ASSERT_TRUE(other.publishAcknowledged("a", std::string(600, 'x')));
  ASSERT_TRUE(other.publishAcknowledged("a", "fits"));
  const auto message = small.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "fits");
}

TEST_P(InteropV5, PacketOverTheBrokersMaximumIsNotSent_MQTT_3_2_2_15) {
  startBroker({.global_lines = "max_packet_size 200"});
  InteropClient me = connected("me");
  EXPECT_EQ(me.limits.maximum_packet_size, 200u);
  const std::string payload(200, 'x');
  EXPECT_EQ(me.session().publish("a", asBytes(payload)).error(), SessionError::PacketTooLarge);
  EXPECT_TRUE(me.publishAcknowledged("a", "fits"));
}

TEST_P(InteropV5, NoLocalKeepsOurOwnMessagesAway_3_8_3_1) {
  InteropClient me = connected("me");
  InteropClient other = connected("other");
  ASSERT_TRUE(me.subscribe({.filter = "a", .qos = Qos::AtLeastOnce, .no_local = true}));
  ASSERT_TRUE(me.publishAcknowledged("a", "mine"));
  ASSERT_TRUE(other.publishAcknowledged("a", "other's"));
  const auto message = me.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "other's");
}

TEST_P(InteropV5, RetainAsPublishedKeepsTheFlag_3_8_3_1) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.subscribe({.filter = "plain", .qos = Qos::AtLeastOnce}));
  ASSERT_TRUE(me.subscribe({.filter = "kept", .qos = Qos::AtLeastOnce, .retain_as_published = true}));
  for (const char* topic : {"plain", "kept"}) {
    ASSERT_TRUE(me.publishAcknowledged(topic, "x", {.retain = true}));
    const auto message = me.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->retain, message->topic == "kept");
  }
}

TEST_P(InteropV5, RetainHandlingDecidesAboutRetainedMessages_3_8_3_1) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.publishAcknowledged("a", "x", {.retain = true}));
  const auto retainedComes = [&](RetainHandling handling) {
    me.messages.clear();
    EXPECT_TRUE(me.subscribe({.filter = "a", .qos = Qos::AtLeastOnce, .retain_handling = handling}));
    EXPECT_TRUE(me.barrier());
    return !me.messages.empty();
  };
  EXPECT_FALSE(retainedComes(RetainHandling::DoNotSend));
  EXPECT_FALSE(retainedComes(RetainHandling::SendIfNewSubscription));
  EXPECT_TRUE(retainedComes(RetainHandling::SendAtSubscribe));
}

TEST_P(InteropV5, SubscriptionIdentifierComesBackWithTheMessage_3_8_4) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.subscribe({.filter = "a/+", .qos = Qos::AtLeastOnce}, 300));
  ASSERT_TRUE(me.subscribe({.filter = "b", .qos = Qos::AtLeastOnce}, 7));
  for (const char* topic : {"a/1", "b"}) {
    ASSERT_TRUE(me.publishAcknowledged(topic, "x"));
    const auto message = me.next();
    ASSERT_TRUE(message);
    EXPECT_THAT(message->subscription_identifiers, UnorderedElementsAre(message->topic == "b" ? 7 : 300));
  }
}

constexpr std::array<std::uint8_t, 3> kCorrelation{1, 2, 3};
constexpr UserProperty kUser{.key = "k", .value = "v"};
const MessageProperties kAll{.text_payload = true,
                             .content_type = "text/plain",
                             .response_topic = "a/answer",
                             .correlation_data = Bytes(kCorrelation),
                             .user_properties = {&kUser, 1}};

void expectAll(const std::optional<InteropClient::OwnedMessage>& message) {
  ASSERT_TRUE(message);
  const PropertyView properties(message->properties);
  EXPECT_EQ(properties.number(PropertyId::PayloadFormatIndicator), 1u);
  EXPECT_EQ(properties.text(PropertyId::ContentType), "text/plain");
  EXPECT_EQ(properties.text(PropertyId::ResponseTopic), "a/answer");
  EXPECT_THAT(properties.bytes(PropertyId::CorrelationData).value(), testing::ElementsAreArray(kCorrelation));
  EXPECT_EQ(properties.find(PropertyId::UserProperty)->text, "v");
}

TEST_P(InteropV5, PropertiesOfAMessageTravel_3_3_2_3) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.subscribe("a"));
  ASSERT_TRUE(me.publishAcknowledged("a", "x", {.properties = kAll}));
  expectAll(me.next());
}

TEST_P(InteropV5, PropertiesOfAWillTravel_3_1_3_2) {
  InteropClient watcher = connected("watcher");
  ASSERT_TRUE(watcher.subscribe("will", Qos::ExactlyOnce));
  InteropClient dying = client();
  const WillMessage will{.topic = "will", .payload = asBytes("gone"), .qos = Qos::ExactlyOnce, .properties = kAll};
  ASSERT_TRUE(dying.connect({.client_id = "dying", .will = will}));
  dying.drop();
  expectAll(watcher.next());
}

TEST_P(InteropV5, SessionEndsWithItsExpiryFromDisconnect_3_14_2_2_2) {
  InteropClient me = client();
  ASSERT_TRUE(me.connect(persistent("me")));
  me.disconnect(ReasonCode::Success);
  ASSERT_TRUE(me.connect(persistent("me")));
  EXPECT_TRUE(me.session_present);
  me.disconnect(ReasonCode::Success, 0);
  ASSERT_TRUE(me.connect(persistent("me")));
  EXPECT_FALSE(me.session_present);
}

TEST_P(InteropV5, SessionExpiryOfTheBrokerIsReported_3_2_2_3_2) {
  startBroker({.global_lines = "max_keepalive 120"});
  InteropClient me = client();
  ASSERT_TRUE(me.connect({.client_id = "me", .keep_alive = 600, .clean_start = false, .session_expiry = 3600}));
  EXPECT_EQ(me.limits.session_expiry, 3600u);
  EXPECT_EQ(me.limits.keep_alive, 120);  // Server Keep Alive
}

// Mosquitto 2.0.11 is allowed to use aliases and does not; a later one may.
TEST_P(InteropV5, MessagesArriveWhereTopicAliasesAreAllowed_3_1_2_11_5) {
  InteropClient me = client({.topic_alias_maximum = 10});
  ASSERT_TRUE(me.connect({.client_id = "me"}));
  ASSERT_TRUE(me.subscribe("a/long/topic/name"));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(me.publishAcknowledged("a/long/topic/name", "x"));
    const auto message = me.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, "a/long/topic/name");
  }
}

}  // namespace
}  // namespace smartkar::mqtt
