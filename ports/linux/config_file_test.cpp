#include "ports/linux/config_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "device/app/setting_bindings.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::ports {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kGood = R"(ccid = "8949000000000000042"
ca = "ca.crt"
cert = "client.crt"
key = "client.key"

[settings]
brokerHost = "broker.example"
brokerPort = 8883
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
  const auto loaded =
      loadConfig(write("device.toml", "ccid = \"8949000000000000042\"\ntls = false\n[settings]\nbrokerHost = \"h\"\n"));
  ASSERT_TRUE(loaded) << loaded.error();
  EXPECT_FALSE((*loaded)->device.mqtt.tls);
  EXPECT_FALSE((*loaded)->device.tcp.tls);
}

std::string tomlValue(const protocol::SettingSpec& spec, const protocol::SettingValue& value) {
  char memory[200];
  protocol::JsonWriter writer(memory);
  protocol::writeSetting(writer, spec, value);
  return std::string(writer.text());
}

TEST_F(ConfigFile, EverySettingCanBeSet) {
  for (const auto& spec : protocol::allSettings()) {
    const bool cell = std::count(protocol::kAscending.begin(), protocol::kAscending.end(), spec.setting) != 0;
    const auto bound = static_cast<std::int32_t>(spec.parameter.max);
    const protocol::SettingValue value =
        spec.isText() ? protocol::SettingValue{0, "other.example"}
                      : protocol::SettingValue{cell ? device::settingOf({}, spec.setting)->number + 1 : bound, {}};
    std::string text = kGood;
    const std::size_t given = text.find(std::string(spec.name()) + " = ");
    if (given != std::string::npos) text.erase(given, text.find('\n', given) - given);
    const bool other_host = spec.setting == protocol::Setting::BrokerHost;
    const auto loaded =
        loadConfig(write("device.toml", text + std::string(spec.name()) + " = " + tomlValue(spec, value) + "\n"));
    ASSERT_TRUE(loaded) << loaded.error();
    EXPECT_EQ(device::settingOf((*loaded)->device, spec.setting), value) << spec.name();
    EXPECT_EQ((*loaded)->device.mqtt.broker.host, other_host ? "other.example" : "broker.example");
  }
}

TEST_F(ConfigFile, ErrorsNameFileKeyAndRange) {
  const std::string good = kGood;
  EXPECT_THAT(errorOf(with("8949000000000000042", "89")), AllOf(HasSubstr("device.toml"), HasSubstr("ccid")));
  EXPECT_THAT(errorOf(with("= 8883", "= 0")), EndsWith("device.toml: settings.brokerPort must be 1-65535"));
  EXPECT_THAT(errorOf(with("= 8883", "= \"1\"")), HasSubstr("settings.brokerPort must be 1-65535"));
  EXPECT_THAT(errorOf(good + "idleTime = 5\n"), HasSubstr("settings.idleTime must be 10-3600 s"));
  EXPECT_THAT(errorOf(good + "idleTime = 60.5\n"), HasSubstr("settings.idleTime must be 10-3600 s"));
  EXPECT_THAT(errorOf(good + "plainCommands = 1\n"), HasSubstr("settings.plainCommands must be false or true"));
  EXPECT_THAT(errorOf(good + "engine = \"steam\"\n"), HasSubstr("settings.engine must be native or socket"));
  EXPECT_THAT(errorOf(good + "apn = \"a b\"\n"), HasSubstr("settings.apn must be 0-64 characters without"));
  EXPECT_THAT(errorOf(good + "idelTime = 60\n"), HasSubstr("settings.idelTime is no setting"));
  EXPECT_THAT(errorOf(good + "cellLow = 4\n"), HasSubstr("settings.cellCritical must be below cellLow"));
  EXPECT_THAT(errorOf(with("brokerHost = \"broker.example\"", "")), HasSubstr("settings.brokerHost is missing"));
  EXPECT_THAT(errorOf(with("ca.crt", "none.crt")), AllOf(HasSubstr(": ca "), HasSubstr("none.crt")));
  EXPECT_THAT(errorOf(with("key =", "kye =")), HasSubstr("kye is no key of this file"));
  EXPECT_THAT(errorOf(good + "[tcp]\nhost = \"h\"\n"), HasSubstr("tcp is no key of this file"));
  EXPECT_THAT(errorOf("ccid = "), HasSubstr("line 1"));
}

TEST_F(ConfigFile, MissingFileIsNamed) {
  EXPECT_THAT(loadConfig("/nowhere/device.toml").error(), HasSubstr("/nowhere/device.toml"));
}

}  // namespace
}  // namespace smartkar::ports
