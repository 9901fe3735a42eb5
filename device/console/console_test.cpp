#include "device/console/console.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "device/app/setting_bindings.hpp"
#include "device/app/testing/car_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::SettingSpec;
using protocol::SettingValue;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

static_assert(sizeof(Console) <= 256);

struct Screen : ConsoleOutput {
  void write(std::string_view line) override {
    const HeapPause pause;
    lines.emplace_back(line);
  }
  std::vector<std::string> lines;
};

struct ConsoleTest : testing::Test {
  ConsoleTest() { bench.config.mqtt.broker.host = "old.example"; }

  std::vector<std::string> type(const std::string& line) {
    screen.lines.clear();
    Console console(*bench.configuration, *bench.car, screen);
    const std::string typed = line + "\r\n";
    {
      const HeapGuard guard;
      for (const char byte : typed) console.take(byte);
    }
    return screen.lines;
  }
  const DeviceConfig& inForce() const { return bench.configuration->inForce(); }

  CarBench bench;
  Screen screen;
};

TEST_F(ConsoleTest, ChangeHoldsAtOnceAndThroughPowerCuts) {
  bench.inContact();
  EXPECT_THAT(type("set idleTime 20"), ElementsAre("idleTime 20", "ok"));
  EXPECT_THAT(type("get idleTime"),
              ElementsAre("idleTime 20", "10-3600 s: awake without activity before it sleeps", "ok"));
  bench.cutPower();
  bench.inContact();
  EXPECT_EQ(inForce().controller.sleep.idle, Duration(20s));
  EXPECT_THAT(type("reset idleTime"), ElementsAre("idleTime 60", "ok"));
}

TEST_F(ConsoleTest, RefusalsSayWhyAndChangeNothing) {
  bench.inContact();
  EXPECT_THAT(type("set idleTime 9"), ElementsAre("error: idleTime must be 10-3600 s"));
  EXPECT_THAT(type("set idelTime 60"), ElementsAre("error: idelTime is no setting"));
  EXPECT_THAT(type("set brokerHost a b"), ElementsAre(HasSubstr("error: brokerHost must be 1-64 characters")));
  EXPECT_THAT(type("set cellLow 5"), ElementsAre(HasSubstr("error: cellCritical must be below cellLow")));
  EXPECT_THAT(type("set"), ElementsAre("error:  is no setting"));
  EXPECT_THAT(type("get idelTime"), ElementsAre(HasSubstr("error: no such setting")));
  EXPECT_THAT(type("reset"), ElementsAre(HasSubstr("error: no such setting")));
  EXPECT_THAT(type("get idleTime now"), ElementsAre("error: too many words"));
  EXPECT_THAT(type("sudo"), ElementsAre(HasSubstr("error: no such command")));
  bench.settings_flash.cutAfter(0);
  EXPECT_THAT(type("set idleTime 20"), ElementsAre("error: configuration could not be stored"));
  EXPECT_EQ(inForce().controller.sleep.idle, Duration(60s));
}

TEST_F(ConsoleTest, OverlongLineIsRefusedWholeAndTheNextIsRead) {
  bench.inContact();
  EXPECT_THAT(type("set idleTime 20" + std::string(10000, ' ') + "\nset idleTime 30"),
              ElementsAre("error: the line is too long", "idleTime 30", "ok"));
  EXPECT_THAT(type("\n  \r\n"), ElementsAre());
}

TEST_F(ConsoleTest, LineOfAnyBytesIsAnsweredOrEmpty) {
  bench.inContact();
  for (int byte = 0; byte < 256; ++byte) {
    type(std::string(1, static_cast<char>(byte)));
    const auto told = type("set apn x" + std::string(1, static_cast<char>(byte)));
    if (byte == '\r' || byte == '\n' || byte == ' ' || (byte > 0x20 && byte < 0x7F && byte != '"' && byte != '\\')) {
      continue;
    }
    EXPECT_THAT(told, ElementsAre(HasSubstr("error: apn must be"))) << byte;
  }
}

TEST_F(ConsoleTest, NewBrokerIsOnTrialAndConfirmedByAContact) {
  bench.inContact();
  EXPECT_THAT(type("set brokerHost new.example"),
              ElementsAre(R"(brokerHost "old.example", after the restart: "new.example", on trial)", "ok"));
  EXPECT_THAT(type("status"), Contains("on trial: brokerHost"));
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  bench.inContact();
  EXPECT_THAT(type("get brokerHost"), Contains(R"(brokerHost "new.example")"));
}

TEST_F(ConsoleTest, ChangeThatLosesTheLinkIsTakenBackByItselfP5) {
  bench.inContact();
  type("set brokerHost new.example");
  ASSERT_TRUE(bench.runUntilAsleep(1min));
  bench.begin(WakeCause::FreshBoot);
  EXPECT_THAT(type("get brokerHost"), Contains(R"(brokerHost "new.example", on trial)"));
  bench.link.reachable = false;
  const Instant began = bench.now;
  ASSERT_TRUE(bench.runUntilAsleep(1h));
  EXPECT_EQ(bench.step.kind, NextStep::Kind::Restart);
  EXPECT_LE(bench.now - began, Duration(10min));
  bench.begin(WakeCause::FreshBoot);
  EXPECT_EQ(inForce().mqtt.broker.host, "old.example");
  EXPECT_THAT(type("status"), Contains("rolled back: brokerHost"));
}

TEST_F(ConsoleTest, StatusSaysWhatTheCarDoes) {
  bench.inContact();
  EXPECT_THAT(type("status"), ElementsAre("state: in contact", "link: mqtt", "boot: 1", "ok"));
  EXPECT_THAT(type("help"), Contains(HasSubstr("set NAME VALUE")));
}

TEST_F(ConsoleTest, WhatIsTypedThereIsNoCommandOfTheRadio) {
  bench.inContact();
  for (const char* line : {"set idleTime 20\r\n", R"({"id":5,"action":"set","idleTime":20})",
                           R"({"id":6,"action":"console","params":{"line":"set idleTime 20"}})"}) {
    bench.inbox->onCommand(line);
    bench.runFor(1s);
  }
  EXPECT_EQ(inForce().controller.sleep.idle, Duration(60s));
}

// The largest value; of the cell's levels, which must ascend, the next.
SettingValue anotherValue(const SettingSpec& spec) {
  if (spec.isText()) return {0, "other.example"};
  const auto& row = protocol::kAscending;
  const bool ascends = std::find(row.begin(), row.end(), spec.setting) != row.end();
  const std::int32_t now = settingOf(DeviceConfig(), spec.setting)->number;
  const auto largest = static_cast<std::int32_t>(spec.parameter.max);
  if (ascends) return {now + 1, {}};
  return {now == largest ? static_cast<std::int32_t>(spec.parameter.min) : largest, {}};
}

std::string asJson(const SettingSpec& spec, const SettingValue& value) {
  char memory[200];
  protocol::JsonWriter writer(memory);
  protocol::writeSetting(writer, spec, value);
  return std::string(writer.text());
}

// The third way, device.toml, is tested where that file is read.
TEST_F(ConsoleTest, EverySettingCanBeChangedHereAndBySystemConfigure) {
  for (const SettingSpec& spec : protocol::allSettings()) {
    const SettingValue value = anotherValue(spec);
    const std::string name(spec.name());
    const std::string json = asJson(spec, value);
    CarBench by_radio;
    by_radio.config.mqtt.broker.host = "old.example";
    by_radio.inContact();
    by_radio.send(5, "system.configure", 1h, "{\"" + name + "\":" + json + "}");
    by_radio.runFor(1s);
    EXPECT_THAT(by_radio.responses(5), ElementsAre("completed")) << name;

    bench.cutPower();
    bench.settings_flash = CutFlash(4096);
    bench.inContact();
    std::string typed = json;
    std::erase(typed, '"');
    EXPECT_EQ(type("set " + name + " " + typed).back(), "ok") << name;
    EXPECT_EQ(bench.configuration->next(spec.setting), value) << name;
    // Both leave the same in flash.
    EXPECT_EQ(bench.settings_flash.bytes(), by_radio.settings_flash.bytes()) << name;
  }
}

}  // namespace
}  // namespace smartkar::device
