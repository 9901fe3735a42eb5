// The server's doors for cars: who is let in, and an old car that is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "protocol/testing/with_mac.hpp"
#include "test/e2e/world.hpp"
#include "test/support/old_firmware.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const boost::json::object kStartCharging = {{"action", "vehicle.startCharging"}, {"params", {{"targetSoc", 80}}}};
const std::string kAwake =
    R"({"type":"status","data":)" +
    protocol::withMac(R"({"online":true,"boot":1,"conn":1,"contact":91827,"journal":"a1","maxId":0,"link":"tcp"})") +
    "}";

class DoorTest : public ::testing::Test {
 protected:
  // Connects with TLS as the modem would, and says that the car is awake. identity: further options of s_client.
  std::unique_ptr<ChildProcess> connect(const std::string& identity) {
    const std::string status = world_.directory() + "/status";
    std::ofstream(status) << kAwake << '\n';
    return std::make_unique<ChildProcess>(Arguments{
        "sh", "-c",
        "exec openssl s_client -quiet -ign_eof -verify_return_error -CAfile " + world_.directory() +
            "/ca/ca.crt -connect 127.0.0.1:" + std::to_string(world_.tcpPort()) + " " + identity + " <" + status});
  }
  std::string identityIn(const std::string& folder) const {
    return "-cert " + folder + "/client.crt -key " + folder + "/client.key";
  }
  std::string carFolder() const { return world_.directory() + "/devices/" + world_.ccid(); }
  bool serverSays(const std::string& text) { return world_.server().waitForText(text, 10s).has_value(); }

  World world_;
};

TEST_F(DoorTest, CertificateOfARegisteredCarOpensIt) {
  world_.startServer();
  const auto car = connect(identityIn(carFolder()));
  EXPECT_TRUE(car->waitForText("system.sync", 10s)) << ::testing::PrintToString(car->lines());
  EXPECT_EQ(world_.presence().at("presence").as_string(), "awake");
}

TEST_F(DoorTest, NoCertificateAndAForeignOneDoNot) {
  world_.startServer();
  EXPECT_FALSE(connect("")->waitForText("system.sync", 5s));
  EXPECT_TRUE(serverSays("peer did not return a certificate"));
  const std::string foreign = world_.directory() + "/foreign";
  std::filesystem::create_directory(foreign);
  ASSERT_EQ(runProgram({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + world_.ccid(),
                        "-keyout", foreign + "/client.key", "-out", foreign + "/client.crt"})
                .exit_code,
            0);
  EXPECT_FALSE(connect(identityIn(foreign))->waitForText("system.sync", 5s));
  EXPECT_TRUE(serverSays("self-signed certificate"));
}

TEST_F(DoorTest, WithdrawnCertificateDoesNotThoughTheCarIsRegisteredAgain) {
  world_.startServer();
  const std::string withdrawn = world_.directory() + "/withdrawn";
  std::filesystem::copy(carFolder(), withdrawn);
  ASSERT_EQ(world_.ctl({"device", "remove", world_.ccid()}).exit_code, 0);
  ASSERT_EQ(world_.ctl({"device", "add", world_.ccid()}).exit_code, 0);
  EXPECT_FALSE(connect(identityIn(withdrawn))->waitForText("system.sync", 5s));
  EXPECT_TRUE(serverSays("certificate revoked"));
  const auto car = connect(identityIn(carFolder()));
  EXPECT_TRUE(car->waitForText("system.sync", 10s));
}

TEST_F(DoorTest, OldFirmwareGetsACommandOnceAndItsAnswersCount) {
  world_.setServer("[tcp]", "legacy = \"127.0.0.1:0\"");
  world_.startServer();
  const std::uint16_t port = world_.legacyPort();
  EXPECT_THAT(OldFirmware(port, world_.ccid()).line(), HasSubstr("not allowed"));
  ASSERT_EQ(world_.ctl({"device", "allow-legacy", world_.ccid(), "--until", "2099-12-31"}).exit_code, 0);

  const OldFirmware car(port, world_.ccid());
  EXPECT_THAT(car.line(), HasSubstr(R"("ok":true)"));
  car.say("state", R"({"device":{"batteryVoltage":4012},"network":{"signalStrength":20}})");
  const auto id = world_.post(kStartCharging);
  const std::string command = car.line();
  EXPECT_THAT(command, HasSubstr("\"id\":" + std::to_string(id)));
  EXPECT_THAT(command, HasSubstr("\"action\":\"vehicle.startCharging\",\"targetSoc\":80"));
  car.answer(id, true, "in_progress", R"(,"stage":"accepted","elapsedMs":0)");
  car.answer(id, true, "completed", R"(,"elapsedMs":2400)");
  EXPECT_EQ(world_.waitForFinal(id, 10s).at("state").as_string(), "completed");
  EXPECT_EQ(world_.get("/devices/" + world_.ccid() + "/state").at("state").at("network").at("signalStrength"), -73);
}

TEST_F(DoorTest, OldFirmwareThatConnectsAnewDoesNotGetTheSameCommandAgain) {
  world_.setServer("[tcp]", "legacy = \"127.0.0.1:0\"");
  ASSERT_EQ(world_.ctl({"device", "allow-legacy", world_.ccid(), "--until", "2099-12-31"}).exit_code, 0);
  world_.startServer();
  const auto first = std::make_unique<OldFirmware>(world_.legacyPort(), world_.ccid());
  first->line();
  const auto lost = world_.post(kStartCharging);
  EXPECT_THAT(first->line(), HasSubstr(std::to_string(lost)));

  const OldFirmware second(world_.legacyPort(), world_.ccid());
  second.line();
  const auto next = world_.post({{"action", "system.telemetry"}});
  const std::string line = second.line();
  EXPECT_THAT(line, HasSubstr(std::to_string(next)));
  EXPECT_THAT(line, Not(HasSubstr("startCharging")));
}

TEST_F(DoorTest, CarWithACertificateCannotBeReplacedByWhoKnowsItsNumber) {
  world_.setServer("[tcp]", "legacy = \"127.0.0.1:0\"");
  ASSERT_EQ(world_.ctl({"device", "allow-legacy", world_.ccid(), "--until", "2099-12-31"}).exit_code, 0);
  world_.startServer();
  const auto car = connect(identityIn(carFolder()));
  ASSERT_TRUE(car->waitForText("system.sync", 10s));
  EXPECT_THAT(OldFirmware(world_.legacyPort(), world_.ccid()).line(), HasSubstr("newer firmware"));
  EXPECT_TRUE(car->running());
}

}  // namespace
}  // namespace smartkar::test
