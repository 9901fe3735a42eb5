#include "server/store/sqlite_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "server/store/sqlite_database.hpp"
#include "server/store/sqlite_schema.hpp"
#include "server/store/temporary_folder.hpp"

namespace smartkar::server {
namespace {

using testing::TemporaryFolder;

constexpr const char* kCcid = "8988303000000614227";

CommandRecord fullCommand(CommandId id) {
  CommandRecord command;
  command.ccid = kCcid;
  command.id = id;
  command.action = "vehicle.startCharging";
  command.params_json = R"({"targetSoc":80})";
  command.principal = "anna";
  command.idempotency_key = "key " + std::to_string(id);
  command.request = "canonical";
  command.supersedes = true;
  command.state = CommandState::InProgress;
  command.unconfirmed = true;
  command.withdrawal = Withdrawal::Cancelled;
  command.stage = "sending_command";
  command.error = "an 'error'";
  command.result_json = R"({"a":1})";
  command.created_at = unixTime(1000);
  command.expires_at = unixTime(2000);
  command.attempts = 2;
  command.last_sent_at = unixTime(1100);
  command.last_contact = 0x7FFFFFFF;
  command.sends_in_contact = 2;
  command.sent_once = true;
  command.answer_boot = 7;
  command.answer_seq = 0xFFFFFFFF;
  command.history = {{unixTime(1000), CommandState::Queued, "", ""},
                     {unixTime(1100), CommandState::Sent, "s", "try 2"}};
  return command;
}

DeviceRecord fullDevice() {
  DeviceRecord device;
  device.ccid = kCcid;
  device.presence = Presence::Asleep;
  device.proved_at = unixTime(1234);
  device.asleep_until = unixTime(5678);
  device.offline_reason = "sleep";
  device.reachable = true;
  device.wake_cause = "modem_ri";
  device.firmware = "3.0.0";
  device.link = "mqtt";
  device.journal = 0xFFFFFFFF;
  device.boot = 7;
  device.conn = 3;
  device.status_seq = 9;
  device.seen_id = 11;
  device.journal_wanted = 12;
  device.contact = 91827;
  device.max_id = 11;
  device.last_id = 12;
  device.ack_boot = 7;
  device.ack_contiguous = 4;
  device.ack_highest = 6;
  return device;
}

EventRecord eventOf(std::uint32_t boot, std::uint32_t seq) {
  EventRecord event;
  event.ccid = kCcid;
  event.domain = "vehicle";
  event.name = "plugged";
  event.received_at = unixTime(1500);
  event.boot = boot;
  event.seq = seq;
  return event;
}

std::unique_ptr<SqliteStore> opened(const std::string& path = ":memory:") {
  auto store = SqliteStore::open(path);
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
  return std::move(*store);
}

void storeAll(Store& store, std::vector<Mutation> mutations) {
  const auto result = store.apply(mutations);
  ASSERT_TRUE(result.ok()) << result.error().message;
}

TEST(SqliteStore, GivesBackEveryFieldOfACommand) {
  const auto store = opened();
  storeAll(*store, {PutCommand{fullCommand(5), 0}});
  EXPECT_EQ(*store->command(kCcid, 5), std::optional(fullCommand(5)));
  EXPECT_EQ(*store->command(kCcid, 6), std::nullopt);
}

TEST(SqliteStore, GivesBackEveryFieldOfADevice) {
  const auto store = opened();
  DeviceRecord empty;
  empty.ccid = "8988303000000614228";
  storeAll(*store, {PutDevice{fullDevice()}, PutDevice{empty}});
  EXPECT_EQ(*store->device(kCcid), std::optional(fullDevice()));
  EXPECT_THAT(*store->devices(), ::testing::ElementsAre(fullDevice(), empty));
}

TEST(SqliteStore, HistoryGrowsWithoutWritingOldEntriesAgain) {
  const auto store = opened();
  CommandRecord command = fullCommand(5);
  storeAll(*store, {PutCommand{command, 0}});
  command.history.push_back({unixTime(1200), CommandState::Completed, "", "done"});
  storeAll(*store, {PutCommand{command, 2}});
  EXPECT_EQ((*store->command(kCcid, 5))->history, command.history);
}

TEST(SqliteStore, GivesBackEveryWithdrawal) {
  const auto store = opened();
  for (const auto withdrawal : {Withdrawal::None, Withdrawal::Cancelled, Withdrawal::Expired}) {
    CommandRecord command = fullCommand(5);
    command.withdrawal = withdrawal;
    storeAll(*store, {PutCommand{command, 0}});
    EXPECT_EQ(*store->command(kCcid, 5), std::optional(command));
  }
}

TEST(SqliteStore, RecoveredCommandIsAddedWithItsHistoryIfItIsAbsent) {
  const auto store = opened();
  CommandRecord recovered = fullCommand(5);
  recovered.state = CommandState::Completed;
  recovered.finished_at = unixTime(1300);
  recovered.history.push_back({unixTime(1300), CommandState::Completed, "", "found in the car's journal"});
  storeAll(*store, {RecoverCommand{recovered}});
  EXPECT_EQ(*store->command(kCcid, 5), std::optional(recovered));
}

TEST(SqliteStore, RecoveredCommandChangesNothingOfOneThatIsKnown) {
  const auto store = opened();
  CommandRecord recovered = fullCommand(5);
  recovered.action = "vehicle.stopCharging";
  recovered.history.insert(recovered.history.begin(), {unixTime(1), CommandState::Queued, "", "other"});
  storeAll(*store, {PutCommand{fullCommand(5), 0}, RecoverCommand{recovered}});
  EXPECT_EQ(*store->command(kCcid, 5), std::optional(fullCommand(5)));
}

TEST(SqliteStore, Defect29StateIsKeptFieldByFieldForAServerThatStartsAnew) {
  const auto store = opened();
  const StateField soc{"55", 1, 2, unixTime(10)};
  const StateField locked{"true", {}, {}, unixTime(11)};
  storeAll(*store, {PutState{kCcid, {{"vehicle.battery.soc", soc}, {"vehicle.body.locked", locked}}}});
  const StateField newer{"null", 1, 3, unixTime(12)};
  storeAll(*store, {PutState{kCcid, {{"vehicle.battery.soc", newer}}}});
  const StateFields expected{{"vehicle.battery.soc", newer}, {"vehicle.body.locked", locked}};
  EXPECT_EQ(*store->state(kCcid), expected);
  EXPECT_EQ(store->load(unixTime(0))->states.at(kCcid), expected);
}

TEST(SqliteStore, EventIsStoredOncePerBootAndSequence) {
  const auto store = opened();
  EventRecord other_journal = eventOf(1, 1);
  other_journal.journal = 0xA1B2;
  storeAll(*store,
           {AddEvent{eventOf(1, 1)}, AddEvent{eventOf(1, 1)}, AddEvent{eventOf(1, 2)}, AddEvent{other_journal}});
  EXPECT_EQ(store->events(kCcid, 10)->size(), 3u);
}

TEST(SqliteStore, EventsWithoutStampsAreAllKept) {
  const auto store = opened();
  EventRecord event = eventOf(1, 1);
  event.boot.reset();
  storeAll(*store, {AddEvent{event}, AddEvent{event}});
  EXPECT_EQ(store->events(kCcid, 10)->size(), 2u);
}

TEST(SqliteStore, EventsComeInPagesNewestFirst) {
  const auto store = opened();
  for (std::uint32_t seq = 1; seq <= 5; ++seq) storeAll(*store, {AddEvent{eventOf(1, seq)}});
  const auto first = *store->events(kCcid, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].event.seq, 5u);
  const auto second = *store->events(kCcid, 10, first[1].number);
  ASSERT_EQ(second.size(), 3u);
  EXPECT_EQ(second[0].event, eventOf(1, 3));
}

TEST(SqliteStore, CommandsComeInPagesNewestFirst) {
  const auto store = opened();
  for (CommandId id = 1; id <= 5; ++id) storeAll(*store, {PutCommand{fullCommand(id), 0}});
  EXPECT_THAT(*store->commands(kCcid, 2), ::testing::ElementsAre(fullCommand(5), fullCommand(4)));
  EXPECT_THAT(*store->commands(kCcid, 2, 4), ::testing::ElementsAre(fullCommand(3), fullCommand(2)));
}

TEST(SqliteStore, KeyIsFoundOnlyForItsPrincipalAndCar) {
  const auto store = opened();
  storeAll(*store, {PutCommand{fullCommand(5), 0}});
  EXPECT_TRUE(store->findByIdempotencyKey("anna", kCcid, "key 5")->has_value());
  EXPECT_FALSE(store->findByIdempotencyKey("otto", kCcid, "key 5")->has_value());
  EXPECT_FALSE(store->findByIdempotencyKey("anna", "8988303000000614228", "key 5")->has_value());
}

TEST(SqliteStore, LoadLeavesOutWhatEndedLongAgo) {
  const auto store = opened();
  CommandRecord old = fullCommand(1);
  old.state = CommandState::Completed;
  old.finished_at = unixTime(100);
  CommandRecord recent = old;
  recent.id = 2;
  recent.finished_at = unixTime(200);
  storeAll(*store, {PutCommand{old, 0}, PutCommand{recent, 0}, PutCommand{fullCommand(3), 0}});
  EXPECT_THAT(store->load(unixTime(150))->commands, ::testing::ElementsAre(recent, fullCommand(3)));
}

TEST(SqliteStore, QuarantineKeepsTheNewestThousand) {
  const auto store = opened();
  std::vector<Mutation> mutations;
  for (int i = 0; i < 1005; ++i) {
    mutations.push_back(AddQuarantine{{kCcid, "state", std::string("\xFF\0{", 3), std::to_string(i), unixTime(1)}});
  }
  storeAll(*store, mutations);
  const auto kept = *store->quarantine(2000);
  ASSERT_EQ(kept.size(), 1000u);
  EXPECT_EQ(kept.front().reason, "1004");
  EXPECT_EQ(kept.front().payload, std::string("\xFF\0{", 3));
}

TEST(SqliteStore, BatchIsStoredWholeOrNotAtAll_P7) {
  const TemporaryFolder folder;
  const auto store = opened(folder.file("db"));
  {
    // A constraint from outside makes the second mutation fail.
    SqliteDatabase other;
    other.open(folder.file("db"));
    other.execute("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END");
    ASSERT_FALSE(other.failed());
  }
  const std::vector<Mutation> mutations{PutCommand{fullCommand(5), 0}, AddEvent{eventOf(1, 1)}};
  const auto result = store->apply(mutations);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("refused"));
  EXPECT_FALSE(store->command(kCcid, 5)->has_value());
  storeAll(*store, {PutCommand{fullCommand(6), 0}});
}

TEST(SqliteStore, CheckpointMovesTheLogIntoTheFile) {
  const TemporaryFolder folder;
  const auto store = opened(folder.file("db"));
  storeAll(*store, {PutDevice{fullDevice()}});
  ASSERT_TRUE(store->checkpoint().ok());
  std::filesystem::copy_file(folder.file("db"), folder.file("without-log"));
  EXPECT_EQ(*opened(folder.file("without-log"))->device(kCcid), std::optional(fullDevice()));
}

TEST(Migration, ReopeningKeepsTheDataAndTheVersion) {
  const TemporaryFolder folder;
  storeAll(*opened(folder.file("db")), {PutDevice{fullDevice()}});
  EXPECT_EQ(*opened(folder.file("db"))->device(kCcid), std::optional(fullDevice()));
  SqliteDatabase database;
  database.open(folder.file("db"));
  auto query = database.query("PRAGMA user_version");
  ASSERT_TRUE(query.next());
  EXPECT_EQ(query.integer(), schemaVersion());
}

TEST(Migration, DatabaseOfVersion1KeepsItsRows) {
  const TemporaryFolder folder;
  {
    SqliteDatabase database;
    database.open(folder.file("db"));
    migrate(database, 1);
    database.execute(R"(
      INSERT INTO commands VALUES ('8988303000000614227', 5, 'vehicle.startCharging', '{"targetSoc":80}', 'anna',
        'key 5', 'canonical', 'in_progress', 1, 'sending_command', 'an ''error''', '{"a":1}', 1000, 2000, NULL, 0, 2,
        1100, 2147483647, 2, 7, 4294967295);
      INSERT INTO history VALUES ('8988303000000614227', 5, 0, 1000, 'queued', '', ''),
        ('8988303000000614227', 5, 1, 1100, 'sent', 's', 'try 2'))");
    ASSERT_FALSE(database.failed());
  }
  CommandRecord kept = fullCommand(5);
  kept.supersedes = false;
  kept.withdrawal = Withdrawal::None;
  kept.sent_once = false;
  const auto store = opened(folder.file("db"));
  EXPECT_EQ(*store->command(kCcid, 5), std::optional(kept));
  EXPECT_THAT(store->load(unixTime(0))->commands, ::testing::ElementsAre(kept));
  storeAll(*store, {PutCommand{fullCommand(6), 0}});
  EXPECT_EQ(*store->command(kCcid, 6), std::optional(fullCommand(6)));
}

TEST(Migration, NewerSchemaIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  opened(folder.file("db"));
  {
    SqliteDatabase database;
    database.open(folder.file("db"));
    database.execute("PRAGMA user_version = 99");
  }
  const auto store = SqliteStore::open(folder.file("db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().error, StoreError::NewerSchema);
  EXPECT_THAT(store.error().message, ::testing::HasSubstr("version 99"));
  EXPECT_THAT(store.error().message, ::testing::HasSubstr("newer smartkar-server"));
}

TEST(Migration, FailureInTheMiddleChangesNothing) {
  const TemporaryFolder folder;
  {
    SqliteDatabase database;
    database.open(folder.file("db"));
    database.execute("CREATE TABLE history (something)");  // stands in the way of the third table
  }
  EXPECT_FALSE(SqliteStore::open(folder.file("db")).ok());
  SqliteDatabase database;
  database.open(folder.file("db"));
  auto query = database.query("SELECT count(*) FROM sqlite_master");
  ASSERT_TRUE(query.next());
  EXPECT_EQ(query.integer(), 1);
}

TEST(Migration, FileThatIsNoDatabaseIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("db")) << std::string(4096, 'x');
  const auto store = SqliteStore::open(folder.file("db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().error, StoreError::CannotOpen);
  EXPECT_THAT(store.error().message, ::testing::HasSubstr(folder.file("db")));
}

TEST(Migration, MissingFolderIsRefused) {
  const TemporaryFolder folder;
  const auto store = SqliteStore::open(folder.file("nowhere/db"));
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().error, StoreError::CannotOpen);
}

}  // namespace
}  // namespace smartkar::server
