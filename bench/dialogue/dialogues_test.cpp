#include "bench/dialogue/dialogues.hpp"

#include <gtest/gtest.h>

namespace smartkar::bench {
namespace {

// What a person who presses "stop" waits for, and what a wake costs the battery.
TEST(Dialogues, WakeForAStopCommandTakesAtMostTenExchanges) {
  EXPECT_LE(measureDialogues(Engine::Native)->wake_cycle.exchanges, 10);
}

TEST(Dialogues, PublishTakesOneExchangeAndReceivingNone) {
  const auto native = measureDialogues(Engine::Native);
  EXPECT_EQ(native->publish.exchanges, 1);
  EXPECT_EQ(native->receive.exchanges, 0);
}

TEST(Dialogues, RungCarIsAnnouncedWithinOneAndAHalfSeconds) {
  const Latency latency = measureRingToFirstPuback(200);
  EXPECT_LE(latency.p50, 1500ms);
  EXPECT_LE(latency.p99, 3s);
}

}  // namespace
}  // namespace smartkar::bench
