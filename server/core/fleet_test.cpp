#include "server/core/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::FakeCar;
using testing::kCcid;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

std::vector<std::string> historyOf(const CommandRecord& command) {
  std::vector<std::string> states;
  for (const HistoryEntry& entry : command.history) states.emplace_back(stateName(entry.state));
  return states;
}

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }

TEST(Delivery, CommandToASleepingCarRingsSyncsSendsAndCompletes_P3) {
  World world;
  const CommandId id = world.request(kStartCharging, R"({"targetSoc":80})");
  world.run(30s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_THAT(historyOf(world.command(id)),
              ::testing::ElementsAre("queued", "ringing", "sent", "accepted", "in_progress", "completed"));
  EXPECT_EQ(world.car.effects[id], 1);
  EXPECT_THAT(world.car.parameters[id], ::testing::HasSubstr(R"("targetSoc":80)"));
  ASSERT_GE(world.published.size(), 3u);
  EXPECT_EQ(world.published[0].kind, PublishKind::Ring);
  EXPECT_EQ(world.published[1].kind, PublishKind::Sync);
  EXPECT_EQ(world.published[2].kind, PublishKind::Command);
}

TEST(Delivery, CommandToAnAwakeCarNeedsNoRing_P3) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging);
  world.run(5s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), 0);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
}

TEST(Delivery, CommandIsStoredBeforeItIsAccepted_P7) {
  Fleet fleet;
  const Actions actions =
      fleet.on(CommandRequested{7, kCcid, kStartCharging, "", {}, "", "anna"}, Instant{}, unixTime(1767225600));
  const auto stored = std::count_if(actions.mutations.begin(), actions.mutations.end(),
                                    [](const Mutation& m) { return std::holds_alternative<PutCommand>(m); });
  ASSERT_EQ(stored, 1);
  EXPECT_TRUE(std::holds_alternative<CommandAccepted>(actions.effects.front()));
}

TEST(Delivery, TwoActuatingCommandsAreHandedOverOneAfterTheOther) {
  World world;
  world.wakeCar();
  const CommandId first = world.request(kStartCharging);
  const CommandId second = world.request("vehicle.startClimate");
  EXPECT_EQ(world.command(first).state, CommandState::InProgress);
  EXPECT_EQ(world.command(second).state, CommandState::Queued);
  world.run(10s);
  EXPECT_EQ(world.command(second).state, CommandState::Completed);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 2);
}

TEST(Delivery, QueryPassesARunningCommand) {
  World world;
  world.wakeCar();
  const CommandId slow = world.request(kStartCharging);
  const CommandId query = world.request("vehicle.getState");
  EXPECT_EQ(world.command(slow).state, CommandState::InProgress);
  EXPECT_EQ(world.command(query).state, CommandState::Completed);
}

TEST(Delivery, FinalResponseIsAcknowledgedByASyncSoTheCarFreesItsOutbox) {
  World world;
  world.wakeCar();
  world.request(kStartCharging);
  world.run(4s);
  EXPECT_EQ(world.car.outboxSize(), 0u);
  EXPECT_GE(world.car.acknowledged, 3u);
}

TEST(Delivery, BusyPutsTheCommandBackAndItIsSentAgain) {
  World world;
  world.car.works_for = 15s;
  world.wakeCar();
  const CommandId first = world.request(kStartCharging);
  const CommandId second = world.request("vehicle.startClimate");
  // A server that believes the first one is over sends the second one too early.
  world.receive(Channel::Response, R"({"id":)" + std::to_string(first) + R"(,"ok":false,"status":"cancelled"})");
  EXPECT_EQ(world.command(second).state, CommandState::Queued);
  EXPECT_EQ(world.command(second).history.back().detail, "the car is busy");
  world.run(60s);
  EXPECT_EQ(world.command(second).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[second], 1);
}

TEST(Ring, IsRepeatedAtOnceThenAfter30sThen2minThenEvery10min) {
  World world;
  world.car.hears_rings = false;
  world.request(kStartCharging, "", 6 * 3600);
  std::vector<std::int64_t> at;
  for (int minute_half = 0; minute_half < 50; ++minute_half) {
    while (at.size() < static_cast<std::size_t>(world.publishedCount(PublishKind::Ring))) {
      at.push_back(wholeMilliseconds(world.now().time_since_epoch()) / 1000);
    }
    world.run(30s);
  }
  EXPECT_THAT(at, ::testing::ElementsAre(0, 30, 120, 720, 1320));
}

TEST(Ring, ExpiresAtTheNextRingAndNeverWithinTwoSeconds) {
  World world;
  world.car.hears_rings = false;
  world.request(kStartCharging, "", 6 * 3600);
  world.run(13min);
  std::vector<std::uint32_t> expiries;
  for (const PublishCommand& message : world.published) expiries.push_back(message.expiry_s);
  EXPECT_THAT(expiries, ::testing::ElementsAre(30, 90, 600, 600));
}

TEST(Ring, NewRequestDoesNotSitOutALongPause) {
  World world;
  world.car.hears_rings = false;
  world.request(kStartCharging, "", 6 * 3600);
  world.run(5min);
  const int before = world.publishedCount(PublishKind::Ring);
  world.request("vehicle.stopCharging");
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), before + 1);
}

TEST(Ring, DeafCarGetsTheCommandAtItsNextTimerWake_P3) {
  World world;
  world.wakeCar();
  world.run(1min);
  ASSERT_FALSE(world.car.awake());
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 6 * 3600);
  world.run(2h);
  EXPECT_EQ(world.command(id).state, CommandState::Ringing);
  world.run(2h);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Resend, UnansweredCommandIsSentThreeTimesWithTheSameIdThenUnconfirmed_P4) {
  World world;
  world.wakeCar();
  world.car.awake_for = 10min;
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging);
  std::vector<std::int64_t> at;
  for (int second = 0; second < 60; ++second) {
    while (at.size() < static_cast<std::size_t>(world.publishedCount(PublishKind::Command))) at.push_back(second);
    world.run(1s);
  }
  EXPECT_THAT(at, ::testing::ElementsAre(0, 6, 16));  // sent by second 0, 5 and 15
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  EXPECT_TRUE(world.command(id).unconfirmed);
  EXPECT_EQ(world.command(id).attempts, 3u);
  std::set<CommandId> ids;
  for (const PublishCommand& message : world.published) {
    if (isCommand(message)) ids.insert(message.id);
  }
  EXPECT_EQ(ids.size(), 1u);
}

TEST(Resend, LostResponsesDoNotMakeTheCarActTwice_P1) {
  World world;
  world.wakeCar();
  int lost = 0;
  world.lost_to_server = [&](const FakeCar::Message& m) { return m.channel == Channel::Response && ++lost <= 4; };
  const CommandId id = world.request(kStartCharging);
  world.run(2min);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Resend, UnconfirmedIsSettledAtTheNextContact_P4) {
  World world;
  world.wakeCar();
  world.lost_to_server = [](const FakeCar::Message& m) { return m.channel == Channel::Response; };
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(5min);
  EXPECT_TRUE(world.command(id).unconfirmed);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  world.lost_to_server = [](const FakeCar::Message&) { return false; };
  world.wakeCar();
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_FALSE(world.command(id).unconfirmed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Resend, CarFallenSilentAfterAcceptingIsAskedBySync) {
  World world;
  world.wakeCar();
  world.car.works_for = 40s;
  const CommandId id = world.request(kStartCharging);
  const int syncs = world.car.syncs;
  world.run(35s);
  EXPECT_GT(world.car.syncs, syncs);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
  world.run(30s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(Expiry, CommandNeverSentIsExpiredAndNeverExecuted_P2_P4) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(61s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.car.effects.size(), 0u);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
}

TEST(Expiry, NothingIsSentInTheLastTwoSeconds_P2) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(58s);
  world.wakeCar();
  world.run(3s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
}

TEST(Expiry, SentButLostIsUnconfirmedUntilTheCarSaysItNeverHadIt_P4) {
  World world;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging, "", 30);
  world.run(5min);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  EXPECT_TRUE(world.command(id).unconfirmed);
  world.wakeCar();
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  EXPECT_TRUE(world.command(id).decided_by_car);
  EXPECT_EQ(world.car.effects.size(), 0u);
}

TEST(Expiry, NeverReceivedBeforeExpiryIsSentAgainWithTheSameId_P3) {
  World world;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging, "", 3600);
  world.run(19s);
  world.lost_to_car = [](const PublishCommand&) { return false; };
  world.car.reconnect(world.now());
  world.run(20s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Expiry, EveryCommandEndsEvenIfTheCarIsNeverHeardOfAgain_P3) {
  World world;
  world.wakeCar();
  world.lost_to_server = [](const FakeCar::Message&) { return true; };
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(std::chrono::hours{24 * 30} + 2min);
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
}

TEST(Truth, ResetWhileActingIsUnknownAndNotRetried_P1_P4) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging);
  world.car.reboot(world.now());
  world.run(1min);
  EXPECT_EQ(world.command(id).state, CommandState::Unknown);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
}

TEST(Truth, LostJournalMakesWhatWasSentUnknownAndKeepsWhatWasNot_P1) {
  World world;
  world.wakeCar();
  world.lost_to_server = [](const FakeCar::Message& m) { return m.channel == Channel::Response; };
  const CommandId sent = world.request(kStartCharging);
  const CommandId waiting = world.request("vehicle.startClimate");
  world.lost_to_server = [](const FakeCar::Message&) { return false; };
  world.car.loseJournal(0xC3D4);
  world.car.reboot(world.now());
  world.run(1min);
  EXPECT_EQ(world.command(sent).state, CommandState::Unknown);
  EXPECT_EQ(world.command(waiting).state, CommandState::Completed);
}

struct LateCase {
  const char* name;
  std::vector<const char*> responses;  // what follows the id
  CommandState state;
  const char* stage;
};

class LateResponse : public ::testing::TestWithParam<LateCase> {};

TEST_P(LateResponse, NeverMovesACommandBackwards_P4) {
  World world;
  world.car.hears_rings = false;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging);
  for (const char* response : GetParam().responses) {
    world.receive(Channel::Response, R"({"id":)" + std::to_string(id) + "," + response + "}");
  }
  EXPECT_EQ(world.command(id).state, GetParam().state);
  EXPECT_EQ(world.command(id).stage, GetParam().stage);
}

INSTANTIATE_TEST_SUITE_P(
    All, LateResponse,
    ::testing::Values(LateCase{"ProgressAfterFinal",
                               {R"("ok":true,"status":"completed","boot":1,"seq":9)",
                                R"("ok":true,"status":"in_progress","stage":"accepted","boot":1,"seq":8)"},
                               CommandState::Completed,
                               ""},
                      LateCase{"EarlierStage",
                               {R"("ok":true,"status":"in_progress","stage":"updating_profile","boot":1,"seq":9)",
                                R"("ok":true,"status":"in_progress","stage":"requesting_wake","boot":1,"seq":10)"},
                               CommandState::InProgress,
                               "updating_profile"},
                      LateCase{"LowerSequence",
                               {R"("ok":true,"status":"in_progress","stage":"requesting_wake","boot":1,"seq":9)",
                                R"("ok":true,"status":"in_progress","stage":"updating_profile","boot":1,"seq":8)"},
                               CommandState::InProgress,
                               "requesting_wake"},
                      LateCase{"BusyOfAnEarlierTry",
                               {R"("ok":true,"status":"in_progress","stage":"accepted","try":1,"boot":1,"seq":9)",
                                R"("ok":false,"status":"busy","try":1,"boot":1,"seq":10)"},
                               CommandState::Accepted,
                               "accepted"},
                      LateCase{"SecondFinal",
                               {R"("ok":true,"status":"completed","boot":1,"seq":9)",
                                R"("ok":false,"status":"failed","boot":1,"seq":10)"},
                               CommandState::Completed,
                               ""},
                      LateCase{"TruthAfterUnknown",
                               {R"("ok":false,"status":"unknown","boot":1,"seq":9)",
                                R"("ok":true,"status":"completed","boot":1,"seq":10)"},
                               CommandState::Completed,
                               ""},
                      LateCase{"WithoutStampsByRankAlone",
                               {R"("ok":true,"status":"in_progress","stage":"sending_command")",
                                R"("ok":true,"status":"in_progress","stage":"accepted")"},
                               CommandState::InProgress,
                               "sending_command"},
                      LateCase{"Rejected",
                               {R"("ok":false,"status":"not_supported","error":"no such action","boot":1,"seq":9)"},
                               CommandState::Rejected,
                               ""}),
    [](const auto& tested) { return tested.param.name; });

TEST(Contact, RetainedReplayOpensNone_P6) {
  World world;
  world.wakeCar();
  world.disconnectBroker();
  world.restartServer();  // the broker replays the retained status
  world.car.hears_rings = false;
  world.lost_to_car = [](const PublishCommand&) { return true; };
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
  EXPECT_EQ(world.command(id).state, CommandState::Ringing);
}

TEST(Contact, StatusOfAnOlderConnectionOpensNone) {
  World world;
  world.wakeCar();
  world.car.reconnect(world.now());
  world.run(1s);
  const auto contact = world.device().contact;
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2","maxId":0})");
  EXPECT_EQ(world.device().contact, contact);
}

TEST(Contact, StatusOfAnEarlierBrokerConnectionOpensNone) {
  World world;
  world.receiveOfGeneration(0, Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2"})");
  EXPECT_EQ(world.publishedCount(PublishKind::Sync), 0);
}

TEST(Contact, SameNonceAgainIsSyncedButNothingIsResent) {
  World world;
  world.wakeCar();
  world.lost_to_car = isCommand;
  world.request(kStartCharging);
  const int syncs = world.publishedCount(PublishKind::Sync);
  world.car.announce();
  world.run(1s);
  EXPECT_EQ(world.publishedCount(PublishKind::Sync), syncs + 1);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
}

TEST(Contact, SleepAnnouncementEndsIt) {
  World world;
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  world.car.hears_rings = false;
  world.request(kStartCharging);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
}

TEST(Contact, SyncAsksForStateUntilThereIsSome) {
  World world;
  world.wakeCar();
  EXPECT_THAT(world.published.back().payload, ::testing::HasSubstr("want"));
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":1})");
  world.car.announce();
  world.run(1s);
  EXPECT_THAT(world.published.back().payload, ::testing::Not(::testing::HasSubstr(R"("want":true)")));
}

TEST(Will, OfAnEarlierConnectionIsIgnored_P6) {
  World world;
  world.wakeCar();
  world.car.reconnect(world.now());
  world.run(1s);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  EXPECT_EQ(world.device().presence, Presence::Awake);
}

TEST(Will, OfThePresentConnectionMeansLost_P6) {
  World world;
  world.wakeCar();
  const auto proved_at = world.device().proved_at;
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  EXPECT_EQ(world.device().presence, Presence::Lost);
  EXPECT_FALSE(world.device().reachable);
  EXPECT_EQ(world.device().proved_at, proved_at);
}

TEST(Will, BareOfflineClosesThePresentConnection_P6) {
  World world;
  world.wakeCar();
  world.receive(Channel::Status, "offline");
  EXPECT_EQ(world.device().presence, Presence::Lost);
}

TEST(Will, OfASleepingCarLeavesItAsleepButUnreachable_P6) {
  World world;
  world.wakeCar();
  world.run(1min);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_FALSE(world.device().reachable);
}

TEST(PresenceOverTime, AwakeAndSilentIsOverdueAfter480s_P6) {
  World world;
  world.car.awake_for = 1h;
  world.wakeCar();
  world.run(479s);
  EXPECT_EQ(world.device().presence, Presence::Awake);
  world.run(1s);
  EXPECT_EQ(world.device().presence, Presence::Overdue);
}

TEST(PresenceOverTime, AsleepPastItsWakeTimeIsOverdueAfter10min_P6) {
  World world;
  world.receive(Channel::Status,
                R"({"online":false,"reason":"sleep","nextWake":1767229200,"boot":1,"conn":1,"timestamp":1767225600})");
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_TRUE(world.device().reachable);
  world.run(1h + 10min - 1s);
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  world.run(1s);
  EXPECT_EQ(world.device().presence, Presence::Overdue);
  EXPECT_FALSE(world.device().reachable);
}

TEST(Broker, LostSessionMakesReachableUnprovenAndEndsContacts_P6) {
  World world;
  world.wakeCar();
  world.disconnectBroker();
  world.connectBroker(false);
  EXPECT_FALSE(world.device().reachable);
  world.lost_to_car = [](const PublishCommand&) { return true; };
  world.request(kStartCharging);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 0);
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), 1);
}

TEST(Broker, NothingIsPublishedWhileItIsAwayAndAllOfItAfterwards_P3) {
  World world;
  world.wakeCar();
  world.disconnectBroker();
  world.published.clear();
  const CommandId id = world.request(kStartCharging);
  world.run(5s);
  EXPECT_TRUE(world.published.empty());
  world.connectBroker(true);
  world.run(10s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

TEST(Ids, GrowWithTimeSoThatARestoredBackupReusesNone_P1) {
  World world;
  const CommandId id = world.request(kStartCharging);
  EXPECT_EQ(id, 1767225600u - 1577836800u);
  EXPECT_EQ(world.request(kStartCharging), id + 1);
}

TEST(Ids, AreAboveWhatTheCarRemembers_P1) {
  World world;
  world.receive(Channel::Status,
                R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2","maxId":2000000000})");
  EXPECT_EQ(world.request(kStartCharging), 2000000001u);
}

TEST(Ids, RunOutIsARefusal) {
  World world;
  world.receive(Channel::Status,
                R"({"online":true,"boot":1,"conn":1,"contact":77,"journal":"a1b2","maxId":2147483647})");
  EXPECT_EQ(world.request(kStartCharging), 0u);
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::IdsExhausted);
}

TEST(Idempotency, SameKeyAndRequestIsTheSameCommand) {
  World world;
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging, R"({"targetSoc":80})", {}, "k");
  EXPECT_EQ(world.request(kStartCharging, R"({ "targetSoc" : 80 })", {}, "k"), id);
  EXPECT_TRUE(world.latest<CommandAccepted>()->replayed);
}

TEST(Idempotency, SameKeyForAnotherRequestIsAConflict) {
  World world;
  world.request(kStartCharging, R"({"targetSoc":80})", {}, "k");
  EXPECT_EQ(world.request(kStartCharging, R"({"targetSoc":90})", {}, "k"), 0u);
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::IdempotencyConflict);
}

TEST(Idempotency, KeyIsForgottenADayAfterTheEnd) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging, "", {}, "k");
  world.run(23h);
  EXPECT_EQ(world.request(kStartCharging, "", {}, "k"), id);
  world.run(2h);
  EXPECT_NE(world.request(kStartCharging, "", {}, "k"), id);
}

struct RefusedCase {
  const char* name;
  const char* action;
  const char* params;
  std::optional<std::int64_t> ttl;
  Refusal reason;
  const char* field;
};

class RefusedRequest : public ::testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedRequest, NamesTheFieldAndStoresNothing) {
  World world;
  EXPECT_EQ(world.request(GetParam().action, GetParam().params, GetParam().ttl), 0u);
  const auto refused = world.latest<CommandRefused>();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, GetParam().reason);
  EXPECT_EQ(refused->field.field, GetParam().field);
  EXPECT_TRUE(world.stored.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedRequest,
    ::testing::Values(RefusedCase{"UnknownAction", "vehicle.fly", "", {}, Refusal::UnknownAction, "action"},
                      RefusedCase{"LinkAction", "system.sync", "", {}, Refusal::UnknownAction, "action"},
                      RefusedCase{
                          "OutOfRange", kStartCharging, R"({"targetSoc":101})", {}, Refusal::BadParameter, "targetSoc"},
                      RefusedCase{"NoObject", kStartCharging, "[]", {}, Refusal::BadParameter, "params"},
                      RefusedCase{"NoJson", kStartCharging, "{", {}, Refusal::BadParameter, "params"},
                      RefusedCase{"TtlTooShort", kStartCharging, "", 9, Refusal::BadTtl, "ttl"},
                      RefusedCase{"TtlTooLong", kStartCharging, "", 30 * 24 * 3600 + 1, Refusal::BadTtl, "ttl"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Request, TooManyOpenCommandsAreRefused) {
  World world;
  world.car.hears_rings = false;
  for (int i = 0; i < 64; ++i) ASSERT_NE(world.request(kStartCharging), 0u);
  EXPECT_EQ(world.request(kStartCharging), 0u);
  EXPECT_EQ(world.latest<CommandRefused>()->reason, Refusal::TooManyOpen);
}

TEST(Telemetry, AbsentFieldsStayAndNullMakesUnknown) {
  World world;
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55,"charging":true}},"boot":1,"seq":1})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"charging":null}},"boot":1,"seq":2})");
  EXPECT_EQ(stateJson(*world.fleet().state(kCcid)), R"({"vehicle":{"battery":{"charging":null,"soc":55}}})");
}

TEST(Telemetry, OlderOrRepeatedMessagesChangeNothing) {
  World world;
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":5})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":44}},"boot":1,"seq":4})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":33}},"boot":1,"seq":5})");
  EXPECT_EQ(stateJson(*world.fleet().state(kCcid)), R"({"vehicle":{"battery":{"soc":55}}})");
}

TEST(Telemetry, EventIsStoredWithItsDetails) {
  World world;
  world.receive(Channel::Event,
                R"({"domain":"vehicle","name":"socThreshold","soc":80,"ts":1767225500,"boot":1,"seq":3})");
  const auto event = world.latest<EventHappened>();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->event.name, "socThreshold");
  EXPECT_EQ(event->event.details_json, R"({"soc":80})");
  EXPECT_EQ(event->event.time, unixTime(1767225500));
}

TEST(Telemetry, MessageThatMakesNoSenseIsQuarantined) {
  World world;
  for (const Channel channel : {Channel::State, Channel::Event, Channel::Response, Channel::Status}) {
    world.stored.clear();
    world.receive(channel, "{\"id\":");
    ASSERT_EQ(world.stored.size(), 1u) << static_cast<int>(channel);
    EXPECT_TRUE(std::holds_alternative<AddQuarantine>(world.stored[0]));
  }
}

TEST(WallClock, JumpForwardExpiresAtOnce) {
  Fleet fleet;
  const UnixTime wall = unixTime(1767225600);
  const Actions accepted = fleet.on(CommandRequested{1, kCcid, kStartCharging, "", 60, "", "anna"}, Instant{}, wall);
  const CommandId id = std::get<CommandAccepted>(accepted.effects.front()).id;
  fleet.on(TimePassed{}, Instant{} + 1s, wall + std::chrono::hours{2});
  EXPECT_EQ(fleet.command(kCcid, id)->state, CommandState::Expired);
}

}  // namespace
}  // namespace smartkar::server
