#include "server/store/postgres_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/store/postgres_database.hpp"
#include "server/store/postgres_text.hpp"
#include "server/store/schema.hpp"
#include "server/store/sql_rows.hpp"
#include "server/store/test_records.hpp"
#include "test/support/postgres_server.hpp"

namespace smartkar::server {
namespace {

using testing::eventOf;
using testing::fullCommand;
using testing::fullDevice;
using testing::kCcid;
using testing::storeAll;

std::unique_ptr<PostgresStore> opened(const std::string& url) {
  auto store = PostgresStore::open(url);
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
  return std::move(*store);
}

std::size_t eventCount(Store& store) { return store.events(kCcid, 1'000'000)->size(); }

TEST(PostgresStore, ReopeningKeepsTheData) {
  const std::string url = test::PostgresServer::shared().emptyUrl();
  storeAll(*opened(url), {PutDevice{fullDevice()}});
  EXPECT_EQ(*opened(url)->device(kCcid), std::optional(fullDevice()));
}

TEST(PostgresStore, NewerSchemaIsRefusedAndLeftAlone) {
  const std::string url = test::PostgresServer::shared().emptyUrl();
  opened(url);
  PostgresDatabase database;
  database.open(url);
  database.setSchemaVersion(99);
  const auto store = PostgresStore::open(url);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().error, StoreError::NewerSchema);
  EXPECT_THAT(store.error().message, ::testing::HasSubstr("newer smartkar-server"));
  EXPECT_EQ(database.schemaVersion(), 99);
}

// All that is sent before the first answer is read must not fill up what is between the two.
TEST(PostgresStore, BatchMayBeLarge) {
  const auto store = opened(test::PostgresServer::shared().emptyUrl());
  std::vector<Mutation> mutations;
  for (std::uint32_t seq = 0; seq < 20'000; ++seq) mutations.push_back(AddEvent{eventOf(1, seq)});
  storeAll(*store, mutations);
  EXPECT_EQ(eventCount(*store), 20'000u);
}

TEST(PostgresStore, BatchIsStoredWholeOrNotAtAll_P7) {
  const std::string url = test::PostgresServer::shared().emptyUrl();
  const auto store = opened(url);
  PostgresDatabase other;
  other.open(url);
  other.execute("ALTER TABLE events ADD CONSTRAINT refused CHECK (seq < 10)");
  ASSERT_FALSE(other.failed());
  const std::vector<Mutation> mutations{PutCommand{fullCommand(5), 0}, AddEvent{eventOf(1, 10)},
                                        PutDevice{fullDevice()}};
  const auto result = store->apply(mutations);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().error, StoreError::Failed);
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("refused"));
  EXPECT_FALSE(store->command(kCcid, 5)->has_value());
  storeAll(*store, {PutCommand{fullCommand(6), 0}, AddEvent{eventOf(1, 1)}, PutDevice{fullDevice()}});
  EXPECT_EQ(*store->device(kCcid), std::optional(fullDevice()));
}

TEST(PostgresStore, ServerThatIsAwayIsATemporaryFailureAndLosesNothing_P7) {
  const auto store = opened(test::PostgresServer::shared().emptyUrl());
  storeAll(*store, {AddEvent{eventOf(1, 1)}});
  test::PostgresServer::shared().stopImmediately();
  const std::vector<Mutation> mutations{AddEvent{eventOf(1, 2)}};
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto result = store->apply(mutations);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().error, StoreError::Unreachable) << result.error().message;
  }
  test::PostgresServer::shared().start();
  storeAll(*store, mutations);
  EXPECT_EQ(eventCount(*store), 2u);
}

// As after a connection that was lost between the commit and its answer.
TEST(PostgresStore, BatchThatIsStoredAlreadyIsNotStoredAgain) {
  const auto store = opened(test::PostgresServer::shared().emptyUrl());
  const AuditRecord entry{
      .at = unixTime(1'767'225'600), .principal = "anna", .action = "login", .ccid = "", .detail = ""};
  const std::vector<Mutation> mutations{AddAudit{}, AddEvent{eventOf(1, 1)}};
  storeAll(*store, mutations);
  test::PostgresServer::shared().stopImmediately();
  EXPECT_FALSE(store->applyAgain(mutations).ok());
  test::PostgresServer::shared().start();
  for (int attempt = 0; attempt < 2; ++attempt) EXPECT_TRUE(store->applyAgain(mutations).ok());
  EXPECT_EQ(store->audit(10)->size(), 1u);
  storeAll(*store, mutations);
  EXPECT_EQ(store->audit(10)->size(), 2u);
}

TEST(PostgresStore, BatchThatFailedIsStoredWhenItIsAppliedAgain) {
  const std::string url = test::PostgresServer::shared().emptyUrl();
  const auto store = opened(url + "%20-clock_timeout%3D10ms");
  PostgresDatabase other;
  other.open(url);
  other.execute("BEGIN; LOCK TABLE events");
  const std::vector<Mutation> mutations{AddEvent{eventOf(1, 1)}};
  EXPECT_FALSE(store->apply(mutations).ok());
  other.execute("COMMIT");
  EXPECT_TRUE(store->applyAgain(mutations).ok());
  EXPECT_EQ(eventCount(*store), 1u);
}

// What came over a connection that broke may still be carried out, after the attempt that followed it.
TEST(PostgresStore, TransactionThatComesTooLateChangesNothing) {
  const std::string url = test::PostgresServer::shared().emptyUrl();
  opened(url);
  PostgresDatabase database;
  database.open(url);
  const auto claimAndCount = [&](std::uint64_t batch) {
    database.beginCall();
    database.beginWrite();
    database.claim(batch);
    put(database, AddAudit{});
    database.end();
    EXPECT_TRUE(database.result().ok());
    return readAudit(database, 10, {}).size();
  };
  EXPECT_EQ(claimAndCount(5), 1u);
  EXPECT_EQ(claimAndCount(5), 1u);
  EXPECT_EQ(claimAndCount(4), 1u);
  EXPECT_EQ(claimAndCount(6), 2u);
}

TEST(PostgresStore, LockHeldByAnotherIsATemporaryFailure) {
  const std::string url = test::PostgresServer::shared().emptyUrl();
  const auto store = opened(url + "%20-clock_timeout%3D10ms");
  PostgresDatabase other;
  other.open(url);
  other.execute("BEGIN; LOCK TABLE events");
  const std::vector<Mutation> mutations{AddEvent{eventOf(1, 1)}};
  const auto result = store->apply(mutations);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().error, StoreError::Busy) << result.error().message;
  other.execute("COMMIT");
  storeAll(*store, mutations);
}

TEST(PostgresStore, CommitsAreSynchronousWhateverTheDefault_P7) {
  PostgresDatabase database;
  database.open(test::PostgresServer::shared().url("&options=-csynchronous_commit%3Doff"));
  auto row = database.query("SELECT current_setting('synchronous_commit')");
  ASSERT_TRUE(row.next());
  EXPECT_EQ(row.text(), "on");
}

TEST(PostgresText, WhatIsNoTextBecomesReplacementCharacters) {
  using namespace std::string_literals;
  EXPECT_EQ(postgresText("plain"), "plain");
  EXPECT_EQ(postgresText("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(postgresText("a\0b\xFF"s), "a\xEF\xBF\xBD"s + "b\xEF\xBF\xBD");
}

}  // namespace
}  // namespace smartkar::server
