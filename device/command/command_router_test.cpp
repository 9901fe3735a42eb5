#include "device/command/command_router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "device/command/testing/router_bench.hpp"

namespace smartkar::device {
namespace {

using protocol::ResponseStatus;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kCharge = "vehicle.startCharging";

struct Router : testing::Test {
  RouterBench bench;
  const std::vector<std::string>& calls() const { return bench.vehicle.calls; }
};

TEST_F(Router, StartOnASleepingVehicleGoesThroughEveryStageInOrder) {
  bench.send(1, kCharge);
  bench.vehicleObeys();
  EXPECT_THAT(bench.responses(),
              ElementsAre("in_progress/accepted", "in_progress/requesting_wake", "in_progress/waiting_for_wake",
                          "in_progress/updating_profile", "in_progress/sending_command", "completed"));
  EXPECT_THAT(calls(), ElementsAre("wake", "profile", "start"));
  EXPECT_EQ(bench.vehicle.holds, 0);
}

TEST_F(Router, AwakeVehicleWithTheRightProfileSkipsWakeAndUpdate) {
  bench.vehicle.is_awake = true;
  bench.vehicle.known_profile = ImmediateProfile{.charge = true, .max_current_a = 16, .target_soc = 90};
  bench.send(1, kCharge, {.params = R"({"targetSoc":90,"maxCurrent":16})"});
  bench.vehicleObeys();
  EXPECT_THAT(bench.responses(), ElementsAre("in_progress/accepted", "in_progress/sending_command", "completed"));
}

TEST_F(Router, StopWritesNoProfile) {
  bench.vehicle.is_awake = true;
  bench.send(1, "vehicle.stopClimate");
  bench.vehicleObeys();
  EXPECT_THAT(calls(), ElementsAre("wake", "stop"));
}

TEST_F(Router, ClimateProfileCarriesTheParametersAndNothingElse) {
  bench.send(1, "vehicle.startClimate", {.params = R"({"temp":22.5,"allowBattery":false})"});
  bench.vehicleObeys();
  EXPECT_FALSE(bench.vehicle.written.charge);
  EXPECT_TRUE(bench.vehicle.written.climate);
  EXPECT_FALSE(bench.vehicle.written.climate_on_battery);
  EXPECT_EQ(bench.vehicle.written.temperature_c, 22.5);
}

TEST_F(Router, Defect15SameCommandTwiceRunsOnce) {
  bench.send(1, kCharge);
  bench.vehicleObeys();
  bench.responses();
  bench.send(1, kCharge, {.attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
  EXPECT_EQ(calls().size(), 3u);
}

TEST_F(Router, RepeatWhileTheCommandRunsTellsItsStage) {
  bench.send(1, kCharge);
  bench.responses();
  bench.send(1, kCharge, {.attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("in_progress/waiting_for_wake"));
  EXPECT_THAT(calls(), ElementsAre("wake"));
}

TEST_F(Router, Defect15RepeatAfterARebootIsAnsweredFromTheJournal) {
  bench.send(1, kCharge);
  bench.vehicleObeys();
  bench.restart();
  bench.sync();
  bench.send(1, kCharge, {.attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Router, Defect15RedeliveredRebootDoesNotLoop) {
  bench.send(1, "system.reboot");
  EXPECT_EQ(bench.reboots, 1);
  bench.restart();
  bench.sync();
  bench.send(1, "system.reboot", {.attempt = 2});
  EXPECT_EQ(bench.reboots, 1);
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
}

TEST_F(Router, SameIdWithAnotherBodyIsAConflict) {
  bench.send(1, kCharge);
  bench.vehicleObeys();
  bench.responses();
  bench.send(1, kCharge, {.params = R"({"targetSoc":100})"});
  EXPECT_THAT(bench.responses(), ElementsAre("id_conflict"));
  EXPECT_EQ(calls().size(), 3u);
}

TEST_F(Router, Defect16ExpiredCommandIsRefusedAndRemembered) {
  bench.send(1, "vehicle.startClimate", {.expires_in_s = 0});
  EXPECT_THAT(bench.responses(), ElementsAre("expired"));
  EXPECT_THAT(calls(), IsEmpty());
  bench.restart();
  bench.sync();
  bench.send(1, "vehicle.startClimate", {.expires_in_s = 0, .attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("expired"));
}

TEST_F(Router, Defect16CommandThatExpiresWhileTheVehicleWakesDoesNotAct) {
  bench.send(1, kCharge, {.expires_in_s = 5});
  bench.advance(5s);
  bench.vehicleSays(VehicleOperation::Wake);
  EXPECT_EQ(bench.responses().back(), "expired/waiting_for_wake");
  EXPECT_THAT(calls(), ElementsAre("wake"));
}

TEST_F(Router, CommandThatExpiresDuringTheProfileUpdateDoesNotStart) {
  bench.send(1, kCharge, {.expires_in_s = 5});
  bench.vehicleSays(VehicleOperation::Wake);
  bench.advance(4900ms);
  bench.now += 100ms;
  bench.vehicleSays(VehicleOperation::WriteProfile);
  EXPECT_EQ(bench.responses().back(), "expired/updating_profile");
  EXPECT_THAT(calls(), ElementsAre("wake", "profile"));
}

TEST_F(Router, ExpiryOutlivesTheContactTheCommandCameIn) {
  bench.send(1, kCharge, {.expires_in_s = 60});
  bench.contact.begin(99, bench.now);
  bench.vehicleObeys();
  EXPECT_EQ(bench.responses().back(), "completed");
}

TEST_F(Router, Defect17RetainedCommandOfAnEarlierContactIsNotCarriedOut) {
  bench.send(1, kCharge, {.contact = 4000});
  EXPECT_THAT(bench.responses(), IsEmpty());
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_EQ(bench.router->counters().stale, 1u);
}

TEST_F(Router, CommandBeforeTheTimeIsKnownIsNotCarriedOut) {
  bench.contact.begin(RouterBench::kContact, bench.now);
  bench.send(1, kCharge);
  EXPECT_THAT(calls(), IsEmpty());
  bench.sync();
  bench.send(1, kCharge, {.attempt = 2});
  EXPECT_THAT(calls(), ElementsAre("wake"));
}

TEST_F(Router, Defect18SecondActuatingCommandIsBusyAndCanComeAgain) {
  bench.send(1, kCharge);
  bench.responses();
  bench.send(2, "vehicle.startClimate");
  const auto busy = bench.nextResponse();
  ASSERT_TRUE(busy);
  EXPECT_EQ(busy->status, ResponseStatus::Busy);
  EXPECT_EQ(busy->current_command->id, 1u);
  EXPECT_EQ(busy->current_command->action, kCharge);
  bench.vehicleObeys();
  bench.responses();
  bench.send(2, "vehicle.startClimate", {.attempt = 2});
  EXPECT_EQ(bench.responses().front(), "in_progress/accepted");
}

TEST_F(Router, Defect19IdThatCannotBeUsedChangesNothing) {
  bench.raw(R"({"id":"7","action":"vehicle.startCharging"})");
  bench.raw(R"({"id":4294967296,"action":"vehicle.startCharging"})");
  bench.raw(R"({"action":"vehicle.startCharging"})");
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_THAT(bench.responses(), IsEmpty());
}

TEST_F(Router, Defect19MissingActionIsAnsweredIfTheIdCanBeRead) {
  bench.raw(R"({"id":7})");
  const auto response = bench.nextResponse();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->id, 7u);
  EXPECT_EQ(response->status, ResponseStatus::Error);
  EXPECT_NE(response->error.view().find("action"), std::string_view::npos);
}

TEST_F(Router, MalformedMessageWithAKnownIdDoesNotEndTheCommandP4) {
  bench.send(7, kCharge);
  bench.responses();
  bench.raw(R"({"id":7,"action":5})");
  EXPECT_THAT(bench.responses(), IsEmpty());
  bench.vehicleObeys();
  EXPECT_EQ(bench.responses().back(), "completed");
}

TEST_F(Router, Defect54ManagementCommandsBypassTheBusyCheck) {
  bench.send(1, kCharge);
  bench.responses();
  bench.send(2, "ping");
  bench.send(3, "system.telemetry");
  bench.send(4, "system.reboot");
  EXPECT_THAT(bench.responses(), ElementsAre("completed", "completed", "completed"));
  EXPECT_EQ(bench.telemetry, 1);
  EXPECT_EQ(bench.reboots, 1);
}

TEST_F(Router, Defect54VehicleThatNeverWakesEndsTheCommand) {
  bench.send(1, kCharge);
  bench.advance(14999ms);
  EXPECT_TRUE(bench.router->busy());
  EXPECT_EQ(bench.router->nextDeadline(), Instant{} + 15s);
  bench.advance(1ms);
  EXPECT_FALSE(bench.router->busy());
  EXPECT_EQ(bench.responses().back(), "failed/waiting_for_wake");
  EXPECT_EQ(bench.vehicle.holds, 0);
}

TEST_F(Router, Defect54UnansweredProfileEndsTheCommandAfterFiveSeconds) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.advance(5s);
  EXPECT_EQ(bench.responses().back(), "failed/updating_profile");
}

TEST_F(Router, Defect57UnconfirmedStartIsUnknownNotCompleted) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.vehicleSays(VehicleOperation::WriteProfile);
  bench.advance(29s);
  EXPECT_TRUE(bench.router->busy());
  bench.advance(1s);
  EXPECT_EQ(bench.responses().back(), "unknown/sending_command");
}

TEST_F(Router, VehicleThatRefusesFailsTheCommand) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.vehicleSays(VehicleOperation::WriteProfile);
  bench.vehicleSays(VehicleOperation::Start, VehicleOutcome::Rejected);
  EXPECT_EQ(bench.responses().back(), "failed/sending_command");
}

TEST_F(Router, Defect64WrongTypesAndRangesNameTheFieldAndChangeNothing) {
  const std::pair<const char*, const char*> cases[] = {{R"({"targetSoc":300})", "targetSoc"},
                                                       {R"({"targetSoc":"80"})", "targetSoc"},
                                                       {R"({"maxCurrent":0})", "maxCurrent"},
                                                       {R"({"maxCurrent":16.5})", "maxCurrent"}};
  protocol::CommandId id = 0;
  for (const auto& [params, field] : cases) {
    bench.send(++id, kCharge, {.params = params});
    const auto response = bench.nextResponse();
    ASSERT_TRUE(response) << params;
    EXPECT_EQ(response->status, ResponseStatus::Failed);
    EXPECT_NE(response->error.view().find(field), std::string_view::npos) << response->error.view();
  }
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Router, Defect14FlattenedParametersAreNotReplacedByDefaults) {
  bench.raw(R"({"id":5,"action":"vehicle.startCharging","targetSoc":60,"maxCurrent":10})");
  bench.vehicleObeys();
  EXPECT_EQ(bench.vehicle.written.target_soc, 60);
  EXPECT_EQ(bench.vehicle.written.max_current_a, 10);
}

TEST_F(Router, UnknownActionIsNotSupported) {
  bench.send(1, "vehicle.fly");
  EXPECT_THAT(bench.responses(), ElementsAre("not_supported"));
}

TEST_F(Router, GarbledCommandIsDroppedWithoutAnAnswer) {
  bench.raw(R"({"id":1,"action":"vehicle.startCharging","mac":"00000000"})");
  EXPECT_THAT(bench.responses(), IsEmpty());
  EXPECT_EQ(bench.router->counters().malformed, 1u);
}

TEST_F(Router, PlainCommandIsObeyedOnlyAboveAllIdsSeen) {
  bench.send(10, kCharge, {.expires_in_s = std::nullopt, .contact = std::nullopt});
  bench.vehicleObeys();
  EXPECT_EQ(bench.responses().back(), "completed");
  bench.send(9, kCharge, {.expires_in_s = std::nullopt, .contact = std::nullopt});
  EXPECT_THAT(bench.responses(), IsEmpty());
}

TEST_F(Router, PlainCommandsCanBeSwitchedOff) {
  bench.settings.plain_commands = false;
  bench.restart();
  bench.sync();
  bench.send(10, kCharge, {.contact = std::nullopt});
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Router, ResetBeforeActingIsFailed) {
  bench.send(1, kCharge);
  bench.restart();
  EXPECT_THAT(bench.responses(), ElementsAre("failed"));
}

TEST_F(Router, ResetAfterTheFirstFrameIsUnknown) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.restart();
  EXPECT_THAT(bench.responses(), ElementsAre("unknown"));
}

TEST_F(Router, OpenIdsAreAnsweredFromTheJournalOrNeverReceived) {
  bench.send(1, kCharge);
  bench.vehicleObeys();
  bench.restart();
  bench.sync();
  bench.send(2, "vehicle.stopCharging");
  bench.responses();
  bench.ask({.open = {1, 2, 3}});
  EXPECT_THAT(bench.responses(), ElementsAre("completed", "in_progress/waiting_for_wake", "never_received"));
}

TEST_F(Router, ForgottenIdIsUnknownAndNotCarriedOut) {
  for (protocol::CommandId id = 1; id <= kJournalEntriesMax + 1; ++id) {
    bench.send(id, kCharge, {.expires_in_s = 0});
    bench.responses();
  }
  bench.send(1, kCharge);
  EXPECT_THAT(bench.responses(), ElementsAre("unknown"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Router, VehicleThatIsReadyWhenTheProcessorLooksTooLateIsLeftAloneP2) {
  bench.send(1, kCharge, {.expires_in_s = 10});
  bench.now += 12s;  // no look in between
  bench.vehicleSays(VehicleOperation::Wake);
  EXPECT_THAT(calls(), ElementsAre("wake"));
  EXPECT_EQ(bench.responses().back(), "expired/waiting_for_wake");
}

TEST_F(Router, ProfileThatIsConfirmedWhenTheProcessorLooksTooLateIsNotRunP2) {
  bench.send(1, kCharge, {.expires_in_s = 10});
  bench.vehicleSays(VehicleOperation::Wake);
  bench.now += 12s;
  bench.vehicleSays(VehicleOperation::WriteProfile);
  EXPECT_THAT(calls(), ElementsAre("wake", "profile"));
  EXPECT_EQ(bench.responses().back(), "expired/updating_profile");
}

TEST_F(Router, JournalThatCannotBeWrittenStopsTheCommand) {
  bench.flash.cutAfter(0);
  bench.send(1, kCharge);
  EXPECT_THAT(bench.responses(), ElementsAre("failed"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Router, CopyOfACommandThatCouldNotBeJournalledIsNotCarriedOutAfterAllP4) {
  bench.flash.cutAfter(0);
  bench.send(1, kCharge);
  bench.flash.powerUp();
  bench.send(1, kCharge, {.attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("failed", "failed"));
  EXPECT_THAT(calls(), IsEmpty());
  bench.sync(4712);
  bench.send(2, kCharge, {.contact = 4712});
  EXPECT_THAT(calls(), ElementsAre("wake"));
}

TEST_F(Router, JournalThatFailsBeforeActingLeavesTheVehicleAlone) {
  bench.send(1, kCharge);
  bench.flash.cutAfter(0);
  bench.vehicleSays(VehicleOperation::Wake);
  EXPECT_THAT(calls(), ElementsAre("wake"));
  EXPECT_EQ(bench.responses().back(), "failed/waiting_for_wake");
}

TEST_F(Router, OutcomeThatCannotBeJournalledIsAnsweredAndKeptInMemoryP4) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.responses();
  bench.flash.cutAfter(0);
  bench.vehicleObeys();
  EXPECT_EQ(bench.responses().back(), "completed");
  bench.ask({.open = {1}});
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
  bench.send(2, kCharge);
  EXPECT_THAT(bench.responses(), ElementsAre("failed"));
  bench.flash.powerUp();
  bench.restart();
  EXPECT_THAT(bench.responses(), ElementsAre("unknown"));
}

TEST_F(Router, OutcomeIsWrittenOnceTheFlashTakesIt) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.flash.cutAfter(0);
  bench.vehicleObeys();
  bench.flash.powerUp();
  bench.send(2, "vehicle.stopCharging");
  bench.restart();
  bench.sync();
  bench.responses();
  bench.ask({.open = {1, 2}});
  EXPECT_THAT(bench.responses(), ElementsAre("completed", "failed"));
}

TEST_F(Router, NeverReceivedNamesTheContactItWasAskedIn) {
  bench.ask({.open = {7}});
  const auto response = bench.nextResponse();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, ResponseStatus::NeverReceived);
  EXPECT_EQ(response->contact, RouterBench::kContact);
}

TEST_F(Router, SyncThatTookLongMakesTheCarRefuseEarlierNotLaterP2) {
  bench.contact.begin(RouterBench::kContact, bench.now);
  bench.now += 6s;
  bench.ask({});
  bench.send(1, kCharge, {.expires_in_s = 7});
  EXPECT_THAT(bench.responses(), ElementsAre("expired"));
  bench.send(2, kCharge, {.expires_in_s = 8});
  EXPECT_EQ(bench.responses().front(), "in_progress/accepted");
}

TEST_F(Router, LaterSyncThatWasHeldBackGivesNoCommandMoreTimeP2) {
  bench.now += 60s;
  bench.ask({});
  bench.send(1, kCharge, {.expires_in_s = 30});
  EXPECT_THAT(bench.responses(), ElementsAre("expired"));
}

TEST_F(Router, LaterSyncEndsACommandWhoseTimeCameEarlierThanThoughtP2) {
  bench.send(1, kCharge, {.expires_in_s = 60});
  bench.advance(1s);
  bench.ask({.now_s = 58});
  EXPECT_EQ(bench.router->nextDeadline(), bench.now + 2s);
}

TEST_F(Router, CommandEndsWhenItsTimeComesThoughTheVehicleSaysNothingP2) {
  bench.send(1, kCharge, {.expires_in_s = 6});
  EXPECT_EQ(bench.router->nextDeadline(), Instant{} + 5s);
  bench.advance(5s);
  EXPECT_EQ(bench.responses().back(), "expired/waiting_for_wake");
}

TEST_F(Router, LateConfirmationOfAnEarlierCommandConfirmsNoOther) {
  bench.send(1, kCharge);
  bench.vehicleSays(VehicleOperation::Wake);
  bench.vehicleSays(VehicleOperation::WriteProfile);
  bench.advance(30s);
  bench.vehicle.is_awake = true;
  bench.send(2, "vehicle.stopCharging");
  bench.vehicleSays(VehicleOperation::Wake);
  bench.responses();
  bench.vehicleSays(VehicleOperation::Start);
  EXPECT_THAT(bench.responses(), IsEmpty());
}

TEST_F(Router, ConfigureAnswersWithWhatIsInForce) {
  bench.send(1, "system.configure", {.params = R"({"idleTime":120})"});
  const auto response = bench.nextResponse();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, ResponseStatus::Completed);
  EXPECT_EQ(response->result, R"({"idleTime":120})");
  EXPECT_EQ(bench.configurations, 1);
}

TEST_F(Router, ConfigureThatIsRefusedHasFailedForTheSameReasonWhenAskedLaterP4) {
  for (const Fault fault : {Fault::NotStored, Fault::NotAscending}) {
    const auto id = 1 + static_cast<protocol::CommandId>(fault);
    bench.configure_fault = fault;
    bench.send(id, "system.configure", {.params = R"({"idleTime":120})"});
    EXPECT_EQ(bench.nextResponse()->error, faultText(fault));
    bench.restart();
    bench.sync();
    bench.ask({.open = {id}});
    const auto later = bench.nextResponse();
    EXPECT_EQ(later->status, ResponseStatus::Failed);
    EXPECT_EQ(later->error, faultText(fault));
  }
}

TEST_F(Router, SetLinkAnswersWithWhatIsInForce) {
  bench.send(1, "system.setLink", {.params = R"({"link":"tcp"})"});
  EXPECT_EQ(bench.nextResponse()->result, R"({"link":"tcp","via":"tcp"})");
  bench.send(2, "system.setLink", {.params = R"({"link":"pigeon"})"});
  const auto refused = bench.nextResponse();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, ResponseStatus::Failed);
  EXPECT_EQ(refused->error, "no such link is configured");
  EXPECT_EQ(bench.link, "tcp");
}

TEST_F(Router, ActuatingCommandOverAnUnsecuredLinkIsRefusedAndLeavesNoTrace) {
  bench.may_actuate = false;
  bench.send(1, "vehicle.stopCharging");
  const auto refused = bench.nextResponse();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, ResponseStatus::Failed);
  EXPECT_EQ(refused->error, "action needs a link with TLS");
  EXPECT_EQ(bench.journal->row(1), Row::Unseen);
  bench.may_actuate = true;
  bench.send(1, "vehicle.stopCharging", {.attempt = 2});
  EXPECT_EQ(bench.responses().front(), "in_progress/accepted");
}

TEST_F(Router, ConfigureRunsOnceP1) {
  bench.send(1, "system.configure", {.params = R"({"plainCommands":false})"});
  bench.restart();
  bench.sync();
  bench.send(1, "system.configure", {.params = R"({"plainCommands":false})", .attempt = 2});
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
  EXPECT_EQ(bench.configurations, 1);
}

TEST_F(Router, ActuatingCommandIsBusyWhileARestartIsDue) {
  bench.is_restarting = true;
  bench.send(1, kCharge);
  EXPECT_THAT(bench.responses(), ElementsAre("busy"));
  bench.send(2, "ping");
  EXPECT_THAT(bench.responses(), ElementsAre("completed"));
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Router, RingIsOnlyADoorbell) {
  char text[protocol::kCommandBytesMax];
  bench.raw(*protocol::encodeRing(std::nullopt, text));
  EXPECT_EQ(bench.rings, 1);
  EXPECT_THAT(bench.responses(), IsEmpty());
}

TEST_F(Router, QueriesAndPingsLeaveNoTraceInTheJournal) {
  protocol::CommandId id = 0;
  for (const auto* const action : {"ping", "vehicle.getState", "profiles.get", "capabilities"}) {
    bench.send(++id, action);
    EXPECT_EQ(bench.responses().back(), "completed");
  }
  EXPECT_EQ(bench.journal->maxId(), 0u);
}

}  // namespace
}  // namespace smartkar::device
