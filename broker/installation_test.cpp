#include "broker/installation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "broker/files.hpp"
#include "broker/toml_files.hpp"
#include "test/support/child_process.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::broker {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixTime kNow = unixTime(1767225600);
constexpr const char* kCar = "8999912345678901234";

class InstallationTest : public ::testing::Test {
 protected:
  Installation create(const InstallationSettings& settings = {}, bool force = false) {
    auto made = Installation::create(directory(), settings, force, kNow);
    EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().text);
    return std::move(made.value());
  }
  fs::path directory() const { return temporary_.path() / "fleet"; }
  std::string text(const fs::path& path) const { return readFile(directory() / path).value(); }
  test::Finished openssl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "openssl");
    return test::runProgram(std::move(arguments));
  }

 private:
  test::TemporaryDirectory temporary_;
};

TEST_F(InstallationTest, KeysAndTokenAreReadableByTheirOwnerOnly) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  for (const std::string& path :
       std::vector<std::string>{"ca/ca.key", "broker/broker.key", "server/server.key", "server/token",
                                std::string("devices/") + kCar + "/client.key"}) {
    EXPECT_EQ(fs::status(directory() / path).permissions(), fs::perms::owner_read | fs::perms::owner_write) << path;
  }
  EXPECT_EQ(fs::status(directory()).permissions(), fs::perms::owner_all);
}

TEST_F(InstallationTest, NoTemporaryFileIsLeftBehind) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  for (const auto& entry : fs::recursive_directory_iterator(directory())) {
    EXPECT_NE(entry.path().filename().string().front(), '.') << entry.path();
  }
}

TEST_F(InstallationTest, CertificatesAreVerifiedByOpenssl) {
  InstallationSettings settings;
  settings.hosts = {"cars.example.org", "192.0.2.7"};
  Installation installation = create(settings);
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  const std::string ca = directory() / "ca/ca.crt";
  const std::string broker = directory() / "broker/broker.crt";
  for (const char* host : {"cars.example.org", "localhost"}) {
    const auto verified = openssl({"verify", "-x509_strict", "-attime", std::to_string(unixSeconds(kNow)), "-purpose",
                                   "sslserver", "-verify_hostname", host, "-CAfile", ca, broker});
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
  }
  for (const char* address : {"192.0.2.7", "127.0.0.1"}) {
    const auto verified = openssl({"verify", "-x509_strict", "-attime", std::to_string(unixSeconds(kNow)), "-purpose",
                                   "sslserver", "-verify_ip", address, "-CAfile", ca, broker});
    EXPECT_EQ(verified.exit_code, 0) << verified.output;
  }
  const std::string car = directory() / "devices" / kCar / "client.crt";
  const auto verified =
      openssl({"verify", "-x509_strict", "-crl_check", "-CRLfile", directory() / "broker/revoked.crl", "-attime",
               std::to_string(unixSeconds(kNow)), "-purpose", "sslclient", "-CAfile", ca, car});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
  const auto shown = openssl({"x509", "-noout", "-subject", "-text", "-in", car});
  EXPECT_THAT(shown.output, HasSubstr(std::string("CN = ") + kCar));
  EXPECT_THAT(shown.output, HasSubstr("2048 bit"));
}

TEST_F(InstallationTest, SecondInitIsRefusedAndChangesNothing) {
  create();
  const std::string before = text("ca/ca.key");
  const auto again = Installation::create(directory(), {}, false, kNow);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().cause, ProvisionError::AlreadyExists);
  EXPECT_EQ(text("ca/ca.key"), before);
}

TEST_F(InstallationTest, ForcedInitGivesRegisteredCarsNewCertificates) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "iot.example", kNow).ok());
  const std::string car = std::string("devices/") + kCar;
  const std::string before = text(car + "/client.crt");
  create({}, true);
  EXPECT_NE(text(car + "/client.crt"), before);
  EXPECT_EQ(text(car + "/ca.crt"), text("ca/ca.crt"));
  EXPECT_EQ(readDeviceApn(text(car + "/device.toml")).value(), "iot.example");
}

TEST_F(InstallationTest, SettingsThatCannotWorkAreRefusedByName) {
  const auto error = [&](const InstallationSettings& settings) {
    const auto made = Installation::create(directory(), settings, false, kNow);
    EXPECT_FALSE(made.ok());
    return made.ok() ? std::string() : made.error().text;
  };
  InstallationSettings settings;
  settings.hosts = {"a b"};
  EXPECT_THAT(error(settings), HasSubstr("a b"));
  settings.hosts = {"x,DNS:evil.example"};
  EXPECT_THAT(error(settings), HasSubstr("--host"));
  settings.hosts = {"300.1.2.3"};
  EXPECT_THAT(error(settings), HasSubstr("300.1.2.3"));
  settings = {};
  settings.http_listen = "8420";
  EXPECT_THAT(error(settings), HasSubstr("--http-listen"));
  settings = {};
  settings.topic_prefix = "a/#";
  EXPECT_THAT(error(settings), HasSubstr("--topic-prefix"));
  settings = {};
  settings.server_port = settings.broker_port;
  EXPECT_THAT(error(settings), HasSubstr("three different ports"));
}

TEST_F(InstallationTest, ReopenedInstallationKnowsItsSettingsAndCars) {
  InstallationSettings settings;
  settings.hosts = {"cars.example.org"};
  settings.broker_port = 18883;
  settings.server_port = 18884;
  settings.http_listen = "0.0.0.0:9000";
  Installation made = create(settings);
  ASSERT_TRUE(made.addDevice(kCar, "", kNow).ok());
  auto opened = Installation::open(directory());
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->settings().hosts, settings.hosts);
  EXPECT_EQ(opened->settings().broker_port, 18883);
  ASSERT_EQ(opened->devices().value().size(), 1U);
  EXPECT_EQ(opened->devices().value()[0].ccid, kCar);
  const auto endpoint = opened->httpEndpoint();
  ASSERT_TRUE(endpoint.ok());
  EXPECT_EQ(endpoint.value().url, "http://127.0.0.1:9000");
  EXPECT_EQ(endpoint.value().token.size(), 64U);
  const std::string device = text(std::string("devices/") + kCar + "/device.toml");
  EXPECT_THAT(device, HasSubstr("brokerHost = \"cars.example.org\"\nbrokerPort = 18883"));
  EXPECT_THAT(device, HasSubstr("tcpHost = \"cars.example.org\"\ntcpPort = 4590"));
}

TEST_F(InstallationTest, OpenNamesTheFileThatIsMissingOrDamaged) {
  const auto missing = Installation::open(directory());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().cause, ProvisionError::NotFound);
  create();
  ASSERT_TRUE(writeFile(directory() / "smartkar.toml", "hosts = 7", Access::Public).ok());
  const auto damaged = Installation::open(directory());
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().cause, ProvisionError::Damaged);
  EXPECT_THAT(damaged.error().text, HasSubstr("smartkar.toml: 'hosts'"));
}

TEST_F(InstallationTest, AddRefusesTextThatIsNoCcidAndSecondRegistration) {
  Installation installation = create();
  for (const char* ccid : {"", "123", "../../../../etc/xxx", "899991234567890123x", "899991234567890123456"}) {
    const auto added = installation.addDevice(ccid, "", kNow);
    ASSERT_FALSE(added.ok()) << ccid;
    EXPECT_EQ(added.error().cause, ProvisionError::InvalidArgument) << ccid;
  }
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  const auto again = installation.addDevice(kCar, "", kNow);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().cause, ProvisionError::AlreadyExists);
}

TEST_F(InstallationTest, OldFirmwareIsAllowedUntilADayAndForbiddenAgain) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  const std::chrono::year_month_day day{std::chrono::year{2027}, std::chrono::month{6}, std::chrono::day{30}};
  ASSERT_TRUE(installation.allowLegacy(kCar, day).ok());
  const std::string file = std::string("devices/") + kCar + "/legacy.toml";
  EXPECT_THAT(text(file), HasSubstr("until = 2027-06-30\n"));
  ASSERT_TRUE(installation.allowLegacy(kCar, {}).ok());
  EXPECT_FALSE(fs::exists(directory() / file));
  EXPECT_TRUE(installation.allowLegacy(kCar, {}).ok());
  EXPECT_EQ(installation.allowLegacy("8999900000000000000", day).error().cause, ProvisionError::NotFound);
}

TEST_F(InstallationTest, NumberOfACarIsKeptAndTakenAway) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  const std::string file = std::string("devices/") + kCar + "/number";
  ASSERT_TRUE(installation.setNumber(kCar, "+491511234567").ok());
  EXPECT_EQ(text(file), "+491511234567\n");
  for (const std::string& bad : {std::string(), std::string("+49 151"), std::string(65, '1'), std::string("1\n2")}) {
    EXPECT_EQ(installation.setNumber(kCar, bad).error().cause, ProvisionError::InvalidArgument) << bad;
  }
  EXPECT_EQ(text(file), "+491511234567\n");
  ASSERT_TRUE(installation.setNumber(kCar, {}).ok());
  EXPECT_FALSE(fs::exists(directory() / file));
  EXPECT_EQ(installation.setNumber("8999900000000000000", "1").error().cause, ProvisionError::NotFound);
}

TEST_F(InstallationTest, ReplacedInstallationKeepsWhatItsCarsMayDo) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "iot.example", kNow).ok());
  ASSERT_TRUE(installation.setNumber(kCar, "+491511234567").ok());
  const std::chrono::year_month_day day{std::chrono::year{2027}, std::chrono::month{6}, std::chrono::day{30}};
  ASSERT_TRUE(installation.allowLegacy(kCar, day).ok());
  create({}, true);
  const std::string folder = std::string("devices/") + kCar;
  EXPECT_EQ(text(folder + "/number"), "+491511234567\n");
  EXPECT_THAT(text(folder + "/legacy.toml"), HasSubstr("until = 2027-06-30\n"));
  EXPECT_THAT(text(folder + "/device.toml"), HasSubstr("apn = \"iot.example\""));
}

TEST_F(InstallationTest, OlderInstallationWithoutATcpPortOpens) {
  create();
  std::string settings = text("smartkar.toml");
  const std::size_t line = settings.find("tcp_port");
  settings.erase(line, settings.find('\n', line) - line + 1);
  std::ofstream(directory() / "smartkar.toml") << settings;
  const auto opened = Installation::open(directory());
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->settings().tcp_port, InstallationSettings{}.tcp_port);
}

TEST_F(InstallationTest, RemovedCarIsDeniedUntilItIsAddedAgain) {
  Installation installation = create();
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  ASSERT_TRUE(installation.removeDevice(kCar, kNow).ok());
  EXPECT_THAT(text("broker/acl"), HasSubstr(std::string("user ") + kCar + "\ntopic deny smartkar/#"));
  EXPECT_TRUE(installation.devices().value().empty());
  EXPECT_EQ(installation.removeDevice(kCar, kNow).error().cause, ProvisionError::NotFound);
  ASSERT_TRUE(installation.addDevice(kCar, "", kNow).ok());
  EXPECT_THAT(text("broker/acl"), Not(HasSubstr(kCar)));
}

TEST_F(InstallationTest, ReloadWithoutABrokerSaysSo) {
  const Installation installation = create();
  EXPECT_EQ(installation.reloadBroker(), Reload::NotRunning);
  // The number of a program that is no broker: this one.
  ASSERT_TRUE(writeFile(directory() / "broker/mosquitto.pid", std::to_string(::getpid()), Access::Public).ok());
  EXPECT_EQ(installation.reloadBroker(), Reload::NotRunning);
}

}  // namespace
}  // namespace smartkar::broker
