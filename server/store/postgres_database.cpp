#include "server/store/postgres_database.hpp"

#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

#include "server/store/postgres_text.hpp"

namespace smartkar::server {
namespace {

// Any number that no other program is likely to lock.
constexpr const char* kLockMigration = "SELECT pg_advisory_xact_lock(7355608)";

// A number that does not rise becomes null, which the column refuses, and with it the whole transaction. Another
// transaction that has claimed the number and not ended yet is waited for.
constexpr const char* kClaim =
    "INSERT INTO batches (writer, number) VALUES ($1, $2) ON CONFLICT (writer)"
    " DO UPDATE SET number = nullif(greatest(batches.number, excluded.number), batches.number)";

// How long a call waits for somebody who holds a lock, as with SQLite; unless the url says otherwise.
constexpr const char* kLockTimeout =
    "SELECT set_config('lock_timeout', '5s', false) WHERE current_setting('lock_timeout') = '0'";

// Of the five characters of an SQLSTATE the first two are the class (PostgreSQL 15, appendix A).
StoreError errorOf(std::string_view state) {
  if (state == "53100") return StoreError::Full;                             // disk_full
  if (state == "55P03" || state.starts_with("40")) return StoreError::Busy;  // lock_not_available, rolled back
  if (state.starts_with("08") || state.starts_with("53")) return StoreError::Unreachable;  // connection, resources
  if (state.starts_with("57P")) return StoreError::Unreachable;  // shut down, crashed, starting
  if (state == "25006") return StoreError::Unreachable;          // a standby, not yet the primary
  return StoreError::Failed;
}

bool isRefusedClaim(const pg_result* answer, std::string_view state) {
  const char* const table = PQresultErrorField(answer, PG_DIAG_TABLE_NAME);
  return state == "23502" && table != nullptr && std::string_view(table) == "batches";  // not_null_violation
}

std::string randomName() {
  std::random_device random;
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x%08x%08x", random(), random(), random(), random());
  return text.data();
}

std::string withoutLineEnd(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

class PostgresStatement final : public SqlStatement {
 public:
  PostgresStatement(PostgresDatabase& database, std::string name) : database_(database), name_(std::move(name)) {}

  void bind(int parameter, std::string_view text) override { at(parameter) = postgresText(text); }
  void bind(int parameter, std::int64_t value) override { at(parameter) = std::to_string(value); }
  void bind(int parameter, double value) override {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    at(parameter).emplace(text.data(), end);
  }
  void bindNull(int parameter) override { at(parameter).reset(); }
  bool step() override;
  void reset() override {
    parameters_.clear();
    answer_.reset();
    row_ = -1;
  }
  bool isNull(int column) override { return PQgetisnull(answer_.get(), row_, column) != 0; }
  std::string text(int column) override {
    return {PQgetvalue(answer_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(answer_.get(), row_, column))};
  }
  std::int64_t integer(int column) override {
    return std::strtoll(PQgetvalue(answer_.get(), row_, column), nullptr, 10);
  }
  double real(int column) override { return std::strtod(PQgetvalue(answer_.get(), row_, column), nullptr); }

 private:
  std::optional<std::string>& at(int parameter) {
    const auto index = static_cast<std::size_t>(parameter);
    if (parameters_.size() <= index) parameters_.resize(index + 1);
    return parameters_[index];
  }

  PostgresDatabase& database_;
  const std::string name_;
  std::vector<std::optional<std::string>> parameters_;
  PostgresDatabase::Answer answer_{nullptr, PQclear};
  int row_ = -1;
};

bool PostgresStatement::step() {
  if (answer_) return ++row_ < PQntuples(answer_.get());
  std::vector<const char*> values;
  values.reserve(parameters_.size());
  for (const auto& value : parameters_) values.push_back(value ? value->c_str() : nullptr);
  const int count = static_cast<int>(values.size());
  if (database_.pipeline_) {
    const int sent =
        PQsendQueryPrepared(database_.connection_, name_.c_str(), count, values.data(), nullptr, nullptr, 0);
    if (sent == 0) database_.connectionFailed();
    return false;
  }
  answer_.reset(PQexecPrepared(database_.connection_, name_.c_str(), count, values.data(), nullptr, nullptr, 0));
  if (!database_.check(answer_)) return false;
  return ++row_ < PQntuples(answer_.get());
}

PostgresDatabase::PostgresDatabase() : writer_(randomName()) {}

PostgresDatabase::~PostgresDatabase() { PQfinish(connection_); }

void PostgresDatabase::open(const std::string& url) {
  url_ = url;
  connect();
}

void PostgresDatabase::connect() {
  pipeline_ = false;
  lost_ = false;
  // Those named in the url win. A server that is gone is noticed within half a minute, also in the middle of a write.
  const std::array<const char*, 6> names{"connect_timeout", "tcp_user_timeout", "application_name",
                                         "client_encoding", "dbname",           nullptr};
  const std::array<const char*, 6> values{"10", "30000", "smartkar-server", "UTF8", url_.c_str(), nullptr};
  connection_ = PQconnectdbParams(names.data(), values.data(), 1);
  if (PQstatus(connection_) != CONNECTION_OK) return connectionFailed();
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
  // A commit has reached the disk when it returns (P7), whatever the server's default; a stronger one stays.
  execute(
      "SELECT set_config('synchronous_commit', 'on', false)"
      " WHERE current_setting('synchronous_commit') IN ('off', 'local')");
  execute(kLockTimeout);
}

void PostgresDatabase::beginCall() {
  SqlDatabase::beginCall();
  if (!lost_) return;
  statements_.clear();
  PQfinish(std::exchange(connection_, nullptr));
  connect();
}

void PostgresDatabase::execute(const std::string& sql) {
  if (!failed()) check(Answer(PQexec(connection_, sql.c_str()), PQclear));
}

bool PostgresDatabase::check(const Answer& answer) {
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_PIPELINE_SYNC) return true;
  const char* const state = answer ? PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE) : nullptr;
  if (state == nullptr) {
    connectionFailed();
  } else {
    const StoreError error = errorOf(state);
    claimed_before_ = claimed_before_ || isRefusedClaim(answer.get(), state);
    lost_ = lost_ || error == StoreError::Unreachable;
    fail(error, withoutLineEnd(PQresultErrorMessage(answer.get())));
  }
  return false;
}

void PostgresDatabase::connectionFailed() {
  lost_ = true;
  fail(StoreError::Unreachable, withoutLineEnd(PQerrorMessage(connection_)));
}

void PostgresDatabase::send(const char* sql) {
  if (failed()) return;
  const int sent = PQsendQueryParams(connection_, sql, 0, nullptr, nullptr, nullptr, nullptr, 0);
  if (sent == 0) connectionFailed();
}

void PostgresDatabase::beginWrite() {
  if (failed()) return;
  pipeline_ = PQenterPipelineMode(connection_) == 1;
  send("BEGIN");
}

void PostgresDatabase::claim(std::uint64_t batch) {
  auto query_of_claim = query(kClaim);
  query_of_claim.bind(writer_).bind(static_cast<std::int64_t>(batch)).run();
}

void PostgresDatabase::beginRead() { execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); }

void PostgresDatabase::beginMigration() {
  beginReadWrite();
  execute(kLockMigration);
}

void PostgresDatabase::commit() {
  if (!pipeline_) return execute("COMMIT");
  send("COMMIT");
  endPipeline();
}

// Reads what the statements of the pipeline came to. After one that failed the server passes over the others.
void PostgresDatabase::endPipeline() {
  pipeline_ = false;
  if (PQpipelineSync(connection_) == 0) return connectionFailed();
  // A null stands between the results of two statements; two of them: there will be no more.
  bool synced = false;
  for (int nulls = 0; !synced && nulls < 2;) {
    const Answer answer(PQgetResult(connection_), PQclear);
    nulls = answer ? 0 : nulls + 1;
    if (!answer) continue;
    synced = PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC;
    if (PQresultStatus(answer.get()) != PGRES_PIPELINE_ABORTED) check(answer);
  }
  if (!synced) return connectionFailed();
  PQexitPipelineMode(connection_);
}

void PostgresDatabase::rollback() {
  if (lost_) return;  // the server does it
  if (pipeline_) endPipeline();
  // Statements prepared after the failure were passed over.
  statements_.clear();
  PQclear(PQexec(connection_, "ROLLBACK; DEALLOCATE ALL"));
  if (std::exchange(claimed_before_, false)) forgive();
}

SqlStatement* PostgresDatabase::prepared(const char* sql) {
  auto& statement = statements_[sql];
  if (statement) return statement.get();
  const std::string name = "s" + std::to_string(++prepared_count_);
  if (pipeline_) {
    if (PQsendPrepare(connection_, name.c_str(), sql, 0, nullptr) == 0) connectionFailed();
  } else {
    check(Answer(PQprepare(connection_, name.c_str(), sql, 0, nullptr), PQclear));
  }
  if (!failed()) statement = std::make_unique<PostgresStatement>(*this, name);
  return statement.get();
}

int PostgresDatabase::schemaVersion() {
  {
    auto row = query("SELECT 1 WHERE to_regclass('schema_version') IS NOT NULL");
    if (!row.next()) return 0;
  }
  auto row = query("SELECT version FROM schema_version");
  return row.next() ? static_cast<int>(row.integer()) : 0;
}

void PostgresDatabase::setSchemaVersion(int version) {
  execute(
      "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL); DELETE FROM schema_version;"
      " INSERT INTO schema_version VALUES (" +
      std::to_string(version) + ")");
}

std::string PostgresDatabase::dialect(std::string_view migration) const { return postgresSchema(migration); }

}  // namespace smartkar::server
