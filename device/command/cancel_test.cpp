#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/command/command_router.hpp"
#include "device/command/testing/router_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kCharge = "vehicle.startCharging";

struct Cancel : testing::Test {
  RouterBench bench;
  const std::vector<std::string>& calls() const { return bench.vehicle.calls; }
  void resetAndSync() {
    bench.restart();
    bench.sync();
  }
};

TEST_F(Cancel, CommandThatNeverCameIsBuriedAndALateCopyDoesNotRunP1) {
  bench.cancel(5);
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled"));
  bench.send(5, kCharge);
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled"));
  resetAndSync();
  bench.send(5, "vehicle.stopClimate");
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Cancel, TombstoneAnswersForABodyThatCouldNotBeCarriedOut) {
  bench.cancel(5);
  bench.responses();
  bench.send(5, kCharge, {.params = R"({"targetSoc":300})"});
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled"));
}

TEST_F(Cancel, CommandThatWaitsForTheVehicleIsGivenUpAndTheVehicleReleased) {
  bench.send(5, kCharge);
  bench.responses();
  bench.cancel(5);
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled/waiting_for_wake"));
  EXPECT_EQ(bench.vehicle.holds, 0);
  EXPECT_FALSE(bench.router->busy());
  bench.vehicleObeys();
  EXPECT_THAT(calls(), ElementsAre("wake"));
  resetAndSync();
  bench.send(5, kCharge, {.attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled/waiting_for_wake"));
}

TEST_F(Cancel, CommandThatActsGoesOnAndSaysTooLate) {
  bench.send(5, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.responses();
  bench.cancel(5);
  const auto response = bench.nextResponse();
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->too_late);
  EXPECT_EQ(response->status, ResponseStatus::InProgress);
  EXPECT_EQ(response->stage, protocol::Stage::UpdatingProfile);
  bench.vehicleObeys();
  EXPECT_EQ(bench.responses().back(), "completed");
}

TEST_F(Cancel, FinishedCommandAnswersWithItsOutcome) {
  bench.send(5, kCharge);
  bench.vehicleObeys();
  bench.responses();
  bench.cancel(5);
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
}

TEST_F(Cancel, ForgottenCommandIsUnknown) {
  for (protocol::CommandId id = 1; id <= kJournalEntriesMax + 1; ++id) bench.cancel(id);
  bench.responses();
  bench.cancel(1);
  EXPECT_THAT(bench.responses(), ElementsAre("unknown"));
}

TEST_F(Cancel, OfAnotherContactOrBeforeTheSyncMeansNothing) {
  bench.send(5, kCharge);
  bench.responses();
  bench.cancel(5, 4000);
  bench.raw(R"({"id":5,"action":"system.cancel"})");
  bench.contact.begin(4712, bench.now);
  bench.cancel(5);
  bench.cancel(6);
  EXPECT_THAT(bench.responses(), IsEmpty());
  EXPECT_TRUE(bench.router->busy());
  EXPECT_EQ(bench.router->counters().stale, 4u);
}

TEST_F(Cancel, TombstoneThatCannotBeWrittenPromisesNothing) {
  bench.flash.cutAfter(0);
  bench.cancel(5);
  EXPECT_THAT(bench.responses(), IsEmpty());
  bench.flash.powerUp();
  bench.cancel(5);
  EXPECT_THAT(bench.responses(), ElementsAre("cancelled"));
}

TEST_F(Cancel, GivingUpThatCannotBeWrittenIsWhatARestartWouldSay) {
  bench.send(5, kCharge);
  bench.responses();
  bench.flash.cutAfter(0);
  bench.cancel(5);
  EXPECT_THAT(bench.responses(), ElementsAre("failed/waiting_for_wake"));
  EXPECT_EQ(bench.vehicle.holds, 0);
  bench.flash.powerUp();
  bench.restart();
  EXPECT_THAT(bench.responses(), ElementsAre("failed"));
}

}  // namespace
}  // namespace smartkar::device
