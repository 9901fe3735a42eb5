#pragma once

#include <memory>
#include <string>

#include "server/store/sql_store.hpp"

namespace smartkar::server {

// The store in a database of a PostgreSQL server (12 or later), commits synchronous. A connection that is lost is made
// anew by the next call. Several objects, in one or more processes, may use the same database; one of them writes.
class PostgresStore : public SqlStore {
 public:
  // Connects and brings the schema up to this version. url: "postgresql://user@host:port/database?…", as libpq takes
  // it; the database must exist. Fails with Unreachable, NewerSchema, Busy, Full or Failed.
  static StoreResult<std::unique_ptr<PostgresStore>> open(const std::string& url);

  // The server does its own.
  StoreResult<void> maintain() override { return {}; }
  // Fails: PostgreSQL's pg_dump does it.
  StoreResult<void> backup(const std::string& target) override;

 private:
  using SqlStore::SqlStore;
};

}  // namespace smartkar::server
