#pragma once

#include <memory>
#include <string>

#include "server/store/durability.hpp"
#include "server/store/sql_store.hpp"

namespace smartkar::server {

class SqliteDatabase;

// The store in one SQLite file (WAL). Several objects, in one or more processes, may open the same file; one of them
// writes.
class SqliteStore : public SqlStore {
 public:
  // Opens the file, makes it if it is missing, and brings its schema up to this version. The folder must exist.
  // path: ":memory:" for one that is gone with the object; one that begins with "file:" is a URI
  // (https://www.sqlite.org/uri.html). Fails with CannotOpen, NewerSchema, Busy, Full or Failed.
  static StoreResult<std::unique_ptr<SqliteStore>> open(const std::string& path,
                                                        Durability durability = Durability::Full);

  // As restoreStore.
  static StoreResult<void> restore(const std::string& path, const std::string& copy);

  // Moves what it can from the log into the file without waiting for readers or the writer. Only when the log has
  // become large the writer waits for the rest, and the log is cut.
  StoreResult<void> maintain() override;
  StoreResult<void> backup(const std::string& target) override;

 private:
  explicit SqliteStore(std::unique_ptr<SqliteDatabase> database);

  SqliteDatabase& database_;
};

}  // namespace smartkar::server
