#include "server/store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "server/store/every_store.hpp"
#include "server/store/test_records.hpp"

namespace smartkar::server {
namespace {

using testing::eventOf;
using testing::EveryStore;
using testing::fullCommand;
using testing::fullDevice;
using testing::kCcid;
using testing::storeAll;

SK_EVERY_STORE(EveryStore);

TEST_P(EveryStore, GivesBackEveryFieldOfACommand) {
  storeAll(store(), {PutCommand{fullCommand(5), 0}});
  EXPECT_EQ(*store().command(kCcid, 5), std::optional(fullCommand(5)));
  EXPECT_EQ(*store().command(kCcid, 6), std::nullopt);
}

TEST_P(EveryStore, GivesBackEveryFieldOfADevice) {
  DeviceRecord empty;
  empty.ccid = "8988303000000614228";
  storeAll(store(), {PutDevice{fullDevice()}, PutDevice{empty}});
  EXPECT_EQ(*store().device(kCcid), std::optional(fullDevice()));
  EXPECT_THAT(*store().devices(), ::testing::ElementsAre(fullDevice(), empty));
}

TEST_P(EveryStore, HistoryGrowsWithoutWritingOldEntriesAgain) {
  CommandRecord command = fullCommand(5);
  storeAll(store(), {PutCommand{command, 0}});
  command.history.push_back({unixTime(1200), CommandState::Completed, "", "done"});
  storeAll(store(), {PutCommand{command, 2}});
  EXPECT_EQ((*store().command(kCcid, 5))->history, command.history);
}

TEST_P(EveryStore, GivesBackEveryWithdrawal) {
  for (const auto withdrawal : {Withdrawal::None, Withdrawal::Cancelled, Withdrawal::Expired}) {
    CommandRecord command = fullCommand(5);
    command.withdrawal = withdrawal;
    storeAll(store(), {PutCommand{command, 0}});
    EXPECT_EQ(*store().command(kCcid, 5), std::optional(command));
  }
}

TEST_P(EveryStore, RecoveredCommandIsAddedWithItsHistoryIfItIsAbsent) {
  CommandRecord recovered = fullCommand(5);
  recovered.state = CommandState::Completed;
  recovered.finished_at = unixTime(1300);
  recovered.history.push_back({unixTime(1300), CommandState::Completed, "", "found in the car's journal"});
  storeAll(store(), {RecoverCommand{recovered}});
  EXPECT_EQ(*store().command(kCcid, 5), std::optional(recovered));
}

TEST_P(EveryStore, RecoveredCommandChangesNothingOfOneThatIsKnown) {
  CommandRecord recovered = fullCommand(5);
  recovered.action = "vehicle.stopCharging";
  recovered.history.insert(recovered.history.begin(), {unixTime(1), CommandState::Queued, "", "other"});
  storeAll(store(), {PutCommand{fullCommand(5), 0}, RecoverCommand{recovered}});
  EXPECT_EQ(*store().command(kCcid, 5), std::optional(fullCommand(5)));
}

TEST_P(EveryStore, Defect29StateIsKeptFieldByFieldForAServerThatStartsAnew) {
  const StateField soc{"55", 1, 2, unixTime(10)};
  const StateField locked{"true", {}, {}, unixTime(11)};
  storeAll(store(), {PutState{kCcid, {{"vehicle.battery.soc", soc}, {"vehicle.body.locked", locked}}}});
  const StateField newer{"null", 1, 3, unixTime(12)};
  storeAll(store(), {PutState{kCcid, {{"vehicle.battery.soc", newer}}}});
  const StateFields expected{{"vehicle.battery.soc", newer}, {"vehicle.body.locked", locked}};
  EXPECT_EQ(*store().state(kCcid), expected);
  EXPECT_EQ(store().load(unixTime(0))->states.at(kCcid), expected);
}

TEST_P(EveryStore, EventIsStoredOncePerBootAndSequence) {
  EventRecord other_journal = eventOf(1, 1);
  other_journal.journal = 0xA1B2;
  storeAll(store(),
           {AddEvent{eventOf(1, 1)}, AddEvent{eventOf(1, 1)}, AddEvent{eventOf(1, 2)}, AddEvent{other_journal}});
  EXPECT_EQ(store().events(kCcid, 10)->size(), 3u);
}

TEST_P(EveryStore, EventsWithoutStampsAreAllKept) {
  EventRecord event = eventOf(1, 1);
  event.boot.reset();
  storeAll(store(), {AddEvent{event}, AddEvent{event}});
  EXPECT_EQ(store().events(kCcid, 10)->size(), 2u);
}

TEST_P(EveryStore, EventsComeInPagesNewestFirst) {
  for (std::uint32_t seq = 1; seq <= 5; ++seq) storeAll(store(), {AddEvent{eventOf(1, seq)}});
  const auto first = *store().events(kCcid, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].event.seq, 5u);
  const auto second = *store().events(kCcid, 10, first[1].number);
  ASSERT_EQ(second.size(), 3u);
  EXPECT_EQ(second[0].event, eventOf(1, 3));
}

TEST_P(EveryStore, PresenceComesInPagesNewestFirst) {
  const PresenceRecord awake{kCcid, unixTime(10), Presence::Awake, unixTime(10), {}, "", true};
  const PresenceRecord asleep{kCcid, unixTime(20), Presence::Asleep, unixTime(19), unixTime(99), "sleep", true};
  storeAll(store(), {AddPresence{awake}, AddPresence{asleep}});
  const auto newest = *store().presence(kCcid, 1);
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].entry, asleep);
  const auto rest = *store().presence(kCcid, 10, newest[0].number);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].entry, awake);
  EXPECT_TRUE(store().presence("8988303000000614228", 10)->empty());
}

TEST_P(EveryStore, CommandsComeInPagesNewestFirst) {
  for (CommandId id = 1; id <= 5; ++id) storeAll(store(), {PutCommand{fullCommand(id), 0}});
  EXPECT_THAT(*store().commands(kCcid, 2), ::testing::ElementsAre(fullCommand(5), fullCommand(4)));
  EXPECT_THAT(*store().commands(kCcid, 2, 4), ::testing::ElementsAre(fullCommand(3), fullCommand(2)));
}

TEST_P(EveryStore, KeyIsFoundOnlyForItsPrincipalAndCar) {
  storeAll(store(), {PutCommand{fullCommand(5), 0}});
  EXPECT_TRUE(store().findByIdempotencyKey("anna", kCcid, "key 5")->has_value());
  EXPECT_FALSE(store().findByIdempotencyKey("otto", kCcid, "key 5")->has_value());
  EXPECT_FALSE(store().findByIdempotencyKey("anna", "8988303000000614228", "key 5")->has_value());
}

TEST_P(EveryStore, LoadLeavesOutWhatEndedLongAgo) {
  CommandRecord old = fullCommand(1);
  old.state = CommandState::Completed;
  old.finished_at = unixTime(100);
  old.expires_at = unixTime(100);
  CommandRecord recent = old;
  recent.id = 2;
  recent.finished_at = unixTime(200);
  CommandRecord ended_early = old;
  ended_early.id = 4;
  ended_early.expires_at = unixTime(150);
  storeAll(store(),
           {PutCommand{old, 0}, PutCommand{recent, 0}, PutCommand{fullCommand(3), 0}, PutCommand{ended_early, 0}});
  EXPECT_THAT(store().load(unixTime(150))->commands, ::testing::ElementsAre(recent, fullCommand(3), ended_early));
}

TEST_P(EveryStore, QuarantineKeepsTheNewestThousand) {
  std::vector<Mutation> mutations;
  for (int i = 0; i < 1005; ++i) {
    mutations.push_back(AddQuarantine{{kCcid, "state", "{", std::to_string(i), unixTime(1)}});
  }
  storeAll(store(), mutations);
  const auto kept = *store().quarantine(2000);
  ASSERT_EQ(kept.size(), 1000u);
  EXPECT_EQ(kept.front().reason, "1004");
  EXPECT_EQ(kept.front().payload, "{");
}

TEST_P(EveryStore, TokenIsFoundByItsHashAndKeptWhenRevoked) {
  TokenRecord token{"c0ffee", "anna", Role::Operator, unixTime(1000), {}};
  const TokenRecord other{"badcafe", "otto", Role::Admin, unixTime(1001), {}};
  storeAll(store(), {PutToken{other}, PutToken{token}});
  EXPECT_EQ(*store().token("c0ffee"), std::optional(token));
  EXPECT_EQ(*store().token("decaf"), std::nullopt);
  token.revoked_at = unixTime(2000);
  storeAll(store(), {PutToken{token}});
  EXPECT_THAT(*store().tokens(), ::testing::ElementsAre(token, other));
}

TEST_P(EveryStore, AuditComesInPagesNewestFirst) {
  const AuditRecord sent{unixTime(1), "anna", "command", kCcid, "vehicle.startCharging"};
  const AuditRecord made{unixTime(2), "otto", "token.create", "", "anna"};
  storeAll(store(), {AddAudit{sent}, AddAudit{made}});
  const auto newest = *store().audit(1);
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest[0].entry, made);
  const auto rest = *store().audit(10, newest[0].number);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].entry, sent);
}

}  // namespace
}  // namespace smartkar::server
