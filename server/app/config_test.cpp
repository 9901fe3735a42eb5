#include "server/app/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "test/support/temporary_directory.hpp"

namespace smartkar::server {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() { write("token", "0123456789abcdef\n"); }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder() / name) << text; }
  std::filesystem::path folder() const { return directory_.path(); }
  Result<Config, ConfigProblems> load(const std::string& text) {
    write("server.toml", text);
    return loadConfig(folder() / "server.toml");
  }
  // With these variables of the environment, too.
  Result<Config, ConfigProblems> load(const std::string& text, const std::vector<std::string>& environment) {
    write("server.toml", text);
    return loadConfig(folder() / "server.toml", environment);
  }
  ConfigProblems problems(const std::string& text) {
    const auto config = load(text);
    return config ? ConfigProblems{} : config.error();
  }

  const std::string minimal_ =
      "[http]\ntoken_file = 'token'\n[store]\npath = 'a.db'\n[devices]\ndirectory = '../devices'\n";
  test::TemporaryDirectory directory_;
};

TEST_F(ConfigTest, LeastConfigurationHasDefaultsAndPathsFromItsOwnFolder) {
  const auto config = load(minimal_);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->http.address, "127.0.0.1");
  EXPECT_EQ(config->http.port, 8420);
  EXPECT_EQ(config->http.token, "0123456789abcdef");
  EXPECT_EQ(config->store, (folder() / "a.db").string());
  EXPECT_EQ(config->devices, folder() / "../devices");
  EXPECT_EQ(config->mqtt.topic_prefix, "smartkar");
  EXPECT_FALSE(config->mqtt.first.tls.has_value());
  EXPECT_FALSE(config->tcp.listen.has_value());
  EXPECT_FALSE(config->tcp.legacy.has_value());
}

TEST_F(ConfigTest, DoorForCarsNeedsItsCertificate) {
  EXPECT_THAT(problems(minimal_ + "[tcp]\nlisten = '0.0.0.0:4590'\nlegacy = '4589'\n"),
              testing::UnorderedElementsAre(HasSubstr("tcp.ca is missing"), HasSubstr("tcp.cert is missing"),
                                            HasSubstr("tcp.key is missing"), HasSubstr("tcp.legacy must be")));
}

TEST_F(ConfigTest, EverythingCanBeSet) {
  for (const char* file : {"ca.crt", "server.crt", "server.key", "tcp.crt", "tcp.key", "revoked.crl"}) write(file, "");
  const auto config = load(
      "[mqtt]\nhost = 'broker'\nport = 1883\nca = 'ca.crt'\ncert = 'server.crt'\nkey = 'server.key'\n"
      "client_id = 'one'\ntopic_prefix = 'fleet/a'\n"
      "[http]\nlisten = '[::1]:80'\ntoken_file = 'token'\ncors_origins = ['https://a.example']\n"
      "requests_per_second = 5\n[store]\npath = '/var/a.db'\n[devices]\ndirectory = 'd'\n"
      "[tcp]\nlisten = '0.0.0.0:4590'\nca = 'ca.crt'\ncert = 'tcp.crt'\nkey = 'tcp.key'\nrevoked = 'revoked.crl'\n"
      "legacy = '[::]:4589'\n"
      "[log]\nlevel = 'debug'\n");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->mqtt.first.host, "broker");
  EXPECT_EQ(config->mqtt.first.port, 1883);
  EXPECT_EQ(config->mqtt.first.tls->ca, folder() / "ca.crt");
  EXPECT_EQ(config->mqtt.client_id, "one");
  EXPECT_EQ(config->mqtt.topic_prefix, "fleet/a");
  EXPECT_EQ(config->http.address, "::1");
  EXPECT_EQ(config->http.port, 80);
  EXPECT_EQ(config->http.cors_origins, std::vector<std::string>{"https://a.example"});
  EXPECT_EQ(config->http.requests_per_second, 5);
  EXPECT_EQ(config->tcp.listen->address, "0.0.0.0");
  EXPECT_EQ(config->tcp.listen->port, 4590);
  EXPECT_EQ(config->tcp.files.revoked, folder() / "revoked.crl");
  EXPECT_EQ(config->tcp.legacy->address, "::");
  EXPECT_EQ(config->store, "/var/a.db");
  EXPECT_EQ(config->log_level, LogLevel::Debug);
}

TEST_F(ConfigTest, DurabilityIsFullUnlessAFileIsToBeFasterThanTheDisk) {
  const std::string others = "[http]\ntoken_file = 'token'\n[devices]\ndirectory = 'd'\n[store]\n";
  EXPECT_EQ(load(minimal_)->durability, Durability::Full);
  EXPECT_EQ(load(others + "path = 'a.db'\ndurability = 'full'\n")->durability, Durability::Full);
  EXPECT_EQ(load(others + "path = 'a.db'\ndurability = 'normal'\n")->durability, Durability::Normal);
  EXPECT_THAT(problems(others + "path = 'a.db'\ndurability = 'none'\n"),
              ElementsAre(HasSubstr("store.durability must be full or normal")));
  EXPECT_THAT(problems(others + "url = 'postgresql://h/d'\ndurability = 'normal'\n"),
              ElementsAre(HasSubstr("store.durability is of a file")));
}

TEST_F(ConfigTest, TextMessagesNeedARequestThatCanBeMade) {
  EXPECT_FALSE(load(minimal_)->sms.has_value());
  const std::string url = "[sms]\nurl = 'https://sms.example/{number}'\n";
  const auto config = load(minimal_ + url + "headers = ['X: {secret:token}']\nsecrets = '.'\nper_day = 3\nafter = 5\n");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->sms->request.headers, std::vector<std::string>{"X: {secret:token}"});
  EXPECT_EQ(config->sms->appliedTo({}).texts_per_day, 3u);
  EXPECT_EQ(config->sms->appliedTo({}).text_after, Duration(std::chrono::seconds(5)));
  EXPECT_THAT(problems(minimal_ + url + "login = '{secret:none}'\n"), ElementsAre(HasSubstr("the secret none")));
  EXPECT_THAT(problems(minimal_ + url + "pre_day = 3\n"), ElementsAre(EndsWith("did you mean sms.per_day?")));
  EXPECT_THAT(problems(minimal_ + "[sms]\nper_day = 3\n"), ElementsAre(HasSubstr("sms.url is missing")));
}

TEST_F(ConfigTest, HistoryIsKeptForDaysThatMakeSense) {
  EXPECT_EQ(load(minimal_)->history, HistoryConfig{});
  const auto config = load(minimal_ + "[history]\nsamples_days = 7\nrollups_days = 30\nevents_days = 8\n");
  ASSERT_TRUE(config.ok());
  const Retention retention = config->history.retentionAt(unixTime(1'767'225'600 + 7'300));  // 2026-01-01 02:01:40
  EXPECT_EQ(retention.samples_before, unixTime(1'767'225'600 + 7'200 - 7 * 86'400));
  EXPECT_EQ(retention.rollups_before, unixTime(1'767'225'600 - 30 * 86'400));
  EXPECT_EQ(retention.events_before, unixTime(1'767'225'600 - 8 * 86'400));
  EXPECT_EQ(load(minimal_, {"SMARTKAR_HISTORY_SAMPLES_DAYS=3"})->history.samples, std::chrono::days(3));
  EXPECT_THAT(problems(minimal_ + "[history]\nsamples_days = 0\nrollups_days = 1\nevents_day = 9\n"),
              testing::UnorderedElementsAre(HasSubstr("history.samples_days must be a whole number, 1-366"),
                                            HasSubstr("history.rollups_days must not be less than samples_days"),
                                            EndsWith("did you mean history.events_days?")));
}

TEST_F(ConfigTest, UnknownKeysAreRefusedWithTheirLineAndTheNearestKnownOne) {
  EXPECT_THAT(problems(minimal_ + "[mqtt]\nprot = 1883\n[lgo]\nlevel = 'info'\n"),
              ElementsAre(EndsWith("server.toml:8: unknown key mqtt.prot; did you mean mqtt.port?"),
                          EndsWith("server.toml:9: unknown key lgo; did you mean [log]?")));
  EXPECT_THAT(problems(minimal_ + "[mqtt]\nzzzzzzzz = 1\n"), ElementsAre(EndsWith("unknown key mqtt.zzzzzzzz")));
}

TEST_F(ConfigTest, EveryWrongValueIsNamedAtOnce) {
  EXPECT_THAT(problems("[mqtt]\nport = 'x'\nca = 'ca.crt'\ntopic_prefix = 'a b'\n[http]\nlisten = '8420'\n"
                       "token_file = 'none'\n[log]\nlevel = 'loud'\n[store]\npath = 7\n"),
              testing::UnorderedElementsAre(
                  HasSubstr("server.toml:2: mqtt.port must be a whole number, 1-65535"), HasSubstr("mqtt.topic_prefix"),
                  HasSubstr("mqtt.ca names a file that does not exist"), HasSubstr("mqtt.cert is missing"),
                  HasSubstr("mqtt.key is missing"), HasSubstr("server.toml:6: http.listen must be"),
                  HasSubstr("http.token_file names a file that cannot be read"), HasSubstr("log.level must be"),
                  HasSubstr("server.toml:11: store.path must be a string"), HasSubstr("devices.directory is missing")));
}

TEST_F(ConfigTest, OriginIsNoAddressOfAPage) {
  for (const char* origins : {"['fleet.example.org']", "['https://']", "['https://a.example/page']", "[7]", "'*'"}) {
    const std::string text = std::string("[http]\ntoken_file = 'token'\ncors_origins = ") + origins +
                             "\n[store]\npath = 'a.db'\n[devices]\ndirectory = '../devices'\n";
    EXPECT_THAT(problems(text), ElementsAre(HasSubstr("server.toml:3: http.cors_origins must"))) << origins;
  }
}

TEST_F(ConfigTest, EnvironmentHasPrecedenceOverTheFile) {
  const auto config = load(minimal_ + "[mqtt]\nhost = 'broker'\nport = 1\n",
                           {"SMARTKAR_MQTT_HOST=10.0.0.7", "SMARTKAR_MQTT_PORT=1883", "SMARTKAR_MQTT_CLIENT_ID=\"7\"",
                            "SMARTKAR_LOG_LEVEL=debug", "SMARTKAR_MODEM_ANSWERS=of somebody else", "HOME=/root"});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->mqtt.first.host, "10.0.0.7");
  EXPECT_EQ(config->mqtt.first.port, 1883);
  EXPECT_EQ(config->mqtt.client_id, "7");
  EXPECT_EQ(config->log_level, LogLevel::Debug);
}

TEST_F(ConfigTest, WhatTheEnvironmentHasWrongIsSaidOfIt) {
  const auto config = load(minimal_, {"SMARTKAR_MQTT_PROT=1883", "SMARTKAR_MQTT_PORT=many"});
  EXPECT_THAT(config.error(),
              testing::UnorderedElementsAre("environment: unknown key mqtt.prot; did you mean mqtt.port?",
                                            "environment: mqtt.port must be a whole number, 1-65535"));
}

TEST_F(ConfigTest, ShortTokenIsRefused) {
  write("token", "secret");
  EXPECT_THAT(problems(minimal_), ElementsAre(HasSubstr("less than 16 characters")));
}

TEST_F(ConfigTest, SyntaxErrorNamesTheLine) {
  EXPECT_THAT(problems("[http]\nlisten = \n"), ElementsAre(HasSubstr("server.toml:2: ")));
  EXPECT_THAT(loadConfig("/nowhere/server.toml").error(), ElementsAre("/nowhere/server.toml: cannot be read"));
}

TEST_F(ConfigTest, SecondBrokerHasTheFilesOfTheFirstUnlessItHasItsOwn) {
  for (const char* file : {"ca.crt", "server.crt", "server.key"}) write(file, "");
  const auto config = load(minimal_ +
                           "[mqtt]\nhost = 'a'\nport = 8884\nca = 'ca.crt'\ncert = 'server.crt'\nkey = 'server.key'\n"
                           "[mqtt2]\nhost = 'b'\n");
  ASSERT_TRUE(config.ok());
  ASSERT_TRUE(config->mqtt.second.has_value());
  EXPECT_EQ(config->mqtt.second->host, "b");
  EXPECT_EQ(config->mqtt.second->port, 8884);
  EXPECT_EQ(config->mqtt.second->tls, config->mqtt.first.tls);
  EXPECT_THAT(problems(minimal_ + "[mqtt2]\nport = 1\n"), ElementsAre(HasSubstr("mqtt2.host is missing")));
}

}  // namespace
}  // namespace smartkar::server
