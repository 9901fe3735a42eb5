#include "test/load/telemetry_load.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "test/support/mosquitto.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

TEST(TelemetryLoad, WhatIsAcknowledgedIsEachCarsUnbrokenRowAlsoAfterARestartOfTheBroker) {
  Mosquitto broker({.persistence = true});
  TelemetryLoad load(
      {.port = broker.port(), .ccids = {"8988303000000614227", "8988303000000614228"}, .connections = 2});
  ASSERT_TRUE(load.waitUntilAcknowledged(500, 20s));
  broker.terminate();
  const std::size_t before = load.acknowledgedCount();
  broker.start();
  ASSERT_TRUE(load.waitUntilAcknowledged(before + 500, 20s));
  ASSERT_TRUE(load.stop(20s));

  std::vector<LoadMessage> messages = load.acknowledged();
  std::sort(messages.begin(), messages.end());
  LoadMessage last;
  for (const LoadMessage& message : messages) {
    EXPECT_EQ(message.seq, message.car == last.car ? last.seq + 1 : 1);
    last = message;
  }
  EXPECT_TRUE(std::any_of(messages.begin(), messages.end(), [](const auto& one) { return one.event; }));
  EXPECT_TRUE(std::any_of(messages.begin(), messages.end(), [](const auto& one) { return !one.event; }));
}

}  // namespace
}  // namespace smartkar::test
