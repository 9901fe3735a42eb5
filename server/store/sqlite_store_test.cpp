#include "server/store/sqlite_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/store/schema.hpp"
#include "server/store/sqlite_database.hpp"
#include "server/store/store_lock.hpp"
#include "server/store/temporary_folder.hpp"
#include "server/store/test_records.hpp"

namespace smartkar::server {
namespace {

using testing::eventOf;
using testing::fullCommand;
using testing::fullDevice;
using testing::kCcid;
using testing::storeAll;
using testing::TemporaryFolder;

std::unique_ptr<SqliteStore> opened(const std::string& path) {
  auto store = SqliteStore::open(path);
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
  return std::move(*store);
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

TEST(SqliteStore, MaintenanceMovesTheLogIntoTheFile) {
  const TemporaryFolder folder;
  const auto store = opened(folder.file("db"));
  storeAll(*store, {PutDevice{fullDevice()}});
  ASSERT_TRUE(store->maintain().ok());
  std::filesystem::copy_file(folder.file("db"), folder.file("without-log"));
  EXPECT_EQ(*opened(folder.file("without-log"))->device(kCcid), std::optional(fullDevice()));
}

TEST(SqliteStore, LogIsCutWhenItHasBecomeLarge) {
  const TemporaryFolder folder;
  const auto store = opened(folder.file("db"));
  const std::string large(1'000'000, 'x');
  for (int i = 0; i < 80; ++i) storeAll(*store, {AddAudit{{unixTime(i), "anna", "command", "", large}}});
  ASSERT_GT(std::filesystem::file_size(folder.file("db-wal")), 64u << 20);
  ASSERT_TRUE(store->maintain().ok());
  EXPECT_EQ(std::filesystem::file_size(folder.file("db-wal")), 0u);
}

TEST(SqliteStore, SummingUpThatFailsInTheMiddleChangesNothingAndIsDoneLater) {
  const TemporaryFolder folder;
  const auto store = opened(folder.file("db"));
  storeAll(*store, {AddSample{{kCcid, unixTime(0), R"({"vehicle.battery.soc":50})"}},
                    AddSample{{kCcid, unixTime(1), R"({"vehicle.battery.soc":60})"}}});
  SqliteDatabase other;
  other.open(folder.file("db"));
  other.execute("CREATE TRIGGER refuse BEFORE INSERT ON rollups BEGIN SELECT RAISE(ABORT, 'refused'); END");
  const Retention retention{.samples_before = unixTime(3600)};
  EXPECT_FALSE(store->prune(retention).ok());
  EXPECT_EQ(store->samples(kCcid, {}, unixTime(10), 10)->size(), 2u);
  other.execute("DROP TRIGGER refuse");
  EXPECT_TRUE(*store->prune(retention));
  EXPECT_EQ(store->samples(kCcid, {}, unixTime(10), 10)->size(), 0u);
  EXPECT_EQ(store->history({kCcid, "vehicle.battery.soc", unixTime(0), unixTime(10)})->front().count, 2u);
}

TEST(SqliteStore, BackupOfAStoreInUseIsAStore) {
  const TemporaryFolder folder;
  const auto store = opened(folder.file("db"));
  storeAll(*store, {PutDevice{fullDevice()}, PutCommand{fullCommand(5), 0}});
  ASSERT_TRUE(opened(folder.file("db"))->backup(folder.file("copy")).ok());
  storeAll(*store, {PutCommand{fullCommand(6), 0}});
  const auto copy = opened(folder.file("copy"));
  EXPECT_EQ(*copy->device(kCcid), std::optional(fullDevice()));
  EXPECT_THAT(*copy->commands(kCcid, 10), ::testing::ElementsAre(fullCommand(5)));
}

TEST(SqliteStore, BackupOverwritesNothing) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("copy")) << "precious";
  const auto result = opened(folder.file("db"))->backup(folder.file("copy"));
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("exists"));
  EXPECT_EQ(std::filesystem::file_size(folder.file("copy")), 8u);
}

TEST(SqliteStore, RestoreReplacesEverything) {
  const TemporaryFolder folder;
  {
    const auto store = opened(folder.file("db"));
    storeAll(*store, {PutDevice{fullDevice()}, PutCommand{fullCommand(5), 0}});
    ASSERT_TRUE(store->backup(folder.file("copy")).ok());
    storeAll(*store, {PutCommand{fullCommand(6), 0}});
  }
  ASSERT_TRUE(SqliteStore::restore(folder.file("db"), folder.file("copy")).ok());
  EXPECT_THAT(*opened(folder.file("db"))->commands(kCcid, 10), ::testing::ElementsAre(fullCommand(5)));
  ASSERT_TRUE(SqliteStore::restore(folder.file("new"), folder.file("copy")).ok());
  EXPECT_THAT(*opened(folder.file("new"))->commands(kCcid, 10), ::testing::ElementsAre(fullCommand(5)));
}

TEST(SqliteStore, RestoreOfWhatIsNoBackupChangesNothing) {
  const TemporaryFolder folder;
  storeAll(*opened(folder.file("db")), {PutCommand{fullCommand(5), 0}});
  std::ofstream(folder.file("text")) << std::string(8192, 'x');
  std::ofstream(folder.file("empty")) << "";
  {
    const auto newer = opened(folder.file("newer"));
    SqliteDatabase database;
    database.open(folder.file("newer"));
    database.setSchemaVersion(schemaVersion() + 1);
  }
  ASSERT_TRUE(opened(folder.file("db"))->backup(folder.file("damaged")).ok());
  {
    std::fstream damage(folder.file("damaged"), std::ios::in | std::ios::out);
    damage.seekp(2 * 4096);
    damage << std::string(4096, '\xff');
  }
  const std::pair<const char*, StoreError> cases[] = {{"none", StoreError::CannotOpen},
                                                      {"text", StoreError::CannotOpen},
                                                      {"empty", StoreError::CannotOpen},
                                                      {"newer", StoreError::NewerSchema},
                                                      {"damaged", StoreError::CannotOpen}};
  for (const auto& [name, error] : cases) {
    const auto result = SqliteStore::restore(folder.file("db"), folder.file(name));
    ASSERT_FALSE(result.ok()) << name;
    EXPECT_EQ(result.error().error, error) << name << ": " << result.error().message;
    EXPECT_THAT(result.error().message, ::testing::HasSubstr(folder.file(name)));
    EXPECT_THAT(*opened(folder.file("db"))->commands(kCcid, 10), ::testing::ElementsAre(fullCommand(5)));
  }
}

TEST(StoreLock, OneAtATime) {
  const TemporaryFolder folder;
  {
    const auto first = StoreLock::take(folder.file("db"));
    ASSERT_TRUE(first.ok());
    const auto second = StoreLock::take(folder.file("db"));
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().error, StoreError::Busy);
  }
  EXPECT_TRUE(StoreLock::take(folder.file("db")).ok());
  EXPECT_EQ(StoreLock::take(folder.file("none/db")).error().error, StoreError::CannotOpen);
}

TEST(Migration, ReopeningKeepsTheDataAndTheVersion) {
  const TemporaryFolder folder;
  storeAll(*opened(folder.file("db")), {PutDevice{fullDevice()}});
  EXPECT_EQ(*opened(folder.file("db"))->device(kCcid), std::optional(fullDevice()));
  SqliteDatabase database;
  database.open(folder.file("db"));
  EXPECT_EQ(database.schemaVersion(), schemaVersion());
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
  kept.expected_path.reset();
  kept.expected_by.reset();
  kept.ledger.clear();
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
