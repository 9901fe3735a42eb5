#include "cli/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smartkar::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr const char* kCar = "8949000012345678901";

template <class T>
T verbOf(std::vector<std::string> words) {
  const auto parsed = parseArguments(std::move(words));
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text);
  return std::get<T>(parsed.value().verb);
}

std::string errorOf(std::vector<std::string> words) {
  const auto parsed = parseArguments(std::move(words));
  if (parsed.ok()) return "no error";
  EXPECT_TRUE(parsed.error().is_error);
  return parsed.error().text;
}

TEST(Arguments, SendTakesParametersAndOptionsInAnyOrder) {
  const auto send = verbOf<SendVerb>({"send", kCar, "vehicle.startCharging", "targetSoc=80", "--ttl", "6h", "note=a=b",
                                      "--wait", "--timeout", "90s", "--idempotency-key", "k1", "--supersede"});
  EXPECT_EQ(send.ccid, kCar);
  EXPECT_EQ(send.action, "vehicle.startCharging");
  EXPECT_THAT(send.parameters, ElementsAre(Pair("targetSoc", "80"), Pair("note", "a=b")));
  EXPECT_EQ(send.ttl, 6h);
  EXPECT_EQ(send.timeout, 90s);
  EXPECT_TRUE(send.wait);
  EXPECT_EQ(send.idempotency_key, "k1");
  EXPECT_TRUE(send.supersede);
}

TEST(Arguments, SendWithoutOptionsLeavesThemOpen) {
  const auto send = verbOf<SendVerb>({"send", kCar, "system.ping"});
  EXPECT_FALSE(send.ttl);
  EXPECT_FALSE(send.timeout);
  EXPECT_FALSE(send.wait);
  EXPECT_FALSE(send.supersede);
  EXPECT_TRUE(send.parameters.empty());
}

TEST(Arguments, CancelTakesCarAndCommand) {
  const auto cancel = verbOf<CancelVerb>({"cancel", kCar, "189302400", "--wait", "--timeout", "90s"});
  EXPECT_EQ(cancel.ccid, kCar);
  EXPECT_EQ(cancel.id, 189302400u);
  EXPECT_TRUE(cancel.wait);
  EXPECT_EQ(cancel.timeout, 90s);
  EXPECT_FALSE(verbOf<CancelVerb>({"cancel", kCar, "1"}).wait);
}

TEST(Arguments, WrongValuesAreNamed) {
  EXPECT_THAT(errorOf({"send", "123", "a"}), HasSubstr("'123' is no CCID"));
  EXPECT_THAT(errorOf({"send", kCar, "a", "targetSoc"}), HasSubstr("'targetSoc' is no parameter"));
  EXPECT_THAT(errorOf({"send", kCar, "a", "--ttl", "soon"}), HasSubstr("'soon' is no duration"));
  EXPECT_THAT(errorOf({"send", kCar}), HasSubstr("ACTION"));
  EXPECT_THAT(errorOf({"cancel", kCar}), HasSubstr("ID"));
  EXPECT_THAT(errorOf({"cancel", kCar, "0"}), HasSubstr("ID"));
  EXPECT_THAT(errorOf({"cancel", kCar, "2147483648"}), HasSubstr("ID"));
  EXPECT_THAT(errorOf({"fly"}), HasSubstr("fly"));
  EXPECT_THAT(errorOf({"device", "add", "12x"}), HasSubstr("'12x' is no CCID"));
  EXPECT_THAT(errorOf({"completion", "fish"}), HasSubstr("fish"));
  EXPECT_THAT(errorOf({"init", "--broker-port", "70000"}), HasSubstr("70000"));
  EXPECT_THAT(errorOf({"history", kCar, "--limit", "0"}), HasSubstr("--limit"));
  EXPECT_THAT(errorOf({"telemetry", kCar, "a&b"}), HasSubstr("'a&b' is no field"));
  EXPECT_THAT(errorOf({"export", kCar, "--from", "yesterday"}), HasSubstr("'yesterday' is no time"));
  EXPECT_THAT(errorOf({"export", kCar, "--format", "xml"}), HasSubstr("--format"));
  errorOf({});
}

TEST(Arguments, InitTakesHostsAndPutsTheServersPortBesideTheCars) {
  const auto init = verbOf<InitVerb>({"init", "--host", "a.example", "/srv/fleet", "--host", "192.0.2.1",
                                      "--broker-port", "18883", "--http-listen", "0.0.0.0:80", "--force"});
  EXPECT_EQ(init.directory, "/srv/fleet");
  EXPECT_THAT(init.settings.hosts, ElementsAre("a.example", "192.0.2.1"));
  EXPECT_EQ(init.settings.broker_port, 18883);
  EXPECT_EQ(init.settings.server_port, 18884);
  EXPECT_EQ(init.settings.http_listen, "0.0.0.0:80");
  EXPECT_TRUE(init.force);
  EXPECT_EQ(verbOf<InitVerb>({"init"}).directory, ".smartkar");
  EXPECT_EQ(verbOf<InitVerb>({"init", "--server-port", "5"}).settings.server_port, 5);
}

TEST(Arguments, EnvironmentFillsWhatIsNotGiven) {
  ::setenv("SMARTKAR_URL", "https://fleet.example", 1);
  ::setenv("SMARTKAR_TOKEN", "from-environment", 1);
  const auto parsed = parseArguments({"watch", "--token", "from-option"});
  ::unsetenv("SMARTKAR_URL");
  ::unsetenv("SMARTKAR_TOKEN");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed.value().url, "https://fleet.example");
  EXPECT_EQ(parsed.value().token, "from-option");
}

TEST(Arguments, OldFirmwareIsAllowedUntilADayOrNever) {
  const std::chrono::year_month_day day{std::chrono::year{2027}, std::chrono::month{6}, std::chrono::day{30}};
  EXPECT_EQ(verbOf<AllowLegacyVerb>({"device", "allow-legacy", kCar, "--until", "2027-06-30"}).until, day);
  EXPECT_FALSE(verbOf<AllowLegacyVerb>({"device", "allow-legacy", kCar, "--never"}).until);
  EXPECT_THAT(errorOf({"device", "allow-legacy", kCar}), HasSubstr("--until or --never"));
  EXPECT_THAT(errorOf({"device", "allow-legacy", kCar, "--until", "soon"}), HasSubstr("no date"));
}

TEST(Arguments, NumberOfACarIsGivenOrTakenAway) {
  EXPECT_EQ(verbOf<DeviceNumberVerb>({"device", "number", kCar, "+491511234567"}).number, "+491511234567");
  EXPECT_FALSE(verbOf<DeviceNumberVerb>({"device", "number", kCar, "--none"}).number);
  EXPECT_THAT(errorOf({"device", "number", kCar}), HasSubstr("NUMBER or --none"));
}

TEST(Arguments, EveryVerbHasHelpWithAnExample) {
  const std::vector<std::vector<std::string>> verbs = {{"init"},
                                                       {"device", "add"},
                                                       {"device", "list"},
                                                       {"device", "show"},
                                                       {"device", "remove"},
                                                       {"device", "allow-legacy"},
                                                       {"send"},
                                                       {"cancel"},
                                                       {"watch"},
                                                       {"show"},
                                                       {"history"},
                                                       {"presence"},
                                                       {"telemetry"},
                                                       {"export"},
                                                       {"completion"},
                                                       {"device", "number"},
                                                       {"backup"},
                                                       {"restore"}};
  for (auto words : verbs) {
    const std::string name = words.back();
    words.push_back("--help");
    const auto parsed = parseArguments(words);
    ASSERT_FALSE(parsed.ok()) << name;
    EXPECT_FALSE(parsed.error().is_error) << name;
    EXPECT_THAT(parsed.error().text, HasSubstr("Examples:\n  ")) << name;
  }
  EXPECT_THAT(parseArguments({"--version"}).error().text, HasSubstr("smartkarctl "));
}

TEST(Arguments, CommonOptionsStandBeforeOrAfterTheVerb) {
  const std::string ccid = "8949000012345678901";
  for (const auto& words : {std::vector<std::string>{"--dir", "/srv/fleet", "--json", "device", "show", ccid},
                            std::vector<std::string>{"device", "show", ccid, "--dir", "/srv/fleet", "--json"}}) {
    const auto arguments = parseArguments(words);
    ASSERT_TRUE(arguments.ok()) << arguments.error().text;
    EXPECT_EQ(arguments->directory, "/srv/fleet");
    EXPECT_TRUE(arguments->json);
  }
}

}  // namespace
}  // namespace smartkar::cli
