#include "server/legacy/queued_commands.hpp"

#include <gtest/gtest.h>

namespace smartkar::server {
namespace {

const char* const kCompleted = R"({"domain":"vehicle","name":"commandCompleted","command":"vehicle.startCharging"})";

TEST(QueuedCommands, EventClosesTheQueuedCommandOfItsAction) {
  QueuedCommands commands;
  commands.sent(7, "vehicle.startCharging");
  commands.sent(8, "vehicle.startClimate");
  commands.answered(R"({"id":7,"ok":true,"status":"queued"})");
  commands.answered(R"({"id":8,"ok":true,"status":"queued"})");
  EXPECT_EQ(commands.outcome(kCompleted), R"({"id":7,"ok":true,"status":"completed"})");
  EXPECT_EQ(commands.outcome(kCompleted), std::nullopt);
  EXPECT_EQ(commands.outcome(R"({"name":"commandFailed","action":"startClimate","error":"wake_timeout"})"),
            R"({"id":8,"ok":false,"status":"failed","error":"wake_timeout"})");
}

TEST(QueuedCommands, EventIsNoOutcomeForFirmwareThatAnswersOtherwise) {
  QueuedCommands commands;
  commands.sent(7, "vehicle.startCharging");
  EXPECT_EQ(commands.outcome(kCompleted), std::nullopt);
  commands.answered(R"({"id":7,"ok":true,"status":"in_progress","stage":"accepted"})");
  EXPECT_EQ(commands.outcome(kCompleted), std::nullopt);
}

TEST(QueuedCommands, OtherEventsAreNoOutcome) {
  QueuedCommands commands;
  commands.sent(7, "vehicle.startCharging");
  commands.answered(R"({"id":7,"ok":true,"status":"queued"})");
  EXPECT_EQ(commands.outcome(R"({"domain":"vehicle","name":"chargingStarted"})"), std::nullopt);
  EXPECT_EQ(commands.outcome(R"({"name":"commandCompleted","command":"vehicle.stopCharging"})"), std::nullopt);
  EXPECT_EQ(commands.outcome("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace smartkar::server
