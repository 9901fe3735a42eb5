#include "server/store/sqlite_database.hpp"

namespace smartkar::server {
namespace {

// How long a call waits for another process that holds the file.
constexpr int kBusyTimeoutMs = 5000;

StoreError errorOf(int code) {
  switch (code & 0xFF) {
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return StoreError::CannotOpen;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return StoreError::Busy;
    case SQLITE_FULL:
      return StoreError::Full;
    default:
      return StoreError::Failed;
  }
}

bool isFailure(int code) { return code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE; }

}  // namespace

SqliteQuery::~SqliteQuery() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

SqliteQuery& SqliteQuery::bind(std::string_view text) {
  if (statement_ == nullptr) return *this;
  // Without data the pointer may be null, which SQLite would take for NULL.
  const char* data = text.empty() ? "" : text.data();
  database_.check(sqlite3_bind_text64(statement_, ++parameter_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

SqliteQuery& SqliteQuery::bind(std::int64_t value) {
  if (statement_ != nullptr) database_.check(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}

SqliteQuery& SqliteQuery::bindNull() {
  if (statement_ != nullptr) database_.check(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

bool SqliteQuery::next() {
  if (statement_ == nullptr || database_.failed()) return false;
  column_ = 0;
  const int code = sqlite3_step(statement_);
  database_.check(code);
  return code == SQLITE_ROW;
}

std::string SqliteQuery::text() {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column_));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  return data != nullptr ? std::string(data, size) : std::string();
}

std::int64_t SqliteQuery::integer() { return sqlite3_column_int64(statement_, column_++); }

bool SqliteQuery::takeNull() {
  if (sqlite3_column_type(statement_, column_) != SQLITE_NULL) return false;
  ++column_;
  return true;
}

std::optional<std::uint32_t> SqliteQuery::optionalCounter() {
  if (takeNull()) return std::nullopt;
  return counter();
}

std::optional<UnixTime> SqliteQuery::optionalTime() {
  if (takeNull()) return std::nullopt;
  return time();
}

SqliteDatabase::~SqliteDatabase() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void SqliteDatabase::open(const std::string& path) {
  // One thread at a time uses a connection (Store), so SQLite need not lock.
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle_, kFlags, nullptr);
  if (code != SQLITE_OK) return fail(StoreError::CannotOpen, path + ": " + sqlite3_errstr(code));
  check(sqlite3_busy_timeout(handle_, kBusyTimeoutMs));
}

SqliteQuery SqliteDatabase::query(const char* sql) {
  if (failed()) return {*this, nullptr};
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) check(sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
  return {*this, statement};
}

void SqliteDatabase::execute(const std::string& sql) {
  if (!failed()) check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

void SqliteDatabase::fail(StoreError error, std::string message) {
  if (!failure_) failure_ = StoreFailure{error, std::move(message)};
}

void SqliteDatabase::check(int code) {
  if (isFailure(code)) fail(errorOf(code), sqlite3_errmsg(handle_));
}

}  // namespace smartkar::server
