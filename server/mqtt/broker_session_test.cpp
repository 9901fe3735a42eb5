#include "server/mqtt/broker_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <utility>

#include "server/mqtt/tls_context.hpp"
#include "test/support/child_process.hpp"
#include "test/support/mosquitto.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::server {
namespace {

using testing::ElementsAre;

struct Received {
  std::string topic;
  std::string payload;
  bool retained;
  mqtt::AckToken token;
};

// A session and everything it said, on an io_context that runs only while a test waits.
class Client : public BrokerSessionListener {
 public:
  explicit Client(const test::Mosquitto& broker, std::string id = "server") : Client(plain(broker), std::move(id)) {}
  Client(BrokerAddress broker, std::string id)
      : session_(io_,
                 {.broker = std::move(broker),
                  .client_id = std::move(id),
                  .filters = {"car/+/status", "car/+/response"},
                  .keep_alive = 1,
                  .ping_timeout = 200ms,
                  .reconnect = {.first = 10ms, .longest = 50ms}},
                 *this, sink_) {
    session_.start();
  }
  ~Client() override {
    session_.stop();
    io_.restart();
    io_.run_for(std::chrono::seconds(3));
  }

  static BrokerAddress plain(const test::Mosquitto& broker) {
    return {.host = "127.0.0.1", .port = broker.port(), .tls = {}};
  }

  // Runs until the condition holds; false after ten seconds.
  bool runUntil(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    io_.restart();
    while (!condition()) {
      if (io_.run_one_until(deadline) == 0) return false;
    }
    return true;
  }
  bool runUntilUp(std::size_t times = 1) {
    return runUntil([&] { return ups.size() >= times; });
  }
  bool runUntilReceived(std::size_t count) {
    return runUntil([&] { return received.size() >= count; });
  }
  std::vector<std::string> payloads() const {
    std::vector<std::string> list;
    for (const auto& message : received) list.push_back(message.payload);
    return list;
  }
  // Waits until the broker has answered everything sent so far, which a published message to ourselves proves.
  void roundTrip() {
    const std::size_t before = received.size();
    ASSERT_TRUE(session_.publish("car/self/status", "round trip", 60).ok());
    ASSERT_TRUE(runUntilReceived(before + 1));
    session_.acknowledge(received.back().token);
  }
  BrokerSession& session() { return session_; }

  void onUp(bool session_present) override { ups.push_back(session_present); }
  void onDown() override { ++downs; }
  void onMessage(std::string_view topic, std::string_view payload, bool retained, mqtt::AckToken token) override {
    received.push_back({std::string(topic), std::string(payload), retained, token});
  }
  void onIdle() override {}

  std::vector<bool> ups;
  int downs = 0;
  std::vector<Received> received;

 private:
  boost::asio::io_context io_;
  NullLogSink sink_;
  BrokerSession session_;
};

void publish(const test::Mosquitto& broker, const std::string& topic, const std::string& payload, bool retain = false) {
  std::vector<std::string> arguments{
      "mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(broker.port()), "-q", "1", "-t", topic, "-m", payload};
  if (retain) arguments.emplace_back("-r");
  ASSERT_EQ(test::runProgram(arguments).exit_code, 0);
}

TEST(BrokerSession, UnacknowledgedMessagesComeAgainToTheNextProcessAndAcknowledgedOnesDoNot) {
  test::Mosquitto broker;
  {
    Client client(broker);
    ASSERT_TRUE(client.runUntilUp());
    client.roundTrip();
    for (const char* text : {"stored", "lost one", "lost two"}) publish(broker, "car/1/response", text);
    ASSERT_TRUE(client.runUntilReceived(4));
    EXPECT_TRUE(client.session().acknowledge(client.received[1].token));
  }
  Client next(broker);
  ASSERT_TRUE(next.runUntilReceived(2));
  EXPECT_THAT(next.ups, ElementsAre(true));
  EXPECT_THAT(next.payloads(), ElementsAre("lost one", "lost two"));
}

TEST(BrokerSession, AcknowledgementsLeaveInTheOrderOfReceipt) {
  test::Mosquitto broker;
  {
    Client client(broker);
    ASSERT_TRUE(client.runUntilUp());
    client.roundTrip();
    publish(broker, "car/1/response", "first");
    publish(broker, "car/1/response", "second");
    ASSERT_TRUE(client.runUntilReceived(3));
    EXPECT_TRUE(client.session().acknowledge(client.received[2].token));
    client.roundTrip();
  }
  Client next(broker);
  ASSERT_TRUE(next.runUntilReceived(3));
  EXPECT_THAT(next.payloads(), ElementsAre("first", "second", "round trip"));
}

// Mosquitto 2.0.11 sends more than the Receive Maximum once messages wait in its queue.
TEST(BrokerSession, BrokerThatSendsMoreThanTheWindowIsReadAsAcknowledgementsMakeRoom) {
  test::Mosquitto broker({.global_lines = "log_type none\nmax_inflight_messages 1000\nmax_queued_messages 0\n"});
  Client client(broker);
  ASSERT_TRUE(client.runUntilUp());
  client.roundTrip();
  constexpr std::size_t kMessages = 2000;
  const std::string publish_all = "seq -f %0200.0f " + std::to_string(kMessages) + " | mosquitto_pub -h 127.0.0.1 -p " +
                                  std::to_string(broker.port()) + " -q 1 -t car/1/response -l";
  ASSERT_EQ(test::runProgram({"sh", "-c", publish_all}).exit_code, 0);
  std::size_t acknowledged = 1;
  // A whole window at once, as after the commit of a group.
  EXPECT_TRUE(client.runUntil([&] {
    const bool full = client.received.size() - acknowledged >= BrokerSessionSettings{}.receive_maximum;
    for (; full && acknowledged < client.received.size(); ++acknowledged) {
      client.session().acknowledge(client.received[acknowledged].token);
    }
    return client.received.size() == kMessages + 1;
  }));
  EXPECT_EQ(client.downs, 0);
}

TEST(BrokerSession, RetainedReplayIsMarkedAndALiveMessageOfTheSameTopicIsNot) {
  test::Mosquitto broker;
  publish(broker, "car/1/status", "old", true);
  Client client(broker);
  ASSERT_TRUE(client.runUntilReceived(1));
  EXPECT_TRUE(client.received[0].retained);
  publish(broker, "car/1/status", "new", true);
  ASSERT_TRUE(client.runUntilReceived(2));
  EXPECT_EQ(client.received[1].payload, "new");
  EXPECT_FALSE(client.received[1].retained);
}

TEST(BrokerSession, KeptSessionBringsWhatWasMissedAndNoRetainedReplay) {
  test::Mosquitto broker;
  publish(broker, "car/1/status", "retained", true);
  {
    Client client(broker);
    ASSERT_TRUE(client.runUntilReceived(1));
    client.session().acknowledge(client.received[0].token);
    client.roundTrip();
  }
  publish(broker, "car/1/response", "missed");
  Client next(broker);
  ASSERT_TRUE(next.runUntilReceived(1));
  next.session().acknowledge(next.received[0].token);
  next.roundTrip();
  EXPECT_THAT(next.ups, ElementsAre(true));
  EXPECT_THAT(next.payloads(), ElementsAre("missed", "round trip"));
}

TEST(BrokerSession, KilledBrokerIsFoundAgainAndAnOldAcknowledgementIsRefused) {
  test::Mosquitto broker;
  Client client(broker);
  ASSERT_TRUE(client.runUntilUp());
  client.roundTrip();
  publish(broker, "car/1/response", "before");
  ASSERT_TRUE(client.runUntilReceived(2));

  broker.kill();
  ASSERT_TRUE(client.runUntil([&] { return client.downs == 1; }));
  EXPECT_EQ(client.session().publish("car/1/command", "x", 10).error(), mqtt::SessionError::NotConnected);
  broker.start();
  ASSERT_TRUE(client.runUntilUp(2));
  EXPECT_FALSE(client.ups[1]);
  EXPECT_FALSE(client.session().acknowledge(client.received[1].token));
  client.roundTrip();
}

TEST(BrokerSession, WhatTheLastConnectionLeftUnacknowledgedIsNotSentAgain) {
  test::Mosquitto broker;
  Client client(broker);
  ASSERT_TRUE(client.runUntilUp());
  client.roundTrip();
  broker.freeze();
  ASSERT_TRUE(client.session().publish("car/self/status", "stale", 60).ok());
  broker.kill();
  broker.start();
  ASSERT_TRUE(client.runUntilUp(2));
  client.roundTrip();
  EXPECT_THAT(client.payloads(), ElementsAre("round trip", "round trip"));
}

TEST(BrokerSession, BrokerThatHangsIsNoticedByItsSilence) {
  test::Mosquitto broker;
  Client client(broker);
  ASSERT_TRUE(client.runUntilUp());
  broker.freeze();
  ASSERT_TRUE(client.runUntil([&] { return client.downs == 1; }));
  broker.resume();
  ASSERT_TRUE(client.runUntilUp(2));
  EXPECT_TRUE(client.ups[1]);
}

TEST(BrokerSession, BrokerThatIsNotThereYetIsConnectedOnceItComes) {
  test::Mosquitto broker;
  broker.kill();
  Client client(broker);
  EXPECT_FALSE(client.session().connected());
  broker.start();
  ASSERT_TRUE(client.runUntilUp());
}

TEST(BrokerSession, PublishedMessageCarriesItsExpiry) {
  test::Mosquitto broker;
  const auto subscribe = [&broker](std::vector<std::string> more) {
    std::vector<std::string> arguments{"mosquitto_sub",
                                       "-h",
                                       "127.0.0.1",
                                       "-p",
                                       std::to_string(broker.port()),
                                       "-V",
                                       "5",
                                       "-i",
                                       "car",
                                       "-c",
                                       "-x",
                                       "60",
                                       "-q",
                                       "1",
                                       "-t",
                                       "car/1/command",
                                       "-F",
                                       "%E %p"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::runProgram(arguments);
  };
  ASSERT_EQ(subscribe({"-E"}).exit_code, 0);
  Client client(broker);
  ASSERT_TRUE(client.runUntilUp());
  ASSERT_TRUE(client.session().publish("car/1/command", "ring", 60).ok());
  client.roundTrip();
  EXPECT_THAT(subscribe({"-C", "1", "-W", "5"}).output, testing::AnyOf("60 ring\n", "59 ring\n"));
}

// A CA, a certificate of the broker for 127.0.0.1 and one of the server, made by the openssl program.
class TlsFilesOnDisk {
 public:
  TlsFilesOnDisk() {
    run({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=ca", "-keyout", path("ca.key"), "-out", path("ca.crt")});
    make("broker", "subjectAltName=IP:127.0.0.1");
    make("server", "extendedKeyUsage=clientAuth");
    make("impostor", "subjectAltName=DNS:elsewhere.example");
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string listener(const std::string& name) const {
    return "cafile " + path("ca.crt") + "\ncertfile " + path(name + ".crt") + "\nkeyfile " + path(name + ".key") +
           "\nrequire_certificate true\nuse_identity_as_username true";
  }

 private:
  void make(const std::string& name, const std::string& extension) {
    std::ofstream(path(name + ".ext")) << extension << '\n';
    run({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name, "-keyout",
         path(name + ".key"), "-out", path(name + ".csr")});
    run({"x509", "-req", "-in", path(name + ".csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"), "-CAcreateserial",
         "-days", "2", "-extfile", path(name + ".ext"), "-out", path(name + ".crt")});
  }
  static void run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    const auto finished = test::runProgram(arguments);
    if (finished.exit_code != 0) throw std::runtime_error(finished.output);
  }

  test::TemporaryDirectory directory_;
};

class BrokerSessionTls : public testing::Test {
 protected:
  BrokerAddress address(const test::Mosquitto& broker) {
    const auto context = makeTlsContext(
        {.ca = files_.path("ca.crt"), .cert = files_.path("server.crt"), .key = files_.path("server.key")});
    return {.host = "127.0.0.1", .port = broker.port(), .tls = context.value()};
  }
  TlsFilesOnDisk files_;
};

TEST_F(BrokerSessionTls, ServerWithItsCertificateExchangesMessages) {
  test::Mosquitto broker({.listener_lines = files_.listener("broker")});
  Client client(address(broker), "server");
  ASSERT_TRUE(client.runUntilUp());
  client.roundTrip();
  EXPECT_THAT(client.payloads(), ElementsAre("round trip"));
}

TEST_F(BrokerSessionTls, BrokerWithACertificateForAnotherHostIsRefused) {
  test::Mosquitto broker({.listener_lines = files_.listener("impostor")});
  Client client(address(broker), "server");
  ASSERT_TRUE(client.runUntil([&] { return broker.log().find("OpenSSL Error") != std::string::npos; }));
  EXPECT_TRUE(client.ups.empty());
}

TEST_F(BrokerSessionTls, MissingFileIsNamed) {
  const auto context = makeTlsContext({.ca = "/nowhere/ca.crt", .cert = {}, .key = {}});
  ASSERT_FALSE(context.ok());
  EXPECT_THAT(context.error(), testing::HasSubstr("/nowhere/ca.crt"));
}

}  // namespace
}  // namespace smartkar::server
