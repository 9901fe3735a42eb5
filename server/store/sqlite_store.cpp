#include "server/store/sqlite_store.hpp"

#include <filesystem>

#include "server/store/schema.hpp"
#include "server/store/sqlite_database.hpp"

namespace smartkar::server {
namespace {

// A log of 64 MB, in pages of 4 KiB. Under steady load passive checkpoints alone would let it grow without end.
constexpr int kLogPages = 16 * 1024;

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<SqliteDatabase> database)
    : SqlStore(std::move(database)), database_(static_cast<SqliteDatabase&>(SqlStore::database())) {}

StoreResult<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  auto database = std::make_unique<SqliteDatabase>();
  database->open(path);
  // FULL: a commit has reached the disk when it returns (P7). Checkpoints are made elsewhere, see maintain().
  database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  if (!database->failed()) migrate(*database);
  if (auto result = database->result(); !result) {
    StoreFailure failure = result.error();
    if (failure.message.find(path) == std::string::npos) failure.message = path + ": " + failure.message;
    return Failure{std::move(failure)};
  }
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
  // All in one step is one view of the data; in WAL nobody waits for it.
  sqlite3_backup* const backup = sqlite3_backup_init(copy.handle(), "main", database_.handle(), "main");
  if (backup != nullptr) {
    sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
  }
  copy.check(sqlite3_errcode(copy.handle()));
  std::error_code error;
  if (!copy.failed()) std::filesystem::rename(unfinished, target, error);
  if (error) copy.fail(StoreError::Failed, target + ": " + error.message());
  if (copy.failed()) std::filesystem::remove(unfinished, error);
  return copy.result();
}

}  // namespace smartkar::server
