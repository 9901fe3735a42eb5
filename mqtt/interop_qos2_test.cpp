// QoS 2 against a real Mosquitto: each message exactly once, wherever the handshake is torn.
#include <random>

#include "mqtt/interop_fixture_test.hpp"
#include "test/support/mosquitto.hpp"

namespace smartkar::mqtt {
namespace {

constexpr PublishOptions kOnce{.qos = Qos::ExactlyOnce};

class InteropQos2 : public Interop {
 protected:
  // A persistent client "car" that is subscribed to "command" at QoS 2.
  InteropClient car() {
    InteropClient made = client();
    EXPECT_TRUE(made.connect(persistent("car")));
    EXPECT_TRUE(made.subscribe("command", Qos::ExactlyOnce));
    return made;
  }
  // What is in the output is the packet of this type.
  static bool holds(InteropClient& client, PacketType type) {
    const Bytes output = client.session().output();
    return !output.empty() && output[0] >> 4 == static_cast<int>(type);
  }
  static void acknowledgeNext(InteropClient& client) {
    const auto message = client.next();
    ASSERT_TRUE(message);
    EXPECT_TRUE(client.session().acknowledge(message->token));
  }
  // The broker has nothing more for the client, and neither handshake is open.
  static void expectQuiet(InteropClient& client) {
    EXPECT_TRUE(client.barrier());
    EXPECT_TRUE(client.messages.empty());
    EXPECT_TRUE(client.until([&] { return client.session().awaitingRelease() == 0; }));
    EXPECT_EQ(client.session().unacknowledged(), 0u);
  }
};
INSTANTIATE_TEST_SUITE_P(Mosquitto, InteropQos2, everyCase(), caseName);

TEST_P(InteropQos2, MessageGoesThroughBothHandshakes) {
  InteropClient receiver = car();
  InteropClient server = connected("server");
  ASSERT_TRUE(server.publishAcknowledged("command", "lock", kOnce));
  const auto message = receiver.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "lock");
  EXPECT_EQ(message->qos, Qos::ExactlyOnce);
  EXPECT_TRUE(receiver.session().acknowledge(message->token));
  expectQuiet(receiver);
}

TEST_P(InteropQos2, PublishTornBeforeThePubrecArrivesOnce) {
  InteropClient reader = car();
  InteropClient writer = client();
  ASSERT_TRUE(writer.connect(persistent("writer")));
  ASSERT_TRUE(writer.session().publish("command", asBytes("x"), kOnce).ok());
  broker->freeze();  // so that no PUBREC comes
  ASSERT_TRUE(writer.until([&] { return writer.session().output().empty(); }));
  writer.drop();
  broker->resume();
  ASSERT_TRUE(writer.connect(persistent("writer")));
  EXPECT_TRUE(writer.session_present);
  ASSERT_TRUE(writer.until([&] { return writer.published_count == 1; }));
  acknowledgeNext(reader);
  expectQuiet(reader);
}

TEST_P(InteropQos2, PublishTornBeforeThePubrelArrivesOnce) {
  InteropClient reader = car();
  InteropClient writer = client();
  ASSERT_TRUE(writer.connect(persistent("writer")));
  ASSERT_TRUE(writer.session().publish("command", asBytes("x"), kOnce).ok());
  ASSERT_TRUE(writer.until([&] { return holds(writer, PacketType::Pubrel); }));
  writer.drop();
  ASSERT_TRUE(reader.barrier());
  EXPECT_TRUE(reader.messages.empty());
  ASSERT_TRUE(writer.connect(persistent("writer")));
  ASSERT_TRUE(writer.until([&] { return writer.published_count == 1; }));
  EXPECT_EQ(writer.published, ReasonCode::Success);
  acknowledgeNext(reader);
  expectQuiet(reader);
}

TEST_P(InteropQos2, MessageTornBeforeThePubrecIsDeliveredOnce) {
  InteropClient receiver = car();
  InteropClient server = connected("server");
  ASSERT_TRUE(server.publishAcknowledged("command", "x", kOnce));
  acknowledgeNext(receiver);
  ASSERT_TRUE(holds(receiver, PacketType::Pubrec));
  receiver.drop();
  ASSERT_TRUE(receiver.connect(persistent("car")));
  EXPECT_TRUE(receiver.session_present);
  expectQuiet(receiver);
}

TEST_P(InteropQos2, MessageTornBeforeThePubrelIsDeliveredOnce) {
  InteropClient receiver = car();
  InteropClient server = connected("server");
  ASSERT_TRUE(server.publishAcknowledged("command", "x", kOnce));
  acknowledgeNext(receiver);
  broker->freeze();  // so that no PUBREL comes
  ASSERT_TRUE(receiver.until([&] { return receiver.session().output().empty(); }));
  ASSERT_TRUE(receiver.saveAndLoad());
  receiver.drop();
  broker->resume();
  ASSERT_TRUE(receiver.connect(persistent("car")));
  EXPECT_TRUE(receiver.session_present);
  expectQuiet(receiver);
}

TEST_P(InteropQos2, LoadedSessionFinishesBothHandshakesOnTheSameConnection) {
  InteropClient me = car();
  ASSERT_TRUE(me.session().publish("command", asBytes("x"), kOnce).ok());
  broker->freeze();
  ASSERT_TRUE(me.until([&] { return me.session().output().empty(); }));
  ASSERT_TRUE(me.saveAndLoad());
  broker->resume();
  acknowledgeNext(me);
  broker->freeze();
  ASSERT_TRUE(me.until([&] { return me.session().output().empty(); }));
  ASSERT_TRUE(me.saveAndLoad());
  broker->resume();
  ASSERT_TRUE(me.until([&] { return me.published_count == 1; }));
  expectQuiet(me);
}

// Mosquitto 2.0.11 exceeds its own limit and our Receive Maximum while messages are queued; each connection makes way.
TEST_P(InteropQos2, QueueThatOverrunsTheWindowArrivesOverSeveralConnections) {
  constexpr int kMessages = 40;
  startBroker({.global_lines = "max_inflight_messages 2"});
  InteropClient receiver = client({}, {.inbound = 2});
  ASSERT_TRUE(receiver.connect(persistent("car")));
  ASSERT_TRUE(receiver.subscribe("command", Qos::ExactlyOnce));
  InteropClient server = connected("server");
  for (int i = 0; i < kMessages; ++i) ASSERT_TRUE(server.publishAcknowledged("command", std::to_string(i), kOnce));
  for (int i = 0; i < kMessages;) {
    if (!receiver.session().active()) {
      ASSERT_TRUE(receiver.connect(persistent("car")));
    }
    ASSERT_TRUE(receiver.until([&] { return !receiver.messages.empty() || !receiver.session().active(); }));
    for (; !receiver.messages.empty(); receiver.messages.pop_front()) {
      if (!receiver.session().acknowledge(receiver.messages.front().token)) continue;
      EXPECT_EQ(receiver.messages.front().payload, std::to_string(i));
      ++i;
    }
  }
  if (!receiver.session().active()) {
    ASSERT_TRUE(receiver.connect(persistent("car")));
  }
  expectQuiet(receiver);
}

TEST_P(InteropQos2, EveryMessageArrivesExactlyOnceAndInOrderThroughTornConnections) {
  constexpr int kMessages = 200;
  std::mt19937 random(1);
  const auto rarely = [&] { return random() % 12 == 0; };
  InteropClient reader = car();
  InteropClient writer = client();
  ASSERT_TRUE(writer.connect(persistent("writer")));
  const auto step = [](InteropClient& side, const char* id, bool tear) {
    side.until([] { return false; }, std::chrono::milliseconds(1));
    if (tear) side.drop();
    if (!side.session().active()) {
      ASSERT_TRUE(side.connect(persistent(id)));
    }
  };
  int sent = 0;
  std::vector<std::string> arrived;
  for (int round = 0; round < 5000 && (arrived.size() < kMessages || writer.session().unacknowledged() > 0); ++round) {
    if (sent < kMessages && writer.session().publish("command", asBytes(std::to_string(sent)), kOnce)) ++sent;
    step(writer, "writer", rarely());
    step(reader, "car", rarely());
    for (; !reader.messages.empty(); reader.messages.pop_front()) {
      if (reader.session().acknowledge(reader.messages.front().token)) {
        arrived.push_back(reader.messages.front().payload);
      }
      if (rarely()) step(reader, "car", true);
    }
  }
  ASSERT_EQ(arrived.size(), std::size_t{kMessages});
  for (int i = 0; i < kMessages; ++i) EXPECT_EQ(arrived[static_cast<std::size_t>(i)], std::to_string(i));
  EXPECT_EQ(writer.published_count, std::size_t{kMessages});
  expectQuiet(reader);
}

}  // namespace
}  // namespace smartkar::mqtt
