#include "server/store/store_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <thread>

#include "server/store/sqlite_database.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/store/temporary_folder.hpp"

namespace smartkar::server {
namespace {

using testing::TemporaryFolder;

std::vector<Mutation> eventBatch(std::uint32_t seq) {
  EventRecord event;
  event.ccid = "8988303000000614227";
  event.domain = "vehicle";
  event.name = "plugged";
  event.boot = 1;
  event.seq = seq;
  return {AddEvent{event}};
}

std::size_t storedEvents(const std::string& path) {
  const auto store = SqliteStore::open(path);
  return (*store)->events("8988303000000614227", 1'000'000)->size();
}

// Runs callbacks on the writer's thread, which is where they may do least.
const StoreWriter::Executor kAtOnce = [](std::function<void()> task) { task(); };

TEST(StoreWriter, CallsBackInOrderAfterTheDataIsStored_P7) {
  const TemporaryFolder folder;
  auto writer = StoreWriter::start(folder.file("db"), kAtOnce);
  ASSERT_TRUE(writer.ok());
  std::vector<std::uint32_t> order;
  std::promise<std::size_t> stored_at_last;
  for (std::uint32_t seq = 1; seq <= 20; ++seq) {
    (*writer)->submit(eventBatch(seq), [&, seq](const StoreResult<void>& result) {
      EXPECT_TRUE(result.ok());
      order.push_back(seq);
      if (seq == 20) stored_at_last.set_value(storedEvents(folder.file("db")));
    });
  }
  EXPECT_EQ(stored_at_last.get_future().get(), 20u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(StoreWriter, BatchesThatComeTogetherShareACommit) {
  const TemporaryFolder folder;
  auto writer = StoreWriter::start(folder.file("db"), kAtOnce, {.linger = std::chrono::seconds{60}});
  ASSERT_TRUE(writer.ok());
  std::promise<std::uint64_t> commits;
  for (std::uint32_t seq = 1; seq <= 100; ++seq) {
    (*writer)->submit(eventBatch(seq), [&, seq](const StoreResult<void>&) {
      if (seq == 100) commits.set_value((*writer)->commits());
    });
  }
  (*writer)->flush();
  EXPECT_EQ(commits.get_future().get(), 1u);
  EXPECT_EQ(storedEvents(folder.file("db")), 100u);
}

TEST(StoreWriter, FullGroupDoesNotWait) {
  const TemporaryFolder folder;
  auto writer = StoreWriter::start(folder.file("db"), kAtOnce, {.linger = std::chrono::seconds{60}, .batches_max = 3});
  ASSERT_TRUE(writer.ok());
  std::promise<void> done;
  for (std::uint32_t seq = 1; seq <= 3; ++seq) {
    (*writer)->submit(eventBatch(seq), [&, seq](const StoreResult<void>&) {
      if (seq == 3) done.set_value();
    });
  }
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds{30}), std::future_status::ready);
}

TEST(StoreWriter, GroupIsOneCommitWhileTheWriterIsHeldUp) {
  const TemporaryFolder folder;
  std::promise<void> let_go;
  auto held = let_go.get_future().share();
  auto writer = StoreWriter::start(folder.file("db"), kAtOnce, {.linger = std::chrono::milliseconds{0}});
  ASSERT_TRUE(writer.ok());
  (*writer)->submit(eventBatch(1), [held](const StoreResult<void>&) { held.wait(); });
  while ((*writer)->waiting() > 0) std::this_thread::yield();
  for (std::uint32_t seq = 2; seq <= 50; ++seq) (*writer)->submit(eventBatch(seq), [](const StoreResult<void>&) {});
  std::promise<std::uint64_t> commits;
  (*writer)->submit(eventBatch(51), [&](const StoreResult<void>&) { commits.set_value((*writer)->commits()); });
  let_go.set_value();
  EXPECT_EQ(commits.get_future().get(), 2u);
  EXPECT_EQ(storedEvents(folder.file("db")), 51u);
}

TEST(StoreWriter, DestructionWritesWhatWasSubmitted) {
  const TemporaryFolder folder;
  int called = 0;
  {
    auto writer = StoreWriter::start(folder.file("db"), kAtOnce, {.linger = std::chrono::seconds{60}});
    ASSERT_TRUE(writer.ok());
    for (std::uint32_t seq = 1; seq <= 10; ++seq) {
      (*writer)->submit(eventBatch(seq), [&](const StoreResult<void>&) { ++called; });
    }
  }
  EXPECT_EQ(called, 10);
  EXPECT_EQ(storedEvents(folder.file("db")), 10u);
}

TEST(StoreWriter, AfterAFailureNothingIsWrittenAnyMore) {
  const TemporaryFolder folder;
  int failures = 0;
  {
    auto writer = StoreWriter::start(folder.file("db"), kAtOnce, {.batches_max = 1});
    ASSERT_TRUE(writer.ok());
    SqliteDatabase database;
    database.open(folder.file("db"));
    database.execute("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END");
    std::promise<void> first;
    (*writer)->submit(eventBatch(1), [&](const StoreResult<void>& result) {
      failures += result.ok() ? 0 : 1;
      first.set_value();
    });
    first.get_future().wait();
    database.execute("DROP TRIGGER refuse");
    (*writer)->submit(eventBatch(2), [&](const StoreResult<void>& result) { failures += result.ok() ? 0 : 1; });
  }
  EXPECT_EQ(failures, 2);
  EXPECT_EQ(storedEvents(folder.file("db")), 0u);
}

// As long as it lives no file of this process can be written, as on a disk that is full.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit none = before_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

// A writer that tells when it has to wait and when it goes on.
struct WatchedWriter {
  explicit WatchedWriter(const std::string& path) {
    StoreWriter::Options options;
    options.retry_every = std::chrono::milliseconds{10};
    options.stalled = [this](const StoreResult<void>& result) { (result ? went_on : stalled).set_value(result); };
    writer = std::move(*StoreWriter::start(path, kAtOnce, std::move(options)));
  }
  std::promise<StoreResult<void>> stalled;
  std::promise<StoreResult<void>> went_on;
  std::unique_ptr<StoreWriter> writer;
};

TEST(StoreWriter, WhileTheDiskIsFullNothingIsDoneAndThenAllInOrder_P7) {
  const TemporaryFolder folder;
  WatchedWriter watched(folder.file("db"));
  std::vector<std::uint32_t> order;
  std::promise<void> done;
  {
    const FullDisk full;
    watched.writer->submit(eventBatch(1), [&](const StoreResult<void>&) { order.push_back(1); });
    const auto cause = watched.stalled.get_future().get();
    ASSERT_FALSE(cause.ok());
    EXPECT_EQ(cause.error().error, StoreError::Full) << cause.error().message;
    EXPECT_TRUE(order.empty());
    EXPECT_EQ(storedEvents(folder.file("db")), 0u);
    watched.writer->submit(eventBatch(2), [&](const StoreResult<void>& result) {
      EXPECT_TRUE(result.ok());
      order.push_back(2);
      done.set_value();
    });
  }
  done.get_future().wait();
  EXPECT_TRUE(watched.went_on.get_future().get().ok());
  EXPECT_THAT(order, ::testing::ElementsAre(1, 2));
  EXPECT_EQ(storedEvents(folder.file("db")), 2u);
}

TEST(StoreWriter, WhileAnotherProcessHoldsTheFileItWaits) {
  const TemporaryFolder folder;
  WatchedWriter watched(folder.file("db"));
  SqliteDatabase other;
  other.open(folder.file("db"));
  other.beginWrite();
  std::promise<bool> done;
  watched.writer->submit(eventBatch(1), [&](const StoreResult<void>& result) { done.set_value(result.ok()); });
  EXPECT_EQ(watched.stalled.get_future().get().error().error, StoreError::Busy);
  other.end();
  EXPECT_TRUE(done.get_future().get());
}

TEST(StoreWriter, WhatCannotBeWrittenAtTheEndFails) {
  const TemporaryFolder folder;
  bool failed = false;
  {
    WatchedWriter watched(folder.file("db"));
    const FullDisk full;
    watched.writer->submit(eventBatch(1), [&](const StoreResult<void>& result) { failed = !result.ok(); });
    watched.stalled.get_future().wait();
    watched.writer.reset();
  }
  EXPECT_TRUE(failed);
  EXPECT_EQ(storedEvents(folder.file("db")), 0u);
}

constexpr const char* kCar = "8988303000000614227";
constexpr Retention kOld{.samples_before = unixTime(7200)};

void storeSamples(const std::string& path, int count) {
  std::vector<Mutation> samples;
  for (int i = 0; i < count; ++i) samples.push_back(AddSample{{kCar, unixTime(i), R"({"vehicle.battery.soc":50})"}});
  ASSERT_TRUE((*SqliteStore::open(path))->apply(samples).ok());
}

std::size_t storedSamples(const std::string& path) {
  return (*SqliteStore::open(path))->samples(kCar, {}, unixTime(7200), 100'000)->size();
}

TEST(StoreWriter, OldSamplesAreSummedUpWhileItWrites) {
  const TemporaryFolder folder;
  storeSamples(folder.file("db"), 2000);
  StoreWriter::Options options{.maintain_every = std::chrono::milliseconds{1}};
  options.prune_pause = std::chrono::milliseconds{1};
  options.retention = [] { return kOld; };
  const auto writer = StoreWriter::start(folder.file("db"), kAtOnce, std::move(options));
  ASSERT_TRUE(writer.ok());
  std::uint32_t seq = 0;
  while (storedSamples(folder.file("db")) > 0) {
    std::promise<bool> written;
    (*writer)->submit(eventBatch(++seq), [&](const StoreResult<void>& result) { written.set_value(result.ok()); });
    ASSERT_TRUE(written.get_future().get());
  }
  const auto store = SqliteStore::open(folder.file("db"));
  const auto buckets = (*store)->history({kCar, "vehicle.battery.soc", unixTime(0), unixTime(3600)});
  ASSERT_EQ(buckets->size(), 1u);
  EXPECT_EQ(buckets->front().count, 2000u);
}

TEST(StoreWriter, TellsOnceThatItCannotMaintainAndOnceThatItCanAgain) {
  const TemporaryFolder folder;
  SqliteDatabase other;
  storeSamples(folder.file("db"), 10);
  other.open(folder.file("db"));
  other.execute("ALTER TABLE rollups RENAME TO elsewhere");
  std::promise<StoreResult<void>> failed;
  std::promise<StoreResult<void>> works;
  StoreWriter::Options options{.maintain_every = std::chrono::milliseconds{1}};
  options.retention = [] { return kOld; };
  options.maintained = [&](const StoreResult<void>& result) { (result ? works : failed).set_value(result); };
  const auto writer = StoreWriter::start(folder.file("db"), kAtOnce, std::move(options));
  ASSERT_TRUE(writer.ok());
  EXPECT_THAT(failed.get_future().get().error().message, ::testing::HasSubstr("rollups"));
  EXPECT_EQ(storedSamples(folder.file("db")), 10u);
  other.execute("ALTER TABLE elsewhere RENAME TO rollups");
  works.get_future().wait();
}

// Prunes and tells every step that was done.
[[noreturn]] void pruneUntilKilled(const std::string& path, int pipe) {
  const auto store = SqliteStore::open(path);
  for (char done = 1; store && done == 1;) {
    const auto more = (*store)->prune(kOld);
    if (!more || !*more || ::write(pipe, &done, 1) != 1) break;
  }
  ::_exit(1);
}

TEST(Pruning, KilledAtAnyMomentCountsNothingTwiceAndLosesNothing_P7) {
  constexpr int kSamples = 5000;
  for (const int enough : {1, 3, 10}) {
    const TemporaryFolder folder;
    storeSamples(folder.file("db"), kSamples);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) pruneUntilKilled(folder.file("db"), ends[1]);
    ::close(ends[1]);
    char done = 0;
    for (int steps = 0; ::read(ends[0], &done, 1) == 1;) {
      if (++steps == enough) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    const auto store = SqliteStore::open(folder.file("db"));
    const HistoryQuery all{kCar, "vehicle.battery.soc", unixTime(0), unixTime(7200), std::chrono::hours{2}};
    EXPECT_EQ((*store)->history(all)->front().count, static_cast<std::uint32_t>(kSamples));
    while (*(*store)->prune(kOld)) continue;
    EXPECT_EQ((*store)->history(all)->front().count, static_cast<std::uint32_t>(kSamples));
  }
}

// Writes without end and tells the number of every batch that was acknowledged.
[[noreturn]] void writeUntilKilled(const std::string& path, int pipe) {
  auto writer = StoreWriter::start(path, kAtOnce, {.maintain_every = std::chrono::milliseconds{5}});
  if (!writer) ::_exit(1);
  for (std::uint32_t seq = 1;; ++seq) {
    (*writer)->submit(eventBatch(seq), [pipe, seq](const StoreResult<void>& result) {
      if (!result || ::write(pipe, &seq, sizeof seq) != sizeof seq) ::_exit(1);
    });
    while ((*writer)->waiting() > 64) std::this_thread::yield();
  }
}

TEST(StoreWriter, KilledAtAnyMomentLosesNothingAcknowledged_P7) {
  for (const std::uint32_t enough : {1u, 100u, 1000u, 3000u}) {
    const TemporaryFolder folder;
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) writeUntilKilled(folder.file("db"), ends[1]);
    ::close(ends[1]);
    std::uint32_t acknowledged = 0;
    for (std::uint32_t seq = 0; ::read(ends[0], &seq, sizeof seq) == sizeof seq; acknowledged = seq) {
      if (seq == enough) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_GE(acknowledged, enough);
    EXPECT_GE(storedEvents(folder.file("db")), acknowledged);
  }
}

}  // namespace
}  // namespace smartkar::server
