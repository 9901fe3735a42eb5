#include "ports/linux/config_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "test/support/temporary_directory.hpp"

namespace smartkar::ports {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kGood = R"(ccid = "8949000000000000042"
[broker]
host = "broker.example"
port = 8883
tls = true
ca = "ca.crt"
cert = "client.crt"
key = "client.key"
)";

struct ConfigFile : testing::Test {
  ConfigFile() {
    for (const char* name : {"ca.crt", "client.crt", "client.key"}) write(name, std::string("content of ") + name);
  }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = (directory.path() / name).string();
    std::ofstream(path) << text;
    return path;
  }
  std::string errorOf(const std::string& toml) {
    const auto loaded = loadConfig(write("device.toml", toml));
    return loaded ? "none" : loaded.error();
  }
  static std::string with(const std::string& from, const std::string& to) {
    std::string text = kGood;
    return text.replace(text.find(from), from.size(), to);
  }

  test::TemporaryDirectory directory;
};

TEST_F(ConfigFile, ReadsWhatDeviceAddWrites) {
  const auto loaded = loadConfig(write("device.toml", kGood));
  ASSERT_TRUE(loaded) << loaded.error();
  const auto& mqtt = (*loaded)->device.mqtt;
  EXPECT_EQ(mqtt.ccid, "8949000000000000042");
  EXPECT_EQ(mqtt.client_id, mqtt.ccid.view());
  EXPECT_EQ(mqtt.broker.host, "broker.example");
  EXPECT_EQ(mqtt.topic_prefix, "smartkar");
  EXPECT_EQ(mqtt.identity.ca.pem, "content of ca.crt");
  EXPECT_EQ(mqtt.identity.key.pem, "content of client.key");
}

TEST_F(ConfigFile, NameInTheModemChangesWithTheContent) {
  const auto first = loadConfig(write("device.toml", kGood));
  write("ca.crt", "another content");
  const auto second = loadConfig(write("device.toml", kGood));
  EXPECT_NE((*first)->device.mqtt.identity.ca.name, (*second)->device.mqtt.identity.ca.name);
}

TEST_F(ConfigFile, PlainBrokerNeedsNoCertificates) {
  const auto loaded = loadConfig(
      write("device.toml", "ccid = \"8949000000000000042\"\n[broker]\nhost = \"h\"\nport = 1883\ntls = false\n"));
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_FALSE((*loaded)->device.mqtt.tls);
}

TEST_F(ConfigFile, OtherLinksHaveTheCertificatesOfTheFirst) {
  const auto only = loadConfig(write("device.toml", kGood));
  ASSERT_TRUE(only) << only.error();
  EXPECT_TRUE((*only)->device.mqtt.second_broker.host.empty() && (*only)->device.tcp.host.empty());
  const auto loaded = loadConfig(write("device.toml", std::string(kGood) + "[broker2]\nhost = \"two.example\"\n" +
                                                          "[tcp]\nhost = \"gate.example\"\nport = 4600\n"));
  ASSERT_TRUE(loaded) << loaded.error();
  const device::DeviceConfig& config = (*loaded)->device;
  EXPECT_EQ(config.mqtt.second_broker.host, "two.example");
  EXPECT_EQ(config.mqtt.second_broker.port, 8883);
  EXPECT_EQ(config.tcp.host, "gate.example");
  EXPECT_EQ(config.tcp.port, 4600);
  EXPECT_TRUE(config.tcp.tls);
}

TEST_F(ConfigFile, ErrorsNameFileAndKey) {
  EXPECT_THAT(errorOf(std::string(kGood) + "[broker2]\nport = 1\n"), HasSubstr("broker2.host is missing"));
  EXPECT_THAT(errorOf(std::string(kGood) + "[tcp]\nhost = \"h\"\nport = 0\n"), HasSubstr("tcp.port must be"));
  EXPECT_THAT(errorOf(std::string(kGood) + "[tcp]\nhost = \"h\"\ntls = false\n"), HasSubstr("tcp.tls is no setting"));
  EXPECT_THAT(errorOf(with("8949000000000000042", "89")), AllOf(HasSubstr("device.toml"), HasSubstr("ccid")));
  EXPECT_THAT(errorOf(with("port = 8883", "port = 0")), HasSubstr("broker.port"));
  EXPECT_THAT(errorOf(with("port = 8883", "port = \"x\"")), HasSubstr("broker.port has the wrong type"));
  EXPECT_THAT(errorOf(with("host = \"broker.example\"", "")), HasSubstr("broker.host is missing"));
  EXPECT_THAT(errorOf(with("ca.crt", "none.crt")), AllOf(HasSubstr("broker.ca"), HasSubstr("none.crt")));
  EXPECT_THAT(errorOf(with("port =", "prot =")), HasSubstr("broker.prot is no setting"));
  EXPECT_THAT(errorOf("ccid = "), HasSubstr("line 1"));
}

TEST_F(ConfigFile, MissingFileIsNamed) {
  EXPECT_THAT(loadConfig("/nowhere/device.toml").error(), HasSubstr("/nowhere/device.toml"));
}

}  // namespace
}  // namespace smartkar::ports
