#pragma once

#include <sqlite3.h>

#include <map>
#include <memory>
#include <string>

#include "server/store/sql_database.hpp"

namespace smartkar::server {

class SqliteStatement;

// A connection to an SQLite file.
class SqliteDatabase : public SqlDatabase {
 public:
  SqliteDatabase();
  ~SqliteDatabase() override;

  // path: as in SqliteStore::open.
  void open(const std::string& path);

  void execute(const std::string& sql) override;
  void beginWrite() override { execute("BEGIN IMMEDIATE"); }
  void beginReadWrite() override { beginWrite(); }
  void beginRead() override { execute("BEGIN"); }
  void beginMigration() override { beginWrite(); }
  int schemaVersion() override;
  void setSchemaVersion(int version) override;

  // Remembers the failure of an SQLite call, if it is one.
  void check(int code);
  sqlite3* handle() { return handle_; }

 protected:
  SqlStatement* prepared(const char* sql) override;
  void commit() override { execute("COMMIT"); }
  void rollback() override;

 private:
  sqlite3* handle_ = nullptr;
  std::map<const char*, std::unique_ptr<SqliteStatement>> statements_;
};

}  // namespace smartkar::server
