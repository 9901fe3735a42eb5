#include "server/store/sqlite_store.hpp"

#include <filesystem>
#include <string>

#include "server/store/schema.hpp"
#include "server/store/sqlite_database.hpp"

namespace smartkar::server {
namespace {

// A log of 64 MB, in pages of 4 KiB. Under steady load passive checkpoints alone would let it grow without end.
constexpr int kLogPages = 16 * 1024;
// 16 MiB, in KiB: the latest values of thousands of cars stay in memory while they are written over. SQLite's 2 MB are
// enough for a few hundred.
constexpr int kCacheKib = 16 * 1024;

// The failure, naming the file.
StoreFailure about(const std::string& path, StoreFailure failure) {
  if (failure.message.find(path) == std::string::npos) failure.message = path + ": " + failure.message;
  return failure;
}

// Copies everything in one transaction. It is one view of the data, and in WAL nobody waits for it.
void copyAll(SqliteDatabase& from, SqliteDatabase& to) {
  sqlite3_backup* const copy = sqlite3_backup_init(to.handle(), "main", from.handle(), "main");
  if (copy != nullptr) {
    sqlite3_backup_step(copy, -1);
    sqlite3_backup_finish(copy);
  }
  to.check(sqlite3_errcode(to.handle()));
}

// Fails the database unless it is a whole store that this program can read.
void checkWhole(SqliteDatabase& database, const std::string& path) {
  const int version = database.schemaVersion();
  if (database.failed()) return;
  if (version == 0) return database.fail(StoreError::CannotOpen, path + ": holds no smartkar-server's data");
  if (version > schemaVersion()) {
    return database.fail(StoreError::NewerSchema, path + ": was written by a newer smartkar-server");
  }
  auto row = database.query("PRAGMA quick_check(1)");
  const std::string found = row.next() ? row.text() : "cannot be read";
  if (found != "ok") database.fail(StoreError::CannotOpen, path + ": is damaged: " + found);
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<SqliteDatabase> database)
    : SqlStore(std::move(database)), database_(static_cast<SqliteDatabase&>(SqlStore::database())) {}

StoreResult<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, Durability durability) {
  auto database = std::make_unique<SqliteDatabase>();
  database->open(path);
  // In WAL mode FULL has each commit reach the disk before it returns, NORMAL only each checkpoint
  // (https://www.sqlite.org/pragma.html#pragma_synchronous). Checkpoints are made elsewhere, see maintain().
  database->execute(durability == Durability::Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  database->execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0");
  database->execute("PRAGMA cache_size = -" + std::to_string(kCacheKib));
  if (!database->failed()) migrate(*database);
  if (auto result = database->result(); !result) return Failure{about(path, result.error())};
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(database)));
}

StoreResult<void> SqliteStore::maintain() {
  database_.beginCall();
  sqlite3* const handle = database_.handle();
  int frames = 0;
  int code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, nullptr);
  if (code == SQLITE_OK && frames > kLogPages) {
    code = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  }
  // Busy: somebody else is at it, or reads; the next one gets further.
  if ((code & 0xFF) != SQLITE_BUSY) database_.check(code);
  return database_.result();
}

StoreResult<void> SqliteStore::backup(const std::string& target) {
  database_.beginCall();
  if (std::filesystem::exists(target)) return Failure{StoreFailure{StoreError::Failed, target + ": exists already"}};
  // Complete or not there: a copy that was interrupted keeps another name.
  const std::string unfinished = target + ".unfinished";
  SqliteDatabase copy;
  copy.open(unfinished);
  if (auto opened = copy.result(); !opened) return opened;
  copyAll(database_, copy);
  std::error_code error;
  if (!copy.failed()) std::filesystem::rename(unfinished, target, error);
  if (error) copy.fail(StoreError::Failed, target + ": " + error.message());
  if (copy.failed()) std::filesystem::remove(unfinished, error);
  return copy.result();
}

StoreResult<void> SqliteStore::restore(const std::string& path, const std::string& copy) {
  if (!std::filesystem::is_regular_file(copy)) {
    return Failure{StoreFailure{StoreError::CannotOpen, copy + ": is not there"}};
  }
  SqliteDatabase from;
  from.open(copy);
  checkWhole(from, copy);
  if (auto readable = from.result(); !readable) return Failure{about(copy, readable.error())};
  const auto store = open(path);
  if (!store) return Failure{store.error()};
  copyAll(from, (*store)->database_);
  return (*store)->database_.result();
}

}  // namespace smartkar::server
