#include "bench/dialogue/dialogues.hpp"

#include <gtest/gtest.h>

#include <string>

namespace smartkar::bench {
namespace {

// What a person who presses "stop" waits for, and what a wake costs the battery.
TEST(Dialogues, WakeForAStopCommandTakesAtMostTenExchanges) {
  EXPECT_LE(measureDialogues(Engine::Native).wake_cycle.exchanges, 10);
}

TEST(Dialogues, ColdStartTakesAtMostThirtyFourExchanges) {
  EXPECT_LE(measureDialogues(Engine::Native).cold_to_subscribed.exchanges, 34);
}

TEST(Dialogues, WakeToTheFirstMessageTakesAtMostFourExchanges) {
  EXPECT_LE(measureDialogues(Engine::Native).wake_to_first_publish.exchanges, 4);
}

TEST(Dialogues, PublishTakesOneExchangeAndReceivingNone) {
  const auto native = measureDialogues(Engine::Native);
  EXPECT_EQ(native.publish.exchanges, 1);
  EXPECT_EQ(native.receive.exchanges, 0);
}

TEST(Dialogues, PublishOverASocketTakesWritingItAndReadingItsAcknowledgement) {
  EXPECT_EQ(measureDialogues(Engine::Socket).publish.exchanges, 2);
}

TEST(Dialogues, PublishOverTcpTakesWritingIt) { EXPECT_EQ(measureDialogues(Engine::Tcp).publish.exchanges, 1); }

TEST(Dialogues, RungCarIsAnnouncedWithinOneAndAHalfSeconds) {
  const Latency latency = measureRingToFirstPuback(200);
  EXPECT_LE(latency.p50, 1500ms);
  EXPECT_LE(latency.p99, 3s);
}

class EveryEngine : public testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, EveryEngine, testing::ValuesIn(kEngines),
                         [](const auto& engine) { return std::string(engineName(engine.param)); });

TEST_P(EveryEngine, SleepsWithItsConnectionAndIsRungOverIt) {
  const auto all = measureDialogues(GetParam());
  EXPECT_LT(all.wake_to_first_publish.exchanges, all.wake_without_session.exchanges);
  EXPECT_LE(all.wake_to_first_publish.time, 1500ms);
  EXPECT_LE(all.wake_cycle.time, 5s);
}

TEST_P(EveryEngine, CertificatesAreWrittenOnce) {
  const auto all = measureDialogues(GetParam());
  EXPECT_GT(all.first_start.exchanges, all.cold_to_subscribed.exchanges);
  EXPECT_GT(all.first_start.bytes, all.cold_to_subscribed.bytes + 2000);
}

}  // namespace
}  // namespace smartkar::bench
