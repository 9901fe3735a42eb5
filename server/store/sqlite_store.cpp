#include "server/store/sqlite_store.hpp"

#include "server/store/schema.hpp"
#include "server/store/sqlite_database.hpp"

namespace smartkar::server {

SqliteStore::SqliteStore(std::unique_ptr<SqliteDatabase> database)
    : SqlStore(std::move(database)), database_(static_cast<SqliteDatabase&>(SqlStore::database())) {}

StoreResult<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  auto database = std::make_unique<SqliteDatabase>();
  database->open(path);
  // FULL: a commit has reached the disk when it returns (P7). Checkpoints are made elsewhere, see checkpoint().
  database->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  if (!database->failed()) migrate(*database);
  if (auto result = database->result(); !result) {
    StoreFailure failure = result.error();
    if (failure.message.find(path) == std::string::npos) failure.message = path + ": " + failure.message;
    return Failure{std::move(failure)};
  }
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(database)));
}

StoreResult<void> SqliteStore::checkpoint() {
  database_.beginCall();
  const int code = sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Busy: somebody else is at it, or reads; the next one gets further.
  if ((code & 0xFF) != SQLITE_BUSY) database_.check(code);
  return database_.result();
}

}  // namespace smartkar::server
