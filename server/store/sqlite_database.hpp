#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

class SqliteDatabase;

// One use of a prepared statement: bind in order, step, read the columns in order.
class SqliteQuery {
 public:
  SqliteQuery(SqliteDatabase& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~SqliteQuery();
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  // text: must live until the query is done.
  SqliteQuery& bind(std::string_view text);
  SqliteQuery& bind(std::int64_t value);
  SqliteQuery& bind(UnixTime time) { return bind(unixSeconds(time)); }
  template <class T>
  SqliteQuery& bind(const std::optional<T>& value) {
    if (value) return bind(*value);
    return bindNull();
  }

  // True if there is a row to read. False at the end, and on failure, which the database remembers.
  bool next();
  // Runs a statement that returns no rows.
  void run() { next(); }

  std::string text();
  std::int64_t integer();
  std::uint32_t counter() { return static_cast<std::uint32_t>(integer()); }
  bool boolean() { return integer() != 0; }
  UnixTime time() { return unixTime(integer()); }
  std::optional<std::uint32_t> optionalCounter();
  std::optional<UnixTime> optionalTime();

 private:
  SqliteQuery& bindNull();
  bool takeNull();

  SqliteDatabase& database_;
  sqlite3_stmt* statement_;
  int parameter_ = 0;
  int column_ = 0;
};

// One connection. The first failure since beginCall() is remembered, and nothing more is done until the next.
class SqliteDatabase {
 public:
  SqliteDatabase() = default;
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  // path: as in SqliteStore::open.
  void open(const std::string& path);
  // sql: a literal; it is prepared once.
  SqliteQuery query(const char* sql);
  // Runs statements without parameters.
  void execute(const std::string& sql);

  void beginCall() { failure_.reset(); }
  bool failed() const { return failure_.has_value(); }
  void fail(StoreError error, std::string message);
  // Remembers the failure of an SQLite call, if it is one.
  void check(int code);

  // The result of a call: the value, or the failure remembered.
  template <class T>
  StoreResult<T> result(T value) {
    if (failure_) return Failure{*failure_};
    return value;
  }
  StoreResult<void> result() {
    if (failure_) return Failure{*failure_};
    return {};
  }

  sqlite3* handle() { return handle_; }

 private:
  friend class SqliteQuery;

  sqlite3* handle_ = nullptr;
  std::map<const char*, sqlite3_stmt*> statements_;
  std::optional<StoreFailure> failure_;
};

}  // namespace smartkar::server
