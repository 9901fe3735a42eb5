#include "mqtt/session_link_test.hpp"

namespace smartkar::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SessionRedelivery : public BothVersions {};
INSTANTIATE_TEST_SUITE_P(, SessionRedelivery, testing::Values(Version::V311, Version::V5), versionName);

TEST_P(SessionRedelivery, UnacknowledgedMessagesAreSentAgainWithDupInOrder_MQTT_4_4_0_1_4_6_0_1) {
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

TEST_P(SessionRedelivery, WithoutASessionUnacknowledgedMessagesStartAnew_MQTT_3_2_2_5) {
  Link link(GetParam());
  const ConnectOptions options{.client_id = "c", .clean_start = false};
  link.connect(options);
  link.publish("1");
  link.sent();
  link.dropTransport();
  link.connect(options, Connack{.session_present = false});
  EXPECT_FALSE(link.sentOne<Publish>().duplicate);
}

TEST_P(SessionRedelivery, NothingIsSentAgainWithinAConnection_MQTT_4_4_0_1) {
  Link link(GetParam());
  link.connect({.client_id = "c", .keep_alive = 0});
  link.publish("1");
  link.sent();
  link.advance(24h);
  EXPECT_THAT(link.sent(), IsEmpty());
}

TEST_P(SessionRedelivery, LastAcknowledgementsOutOfOrderFreeEverything) {
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

TEST_P(SessionRedelivery, AcknowledgementInTheMiddleOfARedeliveryIsKept) {
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

TEST_P(SessionRedelivery, DiscardForgetsTheUnacknowledged) {
  Link link(GetParam());
  link.publish("1");
  ASSERT_TRUE(link.session.discardUnacknowledged().ok());
  link.connect();
  EXPECT_THAT(link.sent(), IsEmpty());
  EXPECT_EQ(link.session.discardUnacknowledged().error(), SessionError::NotAtBoundary);
}

}  // namespace
}  // namespace smartkar::mqtt
