#include "ports/linux/options.hpp"

#include <gtest/gtest.h>

namespace smartkar::ports {
namespace {

std::string problem(const Options& options) {
  device::DeviceConfig config;
  const auto done = applyOptions(options, config);
  return done ? "" : done.error();
}

TEST(OptionsTest, SettingsReplaceWhatTheFileSays) {
  device::DeviceConfig config;
  config.controller.sleep.idle = 90s;
  Options options;
  options.settings = {"engine=socket", "apn=", "wakeInterval=600"};
  ASSERT_TRUE(applyOptions(options, config));
  EXPECT_EQ(config.mqtt.engine, device::MqttEngineKind::Socket);
  EXPECT_EQ(config.controller.sleep.wake_interval, Duration(10min));
  EXPECT_EQ(config.controller.sleep.idle, Duration(90s));
}

TEST(OptionsTest, TestsMayAskForShorterTimes) {
  device::DeviceConfig config;
  Options options;
  options.idle_s = 1;
  options.wake_interval_s = 8;
  ASSERT_TRUE(applyOptions(options, config));
  EXPECT_EQ(config.controller.sleep.idle, Duration(1s));
  EXPECT_EQ(config.controller.sleep.min_awake, Duration(1s));
  EXPECT_EQ(config.controller.sleep.wake_interval, Duration(8s));
}

TEST(OptionsTest, WhatIsWrongIsNamed) {
  Options options;
  options.settings = {"idleTime"};
  EXPECT_EQ(problem(options), "--set idleTime: NAME=VALUE is wanted");
  options.settings = {"idleTime=1"};
  EXPECT_EQ(problem(options), "--set idleTime must be 10-3600 s");
  options.settings = {"cellLow=3"};
  EXPECT_EQ(problem(options), "--set cellCritical must be below cellLow, cellLow below cellRecovered");
}

}  // namespace
}  // namespace smartkar::ports
