#include "server/store/sqlite_database.hpp"

namespace smartkar::server {
namespace {

// How long a call waits for another process that holds the file.
constexpr int kBusyTimeoutMs = 5000;

StoreError errorOf(int code) {
  // A file that cannot grow: for a quota or a limit, SQLite knows only ENOSPC as a full disk.
  if (code == SQLITE_IOERR_WRITE || code == SQLITE_IOERR_SHMSIZE) return StoreError::Full;
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

class SqliteStatement final : public SqlStatement {
 public:
  SqliteStatement(SqliteDatabase& database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  ~SqliteStatement() override { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  void bind(int parameter, std::string_view text) override {
    // Without data the pointer may be null, which SQLite would take for NULL.
    const char* data = text.empty() ? "" : text.data();
    database_.check(sqlite3_bind_text64(statement_, parameter + 1, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  void bind(int parameter, std::int64_t value) override {
    database_.check(sqlite3_bind_int64(statement_, parameter + 1, value));
  }
  void bind(int parameter, double value) override {
    database_.check(sqlite3_bind_double(statement_, parameter + 1, value));
  }
  void bindNull(int parameter) override { database_.check(sqlite3_bind_null(statement_, parameter + 1)); }
  bool step() override {
    const int code = sqlite3_step(statement_);
    database_.check(code);
    return code == SQLITE_ROW;
  }
  void reset() override {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  bool isNull(int column) override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string text(int column) override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data != nullptr ? std::string(data, size) : std::string();
  }
  std::int64_t integer(int column) override { return sqlite3_column_int64(statement_, column); }
  double real(int column) override { return sqlite3_column_double(statement_, column); }

 private:
  SqliteDatabase& database_;
  sqlite3_stmt* statement_;
};

SqliteDatabase::SqliteDatabase() = default;

SqliteDatabase::~SqliteDatabase() {
  statements_.clear();
  sqlite3_close(handle_);
}

void SqliteDatabase::open(const std::string& path) {
  // One thread at a time uses a connection (Store), so SQLite need not lock.
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI;
  const int code = sqlite3_open_v2(path.c_str(), &handle_, kFlags, nullptr);
  if (code != SQLITE_OK) return fail(StoreError::CannotOpen, path + ": " + sqlite3_errstr(code));
  check(sqlite3_busy_timeout(handle_, kBusyTimeoutMs));
}

SqlStatement* SqliteDatabase::prepared(const char* sql) {
  auto& statement = statements_[sql];
  if (statement) return statement.get();
  sqlite3_stmt* made = nullptr;
  check(sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr));
  if (made != nullptr) statement = std::make_unique<SqliteStatement>(*this, made);
  return statement.get();
}

void SqliteDatabase::execute(const std::string& sql) {
  if (!failed()) check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

void SqliteDatabase::rollback() { sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr); }

int SqliteDatabase::schemaVersion() {
  auto row = query("PRAGMA user_version");
  return row.next() ? static_cast<int>(row.integer()) : 0;
}

void SqliteDatabase::setSchemaVersion(int version) { execute("PRAGMA user_version = " + std::to_string(version)); }

void SqliteDatabase::check(int code) {
  if (!isFailure(code)) return;
  fail(errorOf(code), sqlite3_errmsg(handle_));
}

}  // namespace smartkar::server
