// What a real Mosquitto makes of the configuration, certificates and access rules. Access is judged by what a
// privileged subscriber gets, never by a publisher's acknowledgement: brokers acknowledge what they throw away.
#include "broker/mosquitto_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>

#include "broker/files.hpp"
#include "broker/installation.hpp"
#include "test/support/child_process.hpp"
#include "test/support/loopback.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::broker {
namespace {

namespace fs = std::filesystem;
using test::ChildProcess;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Arguments = std::vector<std::string>;

constexpr auto kSoon = std::chrono::seconds(10);
const std::string kCar = "8999912345678901234";
const std::string kOther = "8999943210987654321";

// Certificates must be valid by the real clock of the broker process.
UnixTime now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

Arguments operator+(Arguments left, const Arguments& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

class MosquittoConfigTest : public ::testing::Test {
 protected:
  // Keys take long to make, so all tests share one installation; broker, sessions and retained messages are new each
  // time.
  static void SetUpTestSuite() {
    temporary_ = std::make_unique<test::TemporaryDirectory>();
    InstallationSettings settings;
    settings.broker_port = test::freeLoopbackPort();
    do settings.server_port = test::freeLoopbackPort();
    while (settings.server_port == settings.broker_port);
    auto made = Installation::create(temporary_->path() / "fleet", settings, false, now());
    ASSERT_TRUE(made.ok()) << made.error().text;
    installation_ = std::make_unique<Installation>(std::move(made.value()));
  }
  static void TearDownTestSuite() {
    installation_.reset();
    temporary_.reset();
  }

  void SetUp() override {
    for (const std::string& ccid : {kCar, kOther}) {
      if (installation_->device(ccid).ok()) continue;
      ASSERT_TRUE(installation_->addDevice(ccid, "", now()).ok());
    }
    for (const auto& saved : fs::directory_iterator(installation_->directory() / "broker/data")) {
      fs::remove(saved.path());
    }
    startBroker();
  }

  void startBroker() {
    broker_ = std::make_unique<ChildProcess>(Arguments{"/usr/sbin/mosquitto", "-c", installation_->brokerConfig()});
    ASSERT_TRUE(broker_->waitForText(" running", kSoon)) << ::testing::PrintToString(broker_->lines());
  }

  static fs::path scratch(const char* name) { return temporary_->path() / name; }
  fs::path directory(const std::string& ccid) const { return installation_->directory() / "devices" / ccid; }
  Arguments authority() const { return {"--cafile", installation_->directory() / "ca/ca.crt"}; }
  Arguments carPort() const { return port(installation_->settings().broker_port); }
  Arguments serverPort() const { return port(installation_->settings().server_port); }
  static Arguments port(std::uint16_t number) { return {"-h", "127.0.0.1", "-p", std::to_string(number)}; }
  Arguments carIdentity(const std::string& ccid) const {
    return authority() + Arguments{"--cert", directory(ccid) / "client.crt", "--key", directory(ccid) / "client.key"};
  }
  Arguments serverIdentity() const {
    const fs::path server = installation_->directory() / "server";
    return authority() + Arguments{"--cert", server / "server.crt", "--key", server / "server.key"};
  }
  Arguments asCar(const std::string& ccid) const { return carIdentity(ccid) + carPort(); }
  Arguments asServer(const std::string& client_id) const {
    return serverIdentity() + serverPort() + Arguments{"-i", client_id};
  }

  // Subscribed when it returns. Prints "topic retain payload" for each message.
  std::unique_ptr<ChildProcess> subscribe(const Arguments& who, const Arguments& filters, Arguments more = {}) const {
    // stdbuf: in a pipe it would otherwise keep what it says to itself until it ends.
    Arguments arguments = Arguments{"stdbuf", "-oL", "mosquitto_sub", "-d", "-q", "1", "-F", "%t %r %p"} + who + more;
    for (const std::string& filter : filters) arguments = arguments + Arguments{"-t", filter};
    auto subscriber = std::make_unique<ChildProcess>(arguments);
    EXPECT_TRUE(subscriber->waitForText("Subscribed", kSoon)) << ::testing::PrintToString(subscriber->lines());
    return subscriber;
  }
  int publish(const Arguments& who, const std::string& topic, const std::string& payload, Arguments more = {}) const {
    return test::runProgram(Arguments{"mosquitto_pub", "-q", "1"} + who + Arguments{"-t", topic, "-m", payload} + more,
                            kSoon)
        .exit_code;
  }
  static std::string topic(const std::string& ccid, const char* channel) { return "smartkar/" + ccid + "/" + channel; }

  static inline std::unique_ptr<test::TemporaryDirectory> temporary_;
  static inline std::unique_ptr<Installation> installation_;
  std::unique_ptr<ChildProcess> broker_;
};

TEST_F(MosquittoConfigTest, Defect20And42CarPublishesOnItsOwnTopicsAndNowhereElse) {
  const auto server = subscribe(asServer("all"), {"smartkar/#", "$SYS/broker/version"});
  publish(asCar(kCar), topic(kOther, "state"), "forged");
  publish(asCar(kCar), topic(kOther, "status"), "forged", {"-r"});
  publish(asCar(kCar), topic(kCar, "command"), "forged");
  publish(asCar(kCar), topic(kCar, "other"), "forged");
  publish(asCar(kCar), "smartkar/" + kCar, "forged");
  for (const char* channel : {"response", "event", "status", "state"}) {
    publish(asCar(kCar), topic(kCar, channel), std::string("own ") + channel);
  }
  ASSERT_TRUE(server->waitForText(topic(kCar, "state") + " 0 own state", kSoon));
  for (const char* channel : {"response", "event", "status"}) {
    EXPECT_THAT(server->lines(), Contains(topic(kCar, channel) + " 0 own " + channel));
  }
  EXPECT_THAT(server->lines(), Not(Contains(HasSubstr("forged"))));
}

TEST_F(MosquittoConfigTest, CarReceivesItsOwnCommandsAndNothingElse) {
  const auto car = subscribe(asCar(kCar), {"#", "smartkar/+/command", "$SYS/#", topic(kCar, "command")});
  publish(asServer("pub"), topic(kOther, "command"), "not for you");
  publish(asCar(kOther), topic(kOther, "state"), "not for you");
  publish(asServer("pub"), topic(kCar, "command"), "for you");
  ASSERT_TRUE(car->waitForText(topic(kCar, "command") + " 0 for you", kSoon));
  EXPECT_THAT(car->lines(), Not(Contains(HasSubstr("not for you"))));
  EXPECT_THAT(car->lines(), Not(Contains(HasSubstr("$SYS/broker/"))));
}

TEST_F(MosquittoConfigTest, ServerPublishesCommandsOnly) {
  const auto server = subscribe(asServer("all"), {"smartkar/#"});
  publish(asServer("pub"), topic(kCar, "state"), "forged");
  publish(asServer("pub"), topic(kCar, "command"), "command");
  ASSERT_TRUE(server->waitForText(topic(kCar, "command") + " 0 command", kSoon));
  EXPECT_THAT(server->lines(), Not(Contains(HasSubstr("forged"))));
}

TEST_F(MosquittoConfigTest, RetainedStatusWaitsForALateServer) {
  publish(asCar(kCar), topic(kCar, "status"), "{\"online\":true}", {"-r"});
  const auto server = subscribe(asServer("late"), {"smartkar/+/status"});
  EXPECT_TRUE(server->waitForText(topic(kCar, "status") + " 1 {\"online\":true}", kSoon));
}

TEST_F(MosquittoConfigTest, OwnWillIsDeliveredAndRetainedAForeignOneIsNot) {
  const auto server = subscribe(asServer("all"), {"smartkar/#"});
  const auto own_will = Arguments{"--will-topic", topic(kCar, "status"), "--will-payload", "offline", "--will-retain"};
  const auto foreign = Arguments{"--will-topic", topic(kCar, "status"), "--will-payload", "forged", "--will-retain"};
  subscribe(asCar(kOther), {topic(kOther, "command")}, foreign)->kill();
  subscribe(asCar(kCar), {topic(kCar, "command")}, own_will)->kill();
  EXPECT_TRUE(server->waitForText(topic(kCar, "status") + " 0 offline", kSoon));
  EXPECT_THAT(server->lines(), Not(Contains(HasSubstr("forged"))));
  EXPECT_TRUE(subscribe(asServer("late"), {"smartkar/+/status"})->waitForText("status 1 offline", kSoon));
}

TEST_F(MosquittoConfigTest, MessageLongerThanAModemCanSendIsDropped) {
  const auto server = subscribe(asServer("all"), {"smartkar/#"});
  publish(asCar(kCar), topic(kCar, "state"), std::string(1025, 'x'));
  publish(asCar(kCar), topic(kCar, "state"), std::string(1024, 'y'));
  ASSERT_TRUE(server->waitForText("yyy", kSoon));
  EXPECT_THAT(server->lines(), Not(Contains(HasSubstr("xxx"))));
}

TEST_F(MosquittoConfigTest, Defect42CarCannotTakeOverAnotherSessionByItsClientId) {
  const auto car = subscribe(asCar(kCar), {topic(kCar, "command")});
  const auto server = subscribe(asServer("smartkar-server-control"), {"smartkar/#"});
  EXPECT_EQ(publish(asCar(kOther) + Arguments{"-i", kCar}, topic(kOther, "state"), "one"), 0);
  EXPECT_EQ(publish(asCar(kOther) + Arguments{"-i", "smartkar-server-control"}, topic(kOther, "state"), "two"), 0);
  publish(asServer("pub"), topic(kCar, "command"), "still there");
  EXPECT_TRUE(car->waitForText("still there", kSoon));
  EXPECT_TRUE(server->waitForText("still there", kSoon));
  for (const auto* client : {&car, &server}) {
    const auto lines = (*client)->lines();
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [](const std::string& line) { return line.find("received CONNACK") != std::string::npos; }),
              1)
        << "thrown off and connected again";
  }
}

TEST_F(MosquittoConfigTest, ServerHoldsTwoSessionsUnderOneCertificate) {
  const auto control = subscribe(asServer("smartkar-server-control"), {"smartkar/+/status"});
  const auto bulk = subscribe(asServer("smartkar-server-bulk"), {"smartkar/+/state"});
  publish(asCar(kCar), topic(kCar, "status"), "awake");
  publish(asCar(kCar), topic(kCar, "state"), "warm");
  EXPECT_TRUE(control->waitForText("awake", kSoon));
  EXPECT_TRUE(bulk->waitForText("warm", kSoon));
}

TEST_F(MosquittoConfigTest, Defect42OnlyCertificatesMadeForAListenerGetIn) {
  const auto server = subscribe(asServer("all"), {"smartkar/#"});
  // A car with our CCID, signed by somebody else.
  auto stranger = CertificateAuthority::create("stranger", now());
  ASSERT_TRUE(stranger.ok());
  const auto forged = stranger.value().issueDevice(kCar, now());
  ASSERT_TRUE(forged.ok());
  const fs::path crt = scratch("forged.crt");
  const fs::path key = scratch("forged.key");
  ASSERT_TRUE(writeFile(crt, forged.value().certificate, Access::Public).ok());
  ASSERT_TRUE(writeFile(key, forged.value().key, Access::Private).ok());
  EXPECT_NE(publish(authority() + carPort() + Arguments{"--cert", crt, "--key", key}, topic(kCar, "state"), "bad"), 0);
  EXPECT_NE(publish(authority() + carPort(), topic(kCar, "state"), "bad"), 0) << "no certificate";
  EXPECT_NE(publish(authority() + serverPort(), topic(kCar, "command"), "bad"), 0) << "no certificate";
  EXPECT_NE(publish(carIdentity(kCar) + serverPort(), topic(kCar, "state"), "bad"), 0) << "car as server";
  EXPECT_NE(publish(serverIdentity() + carPort(), topic(kCar, "command"), "bad"), 0) << "server as car";
  EXPECT_NE(publish(carPort(), topic(kCar, "state"), "bad"), 0) << "no TLS";
  publish(asCar(kCar), topic(kCar, "state"), "good");
  ASSERT_TRUE(server->waitForText("good", kSoon));
  EXPECT_THAT(server->lines(), Not(Contains(HasSubstr("bad"))));
}

TEST_F(MosquittoConfigTest, VersionsBelowTls12AreRefused) {
  const auto handshake = [&](const std::string& version) {
    const fs::path car = directory(kCar);
    return test::runProgram(
        {"sh", "-c",
         "exec openssl s_client " + version + " -cipher ALL:@SECLEVEL=0 -brief -connect 127.0.0.1:" +
             std::to_string(installation_->settings().broker_port) + " -CAfile " + (car / "ca.crt").string() +
             " -cert " + (car / "client.crt").string() + " -key " + (car / "client.key").string() + " </dev/null"},
        kSoon);
  };
  EXPECT_THAT(handshake("-tls1_1").output, HasSubstr("alert protocol version"));
  EXPECT_THAT(handshake("-tls1").output, HasSubstr("alert protocol version"));
  const auto tls12 = handshake("-tls1_2");
  EXPECT_THAT(tls12.output, HasSubstr("TLSv1.2")) << "what the modem speaks";
  EXPECT_THAT(tls12.output, HasSubstr("ECDHE-ECDSA-AES"));
}

TEST_F(MosquittoConfigTest, RemovedCarIsSilencedAtOnceAndRefusedAfterwards) {
  const auto server = subscribe(asServer("all"), {"smartkar/#"});
  const auto car = subscribe(asCar(kCar), {topic(kCar, "command")});
  const Arguments identity = asCar(kCar);
  const fs::path stolen = scratch("stolen");  // the files outlive the registration
  fs::copy(directory(kCar), stolen);

  ASSERT_TRUE(installation_->removeDevice(kCar, now()).ok());
  const std::size_t before = broker_->lineCount();
  ASSERT_EQ(installation_->reloadBroker(), Reload::Done);
  ASSERT_TRUE(broker_->waitForText("Reloading config", kSoon, before));

  publish(asServer("pub"), topic(kCar, "command"), "late command");
  ASSERT_TRUE(server->waitForText("late command", kSoon));
  const Arguments thief =
      authority() + carPort() + Arguments{"--cert", stolen / "client.crt", "--key", stolen / "client.key"};
  EXPECT_NE(publish(thief, topic(kCar, "state"), "bad"), 0);
  publish(asCar(kOther), topic(kOther, "state"), "others go on");
  ASSERT_TRUE(server->waitForText("others go on", kSoon));
  EXPECT_THAT(server->lines(), Not(Contains(HasSubstr("bad"))));
  EXPECT_THAT(car->lines(), Not(Contains(HasSubstr("late command"))));
}

TEST_F(MosquittoConfigTest, CarThatCameBackWorksWithItsNewCertificateOnly) {
  const fs::path old = scratch("old");
  fs::copy(directory(kCar), old);
  ASSERT_TRUE(installation_->removeDevice(kCar, now()).ok());
  ASSERT_TRUE(installation_->addDevice(kCar, "", now()).ok());
  const std::size_t before = broker_->lineCount();
  ASSERT_EQ(installation_->reloadBroker(), Reload::Done);
  ASSERT_TRUE(broker_->waitForText("Reloading config", kSoon, before));
  const auto server = subscribe(asServer("all"), {"smartkar/#"});
  const Arguments old_identity =
      authority() + carPort() + Arguments{"--cert", old / "client.crt", "--key", old / "client.key"};
  EXPECT_NE(publish(old_identity, topic(kCar, "state"), "old"), 0);
  EXPECT_EQ(publish(asCar(kCar), topic(kCar, "state"), "new"), 0);
  EXPECT_TRUE(server->waitForText(topic(kCar, "state") + " 0 new", kSoon));
}

TEST_F(MosquittoConfigTest, SessionsAndRetainedStatusSurviveARestart) {
  publish(asCar(kCar), topic(kCar, "status"), "asleep", {"-r"});
  subscribe(asCar(kOther), {topic(kOther, "command")}, {"-c", "-i", kOther})->kill();
  publish(asServer("pub"), topic(kOther, "command"), "while away");
  EXPECT_EQ(broker_->stop(), 0);
  startBroker();
  EXPECT_TRUE(subscribe(asServer("late"), {"smartkar/+/status"})->waitForText("status 1 asleep", kSoon));
  EXPECT_TRUE(
      subscribe(asCar(kOther), {topic(kOther, "command")}, {"-c", "-i", kOther})->waitForText("while away", kSoon));
}

}  // namespace
}  // namespace smartkar::broker
