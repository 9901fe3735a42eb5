#include <gtest/gtest.h>

#include "test/e2e/world.hpp"
#include "test/support/http_receiver.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;
using testing::Test;

const boost::json::object kStartCharging = {{"action", "vehicle.startCharging"},
                                            {"params", {{"targetSoc", 80}, {"maxCurrent", 16}}}};

TEST(Delivery, AwakeCarReportsEveryStageInOrderAndActsOnce) {
  World world;
  world.startAllAwake();

  const auto id = world.post(kStartCharging);
  const boost::json::object command = world.waitForFinal(id, 60s);

  EXPECT_EQ(command.at("state").as_string(), "completed");
  EXPECT_EQ(path(command),
            (std::vector<std::string>{"queued", "sent", "accepted/accepted", "in_progress/requesting_wake",
                                      "in_progress/waiting_for_wake", "in_progress/updating_profile",
                                      "in_progress/sending_command", "completed"}));
  EXPECT_EQ(world.effects(), 1u);
}

TEST(Delivery, SleepingCarIsRungAwakeAlthoughTheMessageTextIsLost) {
  World world;
  world.startAll({"--set", "ri_on_smsub=true", "--set", "urc_when_dtr_high=immediate", "--set", "ri_to_text_ms=5"},
                 {"--idle", "1"});
  world.waitUntilAsleep(60s);

  const auto send = world.send("vehicle.startCharging", {"targetSoc=80", "maxCurrent=16"});
  ASSERT_EQ(send->waitForExit(World::patient(60s)), 0) << testing::PrintToString(send->lines());
  EXPECT_TRUE(send->waitForText("ringing", 0s)) << testing::PrintToString(send->lines());
  EXPECT_TRUE(send->waitForText("completed", 0s));

  EXPECT_TRUE(world.modem().waitForText("<x +SMSUB", 0s)) << "the ring was to be lost with the UART closed";
  EXPECT_EQ(world.presence().at("wakeCause").as_string(), "modem_ri");
  EXPECT_EQ(world.effects(), 1u);
  const auto frame = world.actuatorFrames().back();
  EXPECT_EQ(frame.at("targetSoc").to_number<int>(), 80);
  EXPECT_EQ(frame.at("maxCurrent").to_number<int>(), 16);
}

TEST(Delivery, WithADeadRingLineTheCommandRunsAtTheNextTimerWake) {
  World world;
  world.startAll({}, {"--idle", "1", "--wake-interval", "8"});
  world.waitUntilAsleep(60s);
  ASSERT_EQ(world.modemControl("set ri_on_smsub false"), "ok");

  const auto id = world.post(kStartCharging);
  const boost::json::object command = world.waitForFinal(id, 60s);

  EXPECT_EQ(command.at("state").as_string(), "completed");
  EXPECT_EQ(world.presence().at("wakeCause").as_string(), "timer");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(Delivery, WithADeadRingLineATextMessageWakesTheCar) {
  World world;
  const HttpReceiver provider({},
                              [&](const HttpReceiver::Request& request) { world.modemControl("sms " + request.body); });
  world.configureServer("[sms]\nurl = '" + provider.url() + "/'\nbody = 'wake {ccid}'\nafter = 1\n");
  world.startAll({"--set", "sms_available=true"}, {"--idle", "1"});
  world.waitUntilAsleep(60s);
  ASSERT_EQ(world.modemControl("set ri_on_smsub false"), "ok");

  const auto id = world.post(kStartCharging);
  const boost::json::object command = world.waitForFinal(id, 60s);

  EXPECT_EQ(command.at("state").as_string(), "completed");
  EXPECT_EQ(world.presence().at("wakeCause").as_string(), "modem_ri");
  EXPECT_EQ(world.effects(), 1u);
  ASSERT_EQ(provider.requests().size(), 1u);
  EXPECT_EQ(provider.requests()[0].body, "wake " + world.ccid());
  std::vector<std::string> ledger;
  for (const auto& attempt : command.at("ledger").as_array()) {
    ledger.push_back(std::string(attempt.at("path").as_string()) + ' ' + std::string(attempt.at("result").as_string()));
  }
  EXPECT_EQ(ledger, (std::vector<std::string>{"ring silent", "sms answered", "contact answered"}));
}

TEST(Delivery, P2CommandThatExpiresWhileTheCarIsAwayNeverRuns) {
  World world;
  world.startAll({}, {"--idle", "1", "--wake-interval", "15"});
  world.waitUntilAsleep(60s);
  ASSERT_EQ(world.modemControl("set ri_on_smsub false"), "ok");

  auto body = kStartCharging;
  body["ttl"] = 10;
  const auto id = world.post(body);
  EXPECT_EQ(world.waitForFinal(id, 30s).at("state").as_string(), "expired");

  // The car is heard of again, by its timer, and still nothing happens.
  world.waitForPresence("awake", 60s);
  world.waitForPresence("asleep", 60s);
  EXPECT_EQ(world.command(id).at("state").as_string(), "expired");
  EXPECT_EQ(world.effects(), 0u);
}

TEST(Delivery, CommandLineShowsTheHistoryThatTheApiHas) {
  World world;
  world.startAllAwake();

  const auto send = world.send("vehicle.startClimate", {"temperature=21.5", "--json"});
  ASSERT_EQ(send->waitForExit(World::patient(60s)), 0) << testing::PrintToString(send->lines());
  const auto last = boost::json::parse(send->lines().back()).as_object();
  const auto commands = world.get("/devices/" + world.ccid() + "/commands").at("commands").as_array();
  ASSERT_EQ(commands.size(), 1u);
  EXPECT_EQ(commands[0].at("state").as_string(), "completed");
  EXPECT_EQ(commands[0].at("id"), last.at("id"));
  EXPECT_EQ(commands[0].at("params").at("temperature").to_number<double>(), 21.5);
}

}  // namespace
}  // namespace smartkar::test
