#include "device/link/socket_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "device/link/testing/mqtt_cars.hpp"

namespace smartkar::device {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kPayload = "{\"soc\":80}";

// A car on a running modem, in session with a broker.
class SocketEngineTest : public ::testing::Test {
 protected:
  SocketEngineTest() {
    around.model.start(true);
    startProcessor();
    EXPECT_TRUE(bench.run(car->modem.connect()).ok());
    bench.runFor(60s);
    EXPECT_EQ(open(), std::nullopt);
  }
  void startProcessor() {
    car.emplace(around);
    car->mqtt.setWill("{\"online\":false}");
  }
  void restartProcessor() {
    car.reset();
    bench.restart();
    startProcessor();
  }
  static std::optional<LinkError> errorOf(const Result<void, LinkError>& done) {
    return done.ok() ? std::nullopt : std::optional(done.error());
  }
  std::optional<LinkError> open() { return errorOf(bench.run(car->mqtt.open())); }
  std::optional<LinkError> publish(std::string_view payload = kPayload) {
    return errorOf(bench.run(car->mqtt.publish(protocol::Channel::State, payload, false)));
  }
  std::optional<LinkError> receive() { return errorOf(bench.run(car->mqtt.receive())); }
  // Looks once more, as the controller does before it sleeps.
  bool readyToSleep() { return receive() == std::nullopt && car->mqtt.suspend(); }
  void deliver(const std::string& payload) {
    EXPECT_TRUE(SocketCar::deliver(around, payload));
    bench.runFor(1s);
  }

  MqttSurroundings around{true};
  AtBench& bench = around.bench;
  ModelBroker& broker = around.broker;
  std::optional<SocketCar> car;
};

TEST_F(SocketEngineTest, PublishIsConfirmedByTheBrokerAndNotByTheModem) {
  broker.stall();
  const Instant begun = bench.now;
  EXPECT_EQ(publish(), LinkError::Timeout);
  EXPECT_LE(bench.now - begun, 30s);
  EXPECT_THAT(broker.published, IsEmpty());
  EXPECT_FALSE(car->mqtt.up()) << "nobody knows what becomes of it on this connection";
  broker.resume();
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(publish(), std::nullopt);
  EXPECT_TRUE(broker.has(kPayload));
}

TEST_F(SocketEngineTest, BrokerThatDoesNotAnswerIsATimeout) {
  EXPECT_TRUE(bench.run(car->mqtt.close()).ok());
  broker.stall();
  EXPECT_EQ(open(), LinkError::Timeout);
  EXPECT_FALSE(car->mqtt.up());
}

TEST_F(SocketEngineTest, BrokerThatRefusesIsSaidToRefuse) {
  EXPECT_TRUE(bench.run(car->mqtt.close()).ok());
  broker.refuse = true;
  EXPECT_EQ(open(), LinkError::Refused);
  EXPECT_FALSE(car->mqtt.up());
  broker.refuse = false;
  EXPECT_EQ(open(), std::nullopt);
}

// A broker that repeats what cannot be taken would end every session to come.
TEST_F(SocketEngineTest, AfterWhatIsNotMqttTheNextSessionBeginsClean) {
  deliver("{\"id\":1}");
  broker.say(std::string("\xFF\xFF\xFF\xFF\xFF", 5));
  bench.runFor(1s);
  EXPECT_NE(receive(), std::nullopt);
  EXPECT_FALSE(car->mqtt.up());
  deliver("{\"id\":2}");
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_THAT(around.sink.payloads, ElementsAre("{\"id\":1}")) << "the broker kept the session";
}

TEST_F(SocketEngineTest, UserAndPasswordAreSentIfThereAreAny) {
  EXPECT_EQ(broker.user, "");
  EXPECT_TRUE(bench.run(car->mqtt.close()).ok());
  car->profile.settings.user = "car";
  car->profile.settings.password = "secret";
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(broker.user, "car");
  EXPECT_EQ(broker.password, "secret");
}

TEST_F(SocketEngineTest, WithoutSessionNothingIsPublishedOrReceived) {
  EXPECT_TRUE(bench.run(car->mqtt.close()).ok());
  EXPECT_EQ(publish(), LinkError::Down);
  EXPECT_EQ(receive(), LinkError::Down);
  EXPECT_THAT(broker.published, IsEmpty());
}

TEST_F(SocketEngineTest, WhatWaitsIsReceivedInOrderAndAcknowledged) {
  for (const char* text : {"{\"id\":1}", "{\"id\":2}", "{\"id\":3}", "{\"id\":4}", "{\"id\":5}", "{\"id\":6}"}) {
    deliver(text);
  }
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_THAT(around.sink.payloads,
              ElementsAre("{\"id\":1}", "{\"id\":2}", "{\"id\":3}", "{\"id\":4}", "{\"id\":5}", "{\"id\":6}"));
  EXPECT_EQ(broker.acknowledged.size(), 6u);
}

TEST_F(SocketEngineTest, DoesNotSleepOnWhatWaitsInTheModem) {
  deliver("{\"id\":1}");
  EXPECT_FALSE(car->mqtt.suspend());
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_TRUE(car->mqtt.suspend());
}

TEST_F(SocketEngineTest, AdoptsAfterASleepAndReceivesWhatCameInIt) {
  EXPECT_TRUE(readyToSleep());
  deliver("{\"id\":1}");
  restartProcessor();
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_TRUE(car->mqtt.adopted());
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_THAT(around.sink.payloads, ElementsAre("{\"id\":1}"));
}

// What was saved is older than what went over the connection since.
TEST_F(SocketEngineTest, RestartWithoutASleepOpensAnew) {
  EXPECT_TRUE(readyToSleep());
  restartProcessor();
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_EQ(publish(), std::nullopt);
  restartProcessor();
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_FALSE(car->mqtt.adopted());
  EXPECT_EQ(publish(), std::nullopt);
}

TEST_F(SocketEngineTest, SleepWithoutASessionOpensAnew) {
  EXPECT_TRUE(readyToSleep());
  broker.hangUp();
  bench.runFor(1s);
  EXPECT_FALSE(car->mqtt.up());
  EXPECT_TRUE(car->mqtt.suspend());
  restartProcessor();
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_FALSE(car->mqtt.adopted());
}

TEST_F(SocketEngineTest, SavedSessionThatIsDamagedIsNotUsed) {
  EXPECT_TRUE(readyToSleep());
  around.saved.bytes[3] ^= 1;
  restartProcessor();
  EXPECT_EQ(open(), std::nullopt);
  EXPECT_FALSE(car->mqtt.adopted());
  EXPECT_EQ(publish(), std::nullopt);
}

TEST_F(SocketEngineTest, MessagesThatAreNotForTheCarAreAcknowledgedAndDropped) {
  deliver(std::string(protocol::kCommandBytesMax + 1, 'x'));
  deliver("{\"id\":1}");
  EXPECT_EQ(receive(), std::nullopt);
  EXPECT_THAT(around.sink.payloads, ElementsAre("{\"id\":1}"));
  EXPECT_EQ(broker.acknowledged.size(), 2u);
  EXPECT_EQ(car->mqtt.counters().too_long, 1u);
}

TEST_F(SocketEngineTest, ConnectionThatEndsWithTheLastAnswerIsNotOpen) {
  EXPECT_TRUE(bench.run(car->mqtt.close()).ok());
  broker.hang_up_after_subscribe = true;
  EXPECT_EQ(open(), LinkError::Down);
  broker.hang_up_after_subscribe = false;
  EXPECT_EQ(open(), std::nullopt);
}

}  // namespace
}  // namespace smartkar::device
