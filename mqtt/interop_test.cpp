// The client against a real Mosquitto, in both protocol versions, over TCP and TLS.
#include "mqtt/interop_fixture_test.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::mqtt {
namespace {

INSTANTIATE_TEST_SUITE_P(Mosquitto, Interop, everyCase(), caseName);

TEST_P(Interop, MessagesTravelAtQos0AndQos1InOrder) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.subscribe("a/+"));
  ASSERT_TRUE(me.session().publish("a/0", asBytes("zero")).ok());
  ASSERT_TRUE(me.publishAcknowledged("a/1", "one"));
  const auto zero = me.next();
  const auto one = me.next();
  ASSERT_TRUE(zero && one);
  EXPECT_EQ(zero->topic, "a/0");
  EXPECT_EQ(zero->payload, "zero");
  EXPECT_EQ(zero->qos, Qos::AtMostOnce);
  EXPECT_EQ(one->payload, "one");
  EXPECT_EQ(one->qos, Qos::AtLeastOnce);
  EXPECT_TRUE(me.session().acknowledge(one->token));
  EXPECT_TRUE(me.barrier());
}

TEST_P(Interop, UnsubscribedFilterDeliversNothing) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.subscribe("a"));
  const std::string_view filter = "a";
  ASSERT_TRUE(me.session().unsubscribe({&filter, 1}).ok());
  ASSERT_TRUE(me.until([&] { return me.unsubscribed; }));
  ASSERT_TRUE(me.publishAcknowledged("a", "x"));
  ASSERT_TRUE(me.barrier());
  EXPECT_TRUE(me.messages.empty());
}

TEST_P(Interop, RetainedMessageReachesALaterSubscriber) {
  InteropClient publisher = connected("publisher");
  ASSERT_TRUE(publisher.publishAcknowledged("status", "online", {.retain = true}));
  InteropClient subscriber = connected("subscriber");
  ASSERT_TRUE(subscriber.subscribe("status"));
  const auto message = subscriber.next();
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->retain);
  EXPECT_EQ(message->payload, "online");
}

TEST_P(Interop, WillIsPublishedWhenTheTransportBreaks) {
  InteropClient watcher = connected("watcher");
  ASSERT_TRUE(watcher.subscribe("will"));
  InteropClient dying = client();
  ASSERT_TRUE(
      dying.connect({.client_id = "dying",
                     .will = WillMessage{.topic = "will", .payload = asBytes("gone"), .qos = Qos::AtLeastOnce}}));
  dying.drop();
  const auto message = watcher.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "gone");
}

TEST_P(Interop, WillIsWithdrawnByDisconnectUnlessAskedFor) {
  InteropClient watcher = connected("watcher");
  ASSERT_TRUE(watcher.subscribe("will"));
  InteropClient leaving = client();
  const ConnectOptions options{.client_id = "leaving", .will = WillMessage{.topic = "will", .payload = asBytes("w")}};
  ASSERT_TRUE(leaving.connect(options));
  leaving.disconnect();
  ASSERT_TRUE(leaving.connect(options));  // the broker has dealt with the end before
  ASSERT_TRUE(watcher.barrier());
  EXPECT_TRUE(watcher.messages.empty());
  leaving.disconnect(ReasonCode::DisconnectWithWill);
  EXPECT_TRUE(watcher.next());
}

TEST_P(Interop, SessionResumesWithItsSubscriptionAndQueuedMessages) {
  InteropClient car = client();
  ASSERT_TRUE(car.connect(persistent("car")));
  EXPECT_FALSE(car.session_present);
  ASSERT_TRUE(car.subscribe("command"));
  car.drop();
  InteropClient server = connected("server");
  ASSERT_TRUE(server.publishAcknowledged("command", "1"));
  ASSERT_TRUE(server.publishAcknowledged("command", "2"));
  ASSERT_TRUE(car.connect(persistent("car")));
  EXPECT_TRUE(car.session_present);
  for (const char* payload : {"1", "2"}) {
    const auto message = car.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->payload, payload);
  }
}

TEST_P(Interop, UnacknowledgedMessageComesAgainAndAcknowledgedOneDoesNot_MQTT_4_4_0_1) {
  InteropClient car = client();
  ASSERT_TRUE(car.connect(persistent("car")));
  ASSERT_TRUE(car.subscribe("command"));
  InteropClient server = connected("server");
  ASSERT_TRUE(server.publishAcknowledged("command", "1"));
  ASSERT_TRUE(server.publishAcknowledged("command", "2"));
  const auto first = car.next();
  const auto second = car.next();
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(car.session().acknowledge(first->token));
  ASSERT_TRUE(car.barrier());
  car.drop();
  ASSERT_TRUE(car.connect(persistent("car")));
  const auto again = car.next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->payload, "2");
  EXPECT_TRUE(again->duplicate);
  EXPECT_FALSE(car.session().acknowledge(second->token));  // of the old connection
  EXPECT_TRUE(car.session().acknowledge(again->token));
  ASSERT_TRUE(car.barrier());
  EXPECT_TRUE(car.messages.empty());
}

TEST_P(Interop, InboundWindowBoundsWhatArrivesUnacknowledged) {
  startBroker({.global_lines = "max_inflight_messages 2"});  // in 3.1.1 only the broker's own limit exists
  InteropClient car = client({}, {.inbound = 2});
  ASSERT_TRUE(car.connect({.client_id = "car"}));
  ASSERT_TRUE(car.subscribe("command"));
  InteropClient server = connected("server");
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(server.publishAcknowledged("command", std::to_string(i)));
  ASSERT_TRUE(car.until([&] { return car.messages.size() == 2; }));
  ASSERT_TRUE(car.barrier());
  EXPECT_EQ(car.messages.size(), 2u);
  for (int i = 0; i < 40; ++i) {
    const auto message = car.next();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->payload, std::to_string(i));
    EXPECT_LE(car.session().awaitingAcknowledgement(), 2u);
    ASSERT_TRUE(car.session().acknowledge(message->token));
  }
}

TEST_P(Interop, OutboundWindowFollowsTheBrokersReceiveMaximum_MQTT_3_3_4_7) {
  startBroker({.global_lines = "max_inflight_messages 3"});
  InteropClient server = connected("server");
  if (v5()) {
    EXPECT_EQ(server.limits.receive_maximum, 3);
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(server.session().publish("t", asBytes("x"), {.qos = Qos::AtLeastOnce}).ok());
    if (v5()) {
      ASSERT_LE(server.session().inFlight(), 3u);
    }
  }
  EXPECT_TRUE(server.until([&] { return server.published_count == 50; }));
  EXPECT_TRUE(server.session().connected());
}

TEST_P(Interop, MessageExpiryReachesTheSubscriber) {
  InteropClient me = connected("me");
  ASSERT_TRUE(me.subscribe("a"));
  ASSERT_TRUE(me.publishAcknowledged("a", "x", {.message_expiry = 100}));
  const auto message = me.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->message_expiry.has_value(), v5());
  EXPECT_LE(message->message_expiry.value_or(0), 100u);
}

TEST_P(Interop, AnonymousClientIsRefusedWithTheReason) {
  startBroker({.allow_anonymous = false});
  InteropClient me = client();
  EXPECT_FALSE(me.connect({.client_id = "me"}));
  ASSERT_TRUE(me.disconnected);
  EXPECT_EQ(me.disconnected->cause, DisconnectCause::Refused);
  EXPECT_EQ(me.disconnected->reason, ReasonCode::NotAuthorized);
}

TEST_P(Interop, EmptyClientIdIsReplacedByTheBroker) {
  InteropClient me = client();
  ASSERT_TRUE(me.connect({}));
  EXPECT_EQ(!me.assigned_id.empty(), v5());
}

TEST_P(Interop, TakenOverSessionIsReported) {
  InteropClient first = connected("same");
  InteropClient second = connected("same");
  ASSERT_TRUE(first.until([&] { return first.disconnected.has_value(); }));
  // Mosquitto 2.0.11 only closes, later ones say why in MQTT 5.
  EXPECT_TRUE(first.disconnected->cause == DisconnectCause::TransportClosed ||
              first.disconnected->reason == ReasonCode::SessionTakenOver);
  EXPECT_TRUE(second.barrier());
}

TEST_P(Interop, HungBrokerIsNoticedByThePing) {
  InteropClient me = client({.ping_timeout = 100ms});
  ASSERT_TRUE(me.connect({.client_id = "me"}));
  broker->freeze();
  me.ping();
  ASSERT_TRUE(me.until([&] { return me.disconnected.has_value(); }));
  EXPECT_EQ(me.disconnected->cause, DisconnectCause::PingTimeout);
}

TEST_P(Interop, MessageUnacknowledgedByAKilledBrokerIsPublishedAfterItsRestart) {
  startBroker({.persistence = true});
  InteropClient car = client();
  ASSERT_TRUE(car.connect(persistent("car")));
  broker->freeze();
  ASSERT_TRUE(car.session().publish("response", asBytes("done"), {.qos = Qos::AtLeastOnce, .retain = true}).ok());
  ASSERT_TRUE(car.until([&] { return car.session().output().empty(); }));
  broker->kill();
  ASSERT_TRUE(car.until([&] { return car.disconnected.has_value(); }));
  EXPECT_EQ(car.disconnected->cause, DisconnectCause::TransportClosed);
  broker->start();
  ASSERT_TRUE(car.connect(persistent("car")));
  ASSERT_TRUE(car.until([&] { return car.published_count == 1; }));
  InteropClient reader = connected("reader");
  ASSERT_TRUE(reader.subscribe("response"));
  const auto message = reader.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "done");
}

TEST_P(Interop, SessionOfATerminatedBrokerSurvivesItsRestart) {
  startBroker({.persistence = true});
  InteropClient car = client();
  ASSERT_TRUE(car.connect(persistent("car")));
  ASSERT_TRUE(car.subscribe("command"));
  car.drop();
  broker->terminate();
  broker->start();
  ASSERT_TRUE(car.connect(persistent("car")));
  EXPECT_TRUE(car.session_present);
}

TEST_P(Interop, LoadedSessionUsesTheSameConnection) {
  InteropClient car = connected("car");
  ASSERT_TRUE(car.subscribe("a"));
  ASSERT_TRUE(car.saveAndLoad());
  ASSERT_TRUE(car.publishAcknowledged("a", "after sleep"));
  const auto message = car.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "after sleep");
}

}  // namespace
}  // namespace smartkar::mqtt
