#include "sim/broker.hpp"

#include <gtest/gtest.h>

#include "mqtt/client_session.hpp"

namespace smartkar::sim {
namespace {

using mqtt::Qos;

constexpr const char* kHost = "broker";

// An MQTT client at the end of a real byte stream.
class Client : public Actor, private modem_sim::NetworkListener {
 public:
  Client(VirtualTime& time, VirtualNetwork& network, mqtt::Version version = mqtt::Version::V311)
      : time_(time), access_(network), session_({.version = version, .auto_acknowledge = true}, memory_.view()) {
    access_.setListener(*this);
    time.add(*this);
  }

  void run(Instant now) override {
    session_.tick(now);
    pump();
  }
  Instant nextDeadline() const override { return session_.nextDeadline(); }

  void connect(const mqtt::ConnectOptions& options) {
    options_ = options;
    connection_ = access_.open({kHost, 1883, std::nullopt});
  }
  void subscribe(std::string_view filter, Qos qos = Qos::AtLeastOnce) {
    mqtt::Subscription wish;
    wish.filter = filter;
    wish.qos = qos;
    ASSERT_TRUE(session_.subscribe(std::span(&wish, 1)).ok());
    pump();
  }
  void publish(std::string_view topic, std::string_view payload, const mqtt::PublishOptions& options) {
    ASSERT_TRUE(session_.publish(topic, mqtt::asBytes(payload), options).ok());
    pump();
  }
  void disconnect() {
    ASSERT_TRUE(session_.disconnect(mqtt::ReasonCode::Success, time_.now()).ok());
    pump();
    access_.close(connection_);
  }
  // Its end is gone without a word.
  void vanish() {
    access_.abandon(connection_);
    session_.transportClosed(time_.now());
    pump();
  }

  std::vector<std::string> received;  // "topic payload", with "!" in front if it is a replay
  int published = 0;                  // acknowledged
  bool connected = false;
  bool session_present = false;

 private:
  void onOpened(ConnectionId) override {
    ASSERT_TRUE(session_.connect(options_, time_.now()).ok());
    pump();
  }
  void onOpenFailed(ConnectionId, modem_sim::OpenError) override {}
  void onReadable(ConnectionId id) override {
    const std::string bytes = access_.receive(id, 4096);
    session_.receive(mqtt::asBytes(bytes), time_.now());
    pump();
  }
  void onClosed(ConnectionId) override {
    session_.transportClosed(time_.now());
    pump();
  }
  void pump() {
    while (const auto event = session_.poll()) std::visit([this](const auto& what) { handle(what); }, *event);
    access_.send(connection_, mqtt::asText(session_.output()));
    session_.consumed(session_.output().size());
  }
  void handle(const mqtt::Connected& event) {
    connected = true;
    session_present = event.session_present;
  }
  void handle(const mqtt::Message& message) {
    received.push_back((message.retain ? "!" : "") + std::string(message.topic) + " " +
                       std::string(mqtt::asText(message.payload)));
  }
  void handle(const mqtt::Published&) { ++published; }
  void handle(const mqtt::Disconnected&) { connected = false; }
  template <class Other>
  void handle(const Other&) {}

  VirtualTime& time_;
  ModemNetwork access_;
  mqtt::FixedSessionMemory<1024, 1024, 1024, 8> memory_;
  mqtt::ClientSession session_;
  mqtt::ConnectOptions options_;
  ConnectionId connection_ = 0;
};

struct BrokerModel : testing::Test {
  BrokerModel() {
    network.serve(kHost, 1883, broker);
    time.add(broker);
  }
  // What clients asked for happens.
  void settle() { time.runFor(1s); }
  void connect(Client& client, std::string_view id, bool clean, std::optional<std::string_view> will = {}) {
    mqtt::ConnectOptions options;
    options.client_id = id;
    options.clean_start = clean;
    options.keep_alive = 60;
    if (will) {
      options.will = mqtt::WillMessage{.topic = "will",
                                       .payload = mqtt::asBytes(*will),
                                       .qos = Qos::AtLeastOnce,
                                       .retain = true,
                                       .message_expiry = {}};
    }
    client.connect(options);
    settle();
    ASSERT_TRUE(client.connected);
  }

  VirtualTime time;
  VirtualNetwork network{time, 1};
  Broker broker{time, network};
  Client car{time, network};
  Client second{time, network};
};

using Received = std::vector<std::string>;
constexpr mqtt::PublishOptions kOnce{.qos = Qos::AtLeastOnce};
constexpr mqtt::PublishOptions kKept{.qos = Qos::AtLeastOnce, .retain = true};

TEST_F(BrokerModel, PublishesAreAcknowledgedAndReachWhoSubscribed) {
  connect(car, "car", true);
  connect(second, "second", true);
  second.subscribe("a/+");
  settle();
  car.publish("a/b", "1", kOnce);
  car.publish("a/b", "2", {});
  car.publish("other", "3", kOnce);
  settle();
  EXPECT_EQ(car.published, 2);
  EXPECT_EQ(second.received, (Received{"a/b 1", "a/b 2"}));
}

TEST_F(BrokerModel, MessagesAtQos2ArriveOnceAlsoAcrossConnections) {
  connect(car, "car", false);
  connect(second, "second", false);
  second.subscribe("a/+", Qos::ExactlyOnce);
  settle();
  car.publish("a/b", "1", {.qos = Qos::ExactlyOnce});
  settle();
  EXPECT_EQ(car.published, 1);
  EXPECT_EQ(second.received, (Received{"a/b 1"}));
  car.publish("a/b", "2", {.qos = Qos::ExactlyOnce});
  car.vanish();  // before anything has come back: it will be sent again
  second.vanish();
  settle();
  connect(car, "car", false);
  connect(second, "second", false);
  settle();
  EXPECT_EQ(car.published, 2);
  EXPECT_EQ(second.received, (Received{"a/b 1", "a/b 2"}));
}

TEST_F(BrokerModel, SessionOfAnAbsentClientKeepsWhatIsToBeAcknowledgedUntilItExpires) {
  connect(car, "car", false);
  EXPECT_FALSE(car.session_present);
  car.subscribe("command");
  settle();
  car.disconnect();
  settle();
  broker.publish({"command", "kept", Qos::AtLeastOnce, false, kNever});
  broker.publish({"command", "expired", Qos::AtLeastOnce, false, time.now() + 2s});
  broker.publish({"command", "never kept", Qos::AtMostOnce, false, kNever});
  time.runFor(10s);
  connect(car, "car", false);
  EXPECT_TRUE(car.session_present);
  EXPECT_EQ(car.received, Received{"command kept"});
}

TEST_F(BrokerModel, CleanSessionEndsWithItsConnection) {
  connect(car, "car", true);
  car.subscribe("command");
  settle();
  car.disconnect();
  settle();
  broker.publish({"command", "1", Qos::AtLeastOnce, false, kNever});
  connect(car, "car", false);
  EXPECT_FALSE(car.session_present);
  EXPECT_EQ(car.received, Received());
}

TEST_F(BrokerModel, UnacknowledgedMessageIsSentAgain) {
  connect(car, "car", false);
  car.subscribe("command");
  settle();
  car.vanish();
  broker.publish({"command", "1", Qos::AtLeastOnce, false, kNever});
  settle();
  connect(car, "car", false);
  EXPECT_EQ(car.received, Received{"command 1"});
}

TEST_F(BrokerModel, RetainedMessageIsReplayedToWhoComesLater) {
  connect(car, "car", true);
  connect(second, "second", true);
  car.publish("status", "old", kKept);
  car.publish("status", "new", kKept);
  settle();
  second.subscribe("status");
  settle();
  car.publish("status", "live", kKept);
  settle();
  EXPECT_EQ(second.received, (Received{"!status new", "status live"}));
}

TEST_F(BrokerModel, SilentClientIsGivenUpAfterOneAndAHalfKeepAlives) {
  connect(car, "car", false, "gone");
  connect(second, "second", true);
  second.subscribe("will");
  settle();
  car.vanish();
  time.runFor(80s);
  EXPECT_TRUE(broker.connected("car"));
  EXPECT_EQ(second.received, Received());
  time.runFor(15s);
  EXPECT_FALSE(broker.connected("car"));
  EXPECT_TRUE(broker.connected("second")) << "pings count";
  EXPECT_EQ(second.received, Received{"will gone"});
}

TEST_F(BrokerModel, WillIsPublishedWhenAClientIsGoneButNotAfterAGoodbyeNorWhenItsSessionGoesOn) {
  connect(second, "second", true);
  second.subscribe("will");
  connect(car, "car", false, "gone");
  Client twin(time, network);
  connect(twin, "car", false, "twin gone");
  EXPECT_FALSE(car.connected);
  EXPECT_EQ(second.received, Received());
  network.resetAll();
  settle();
  connect(second, "second", true);
  second.subscribe("will");
  settle();
  EXPECT_EQ(second.received, Received{"!will twin gone"});
  connect(twin, "car", false, "never");
  twin.disconnect();
  settle();
  EXPECT_EQ(second.received, Received{"!will twin gone"});
}

TEST_F(BrokerModel, SessionLoadedFromTheFileGetsOnlyWhatARuleForAllAllowsUntilItsClientIsBack) {
  broker.setKeptAfterRestart([](std::string_view client_id, std::string_view) { return client_id == "car"; });
  connect(car, "car", false);
  connect(second, "second", false);
  car.subscribe("a");
  second.subscribe("a");
  settle();
  broker.restart(true);
  broker.publish({"a", "1", Qos::AtLeastOnce, false, kNever});
  connect(car, "car", false);
  connect(second, "second", false);
  broker.publish({"a", "2", Qos::AtLeastOnce, false, kNever});
  settle();
  EXPECT_EQ(car.received, (Received{"a 1", "a 2"}));
  EXPECT_EQ(second.received, Received{"a 2"});
}

TEST_F(BrokerModel, WhoeverWatchesSeesEachMessageOnceHoweverManyCopiesAreDelivered) {
  int published = 0;
  broker.on_published = [&](const BrokerMessage&) { ++published; };
  broker.copies = [](const BrokerMessage&) { return 2; };
  connect(car, "car", true);
  car.subscribe("a");
  settle();
  broker.publish({"a", "1", Qos::AtLeastOnce, false, kNever});
  settle();
  EXPECT_EQ(published, 1);
  EXPECT_EQ(car.received, (Received{"a 1", "a 1"}));
}

TEST_F(BrokerModel, Version5SessionEndsUnlessItMayOutliveItsConnection) {
  Client modern(time, network, mqtt::Version::V5);
  mqtt::ConnectOptions options;
  options.client_id = "modern";
  options.clean_start = false;
  options.session_expiry = 3600;
  modern.connect(options);
  settle();
  modern.subscribe("command");
  settle();
  modern.vanish();
  network.resetAll();
  settle();
  broker.publish({"command", "1", Qos::AtLeastOnce, false, time.now() + 1h});
  modern.connect(options);
  settle();
  EXPECT_TRUE(modern.session_present);
  EXPECT_EQ(modern.received, Received{"command 1"});
}

TEST_F(BrokerModel, WhatAClientMayNotDoHasNoEffect) {
  broker.setAccess([](Broker::Access access, std::string_view, std::string_view topic) {
    return topic == (access == Broker::Access::Read ? "read" : "write");
  });
  connect(car, "car", true);
  connect(second, "second", true);
  second.subscribe("read");
  second.subscribe("write");
  settle();
  car.publish("read", "1", kOnce);
  car.publish("write", "2", kOnce);
  broker.publish({"read", "3", Qos::AtLeastOnce, false, kNever});
  settle();
  EXPECT_EQ(car.published, 2);
  EXPECT_EQ(second.received, Received{"read 3"});
}

TEST_F(BrokerModel, RestartEndsConnectionsAndKeepsSessionsIfItSavedThem) {
  connect(car, "car", false);
  broker.restart(true);
  settle();
  EXPECT_FALSE(car.connected);
  connect(car, "car", false);
  EXPECT_TRUE(car.session_present);
  broker.restart(false);
  settle();
  connect(car, "car", false);
  EXPECT_FALSE(car.session_present);
}

}  // namespace
}  // namespace smartkar::sim
