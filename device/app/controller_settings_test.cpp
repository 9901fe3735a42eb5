#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/app/testing/car_bench.hpp"
#include "protocol/event.hpp"

// system.configure on a whole car: what may lose the link is on trial.

namespace smartkar::device {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kOld = "old.example";
constexpr std::string_view kNew = R"({"brokerHost":"new.example"})";

struct Settings : testing::Test {
  Settings() { bench.config.mqtt.broker.host = kOld; }

  std::string host() const { return std::string(bench.configuration->inForce().mqtt.broker.host.view()); }
  // The only broker there is; the car runs from boot to boot, with an hour between a sleep and the wake.
  void liveWith(std::string_view reachable_host, Duration span) {
    const Instant end = bench.now + span;
    while (bench.now < end) {
      bench.link.reachable = reachable_host == bench.configuration->inForce().mqtt.broker.host.view();
      bench.runUntilAsleep(end - bench.now);
      if (bench.step.kind == NextStep::Kind::Restart) bench.begin(WakeCause::FreshBoot);
      if (bench.step.kind != NextStep::Kind::Sleep) continue;
      bench.now += *bench.step.wake.timer;
      bench.begin(WakeCause::Timer);
    }
  }
  std::vector<std::string> rollbacks() const {
    std::vector<std::string> result;
    for (const auto& message : bench.link.published) {
      const bool rollback = message.payload.find("configurationRolledBack") != std::string::npos;
      if (rollback) result.push_back(message.payload);
    }
    return result;
  }
  std::string answer(protocol::CommandId id) const {
    for (const auto& message : bench.link.published) {
      const std::string start = "{\"id\":" + std::to_string(id) + ",";
      if (message.channel == protocol::Channel::Response && message.payload.starts_with(start)) return message.payload;
    }
    return {};
  }

  CarBench bench;
};

TEST_F(Settings, HoldThroughPowerCuts) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, R"({"wakeInterval":600,"idleTime":20})");
  bench.runFor(1s);
  EXPECT_THAT(answer(5), HasSubstr(R"("wakeInterval":600,"idleTime":20)"));
  bench.cutPower();
  bench.begin(WakeCause::FreshBoot);
  ASSERT_TRUE(bench.runUntilAsleep(5min));
  EXPECT_EQ(bench.step.wake.timer, Duration(600s));
}

TEST_F(Settings, BadValueChangesNothingAndIsNamed) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, R"({"wakeInterval":600,"brokerPort":0})");
  bench.send(6, "system.configure", 1h, R"({"wakeInterval":600,"brokerHost":"a b"})");
  bench.send(7, "system.configure", 1h, R"({"wakeInterval":600,"edrxCycle":"21s"})");
  bench.send(8, "system.configure", 1h, R"({"wakeInterval":600,"brokerPrt":1})");
  bench.runFor(1s);
  EXPECT_THAT(answer(5), HasSubstr("brokerPort must be 1-65535"));
  EXPECT_THAT(answer(6), HasSubstr("brokerHost is malformed"));
  EXPECT_THAT(answer(7), HasSubstr("edrxCycle has no such value"));
  EXPECT_THAT(answer(8), HasSubstr("brokerPrt is unknown"));
  EXPECT_EQ(bench.configuration->inForce().controller.sleep.wake_interval, Duration(3h));
}

TEST_F(Settings, LevelsOfTheCellMustAscendWithTheValuesInForce) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, R"({"wakeInterval":600,"cellLow":5})");
  bench.send(6, "system.configure", 1h, R"({"wakeInterval":600,"cellLow":15})");
  bench.runFor(1s);
  EXPECT_THAT(answer(5), HasSubstr("cellCritical must be below cellLow"));
  EXPECT_THAT(answer(6), HasSubstr("cellLow below cellRecovered"));
  EXPECT_EQ(bench.configuration->inForce().controller.sleep.wake_interval, Duration(3h));
  bench.send(7, "system.configure", 1h, R"({"cellLow":5,"cellCritical":4})");
  bench.runFor(1s);
  EXPECT_THAT(bench.responses(7), ElementsAre("completed"));
  EXPECT_EQ(bench.configuration->inForce().controller.cell.low_percent, 5);
}

TEST_F(Settings, LevelsThatThePortGaveWrongRefuseNoOtherChange) {
  bench.config.controller.cell.low_percent = 3;
  bench.inContact();
  bench.send(5, "system.configure", 1h, R"({"wakeInterval":600})");
  bench.runFor(1s);
  EXPECT_THAT(bench.responses(5), ElementsAre("completed"));
}

TEST_F(Settings, ReportIntervalHoldsAtOnce) {
  bench.settings.sleep.idle = 1h;
  bench.inContact();
  bench.send(5, "system.configure", 1h, R"({"reportAsleep":60})");
  bench.runFor(30s);
  const std::size_t before = bench.count(protocol::Channel::State);
  bench.runFor(90s);
  EXPECT_GT(bench.count(protocol::Channel::State), before);
}

TEST_F(Settings, WornOutFlashRefusesThemP4) {
  bench.inContact();
  bench.settings_flash.cutAfter(0);
  bench.send(5, "system.configure", 1h, R"({"wakeInterval":600})");
  bench.runFor(1s);
  EXPECT_THAT(bench.responses(5), ElementsAre("failed"));
  EXPECT_EQ(bench.configuration->inForce().controller.sleep.wake_interval, Duration(3h));
}

TEST_F(Settings, NewBrokerIsAnsweredFirstAndConfirmedByAContact) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_THAT(answer(5), HasSubstr(R"("trial":{"brokerHost":"new.example"})"));
  EXPECT_THAT(answer(5), HasSubstr(R"("brokerHost":"old.example")"));
  EXPECT_EQ(bench.link.power_downs, 1);
  bench.begin(WakeCause::FreshBoot);
  EXPECT_EQ(host(), "new.example");
  EXPECT_TRUE(bench.configuration->onTrial());
  bench.runFor(1s);
  EXPECT_FALSE(bench.configuration->onTrial());
  liveWith("new.example", 24h);
  EXPECT_EQ(host(), "new.example");
  EXPECT_THAT(rollbacks(), IsEmpty());
}

TEST_F(Settings, BrokerThatIsNotThereIsTakenBackWithinTenMinutesAndToldP5) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  liveWith(kOld, 10min + 30s);
  EXPECT_EQ(host(), kOld);
  EXPECT_EQ(bench.car->state(), ControllerState::InContact);
  ASSERT_EQ(rollbacks().size(), 1u);
  EXPECT_THAT(rollbacks()[0], HasSubstr(R"("domain":"device","name":"configurationRolledBack","brokerHost":true)"));
  EXPECT_LE(bench.settings_flash.erases(), (kTrialMinutes + 3) / 4 + 1);  // limits.hpp
  liveWith(kOld, 24h);
  EXPECT_EQ(rollbacks().size(), 1u);
}

// Other hosts and the policy too: what a car can no longer be reached with does not stay.
TEST_F(Settings, WholeChangeOfLinksIsTakenBackAndEachNameToldP5) {
  bench.inContact();
  bench.send(5, "system.configure", 1h,
             R"({"brokerHost":"new.example","brokerPort":1,"apn":"x","broker2Host":"b","broker2Port":1,"tcpHost":"t",)"
             R"("tcpPort":1,"linkMode":"first","linkFailures":9,"linkReturn":60,"linkReturnWakes":9,"keepAlive":60,)"
             R"("edrxCycle":"off","willFormat":"word","engine":"socket","wakeInterval":900})");
  bench.runFor(1s);
  liveWith(kOld, 11min);
  const DeviceConfig& in_force = bench.configuration->inForce();
  EXPECT_EQ(in_force.mqtt.second_broker.host, "");
  EXPECT_EQ(in_force.tcp.host, "");
  EXPECT_EQ(in_force.link_policy.mode, LinkMode::Fallback);
  EXPECT_EQ(in_force.controller.sleep.wake_interval, Duration(15min));
  const std::vector<std::string> told = rollbacks();
  ASSERT_EQ(told.size(), 2u);
  for (const auto& spec : protocol::allSettings()) {
    const std::string name = "\"" + std::string(spec.name()) + "\":true";
    const bool found = (told[0] + told[1]).find(name) != std::string::npos;
    EXPECT_EQ(found, spec.mayLoseTheLink()) << spec.name();
  }
}

TEST_F(Settings, CrashesInTheTrialCountAsMinutesOfIt) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  bench.link.reachable = false;
  for (int boots = 0; boots < kTrialMinutes; ++boots) {
    bench.begin(WakeCause::FreshBoot);
    EXPECT_EQ(host(), "new.example");
    bench.runFor(5s);
    bench.cutPower();
  }
  bench.begin(WakeCause::FreshBoot);
  EXPECT_EQ(host(), kOld);
}

TEST_F(Settings, CarOutOfReachDoesNotSleepThroughTheTrial) {
  bench.settings.sleep.offline_limit = 1min;
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  bench.link.reachable = false;
  bench.begin(WakeCause::FreshBoot);
  const Instant began = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(1h));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_EQ(bench.now - began, Duration(10min));
}

TEST_F(Settings, SecondChangeBeforeTheRestartIsTriedWithTheFirst) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  bench.send(6, "system.configure", 1h, R"({"brokerPort":1884})");
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  EXPECT_THAT(answer(6), HasSubstr(R"("trial":{"brokerHost":"new.example","brokerPort":1884})"));
  bench.begin(WakeCause::FreshBoot);
  EXPECT_EQ(host(), "new.example");
  EXPECT_EQ(bench.configuration->inForce().mqtt.broker.port, 1884);
}

TEST_F(Settings, ChangeThatIsWithdrawnAtOnceRestartsNothing) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  bench.send(6, "system.configure", 1h, R"({"brokerHost":"old.example"})");
  bench.runFor(30s);
  EXPECT_TRUE(bench.awake());
  EXPECT_FALSE(bench.configuration->restartDue());
}

TEST_F(Settings, SyncThatComesBeforeTheRestartConfirmsNothing) {
  bench.inContact();
  bench.send(5, "system.configure", 1h, kNew);
  bench.sync();
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  bench.begin(WakeCause::FreshBoot);
  EXPECT_TRUE(bench.configuration->onTrial());
}

TEST_F(Settings, RestartWaitsForTheCommandUnderWayP1) {
  bench.inContact();
  bench.send(4, "vehicle.startCharging");
  bench.send(5, "system.configure", 1h, kNew);
  ASSERT_TRUE(bench.runUntilAsleep(2min));
  EXPECT_EQ(bench.responses(4).back(), "completed");
  EXPECT_EQ(bench.starts, 1);
}

// The power fails at any byte the trial writes: the car comes back with the old broker or the new one, never with none.
TEST_F(Settings, PowerCutAtAnyByteLeavesABrokerThatWorksP5) {
  for (std::size_t cut = 0; cut < 3 * kConfigurationSlotBytes; cut += 61) {
    CarBench other;
    other.config.mqtt.broker.host = kOld;
    other.inContact();
    other.settings_flash.cutAfter(cut);
    other.send(5, "system.configure", 1h, kNew);
    const bool restarts = other.runUntilAsleep(1min);
    if (restarts) other.begin(WakeCause::FreshBoot);
    other.runFor(1s);
    other.settings_flash.powerUp();
    other.cutPower();
    other.begin(WakeCause::FreshBoot);
    const auto host = other.configuration->inForce().mqtt.broker.host.view();
    EXPECT_TRUE(host == kOld || host == "new.example") << "cut after " << cut;
    EXPECT_TRUE(host == kOld || restarts) << "cut after " << cut;
  }
}

}  // namespace
}  // namespace smartkar::device
