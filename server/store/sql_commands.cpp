#include "server/store/sql_rows.hpp"
#include "server/store/sql_text.hpp"

namespace smartkar::server {
namespace {

#define SK_COMMAND_COLUMNS                                                                                        \
  "ccid, id, action, params, principal, idempotency_key, request, state, unconfirmed, stage, error, result, "     \
  "created_at, expires_at, finished_at, decided_by_car, attempts, last_sent_at, last_contact, sends_in_contact, " \
  "answer_boot, answer_seq, supersedes, withdrawal, sent_once, expected_path, expected_by"
#define SK_HISTORY_COLUMNS "ccid, id, position, at, state, stage, detail"
#define SK_ATTEMPT_COLUMNS "ccid, id, position, at, path, result, ended_at, detail"

void bindHistory(SqlQuery& query, const CommandRecord& command, std::size_t position) {
  const HistoryEntry& entry = command.history[position];
  query.bind(command.ccid).bind(command.id).bind(static_cast<std::int64_t>(position)).bind(entry.at);
  query.bind(stateName(entry.state)).bind(entry.stage).bind(entry.detail);
}

void bindAttempt(SqlQuery& query, const CommandRecord& command, std::size_t position) {
  const Attempt& attempt = command.ledger[position];
  query.bind(command.ccid).bind(command.id).bind(static_cast<std::int64_t>(position)).bind(attempt.at);
  query.bind(pathName(attempt.path)).bind(attemptResultName(attempt.result)).bind(attempt.ended_at);
  query.bind(attempt.detail);
}

// query: an INSERT of SK_COMMAND_COLUMNS.
void runWith(SqlQuery& query, const CommandRecord& command) {
  query.bind(command.ccid).bind(command.id).bind(command.action).bind(command.params_json).bind(command.principal);
  query.bind(command.idempotency_key).bind(command.request).bind(stateName(command.state)).bind(command.unconfirmed);
  query.bind(command.stage).bind(command.error).bind(command.result_json).bind(command.created_at);
  query.bind(command.expires_at).bind(command.finished_at).bind(command.decided_by_car).bind(command.attempts);
  query.bind(command.last_sent_at).bind(command.last_contact).bind(command.sends_in_contact);
  query.bind(command.answer_boot).bind(command.answer_seq).bind(command.supersedes);
  query.bind(withdrawalName(command.withdrawal)).bind(command.sent_once);
  query.bind(command.expected_path ? pathName(*command.expected_path) : "").bind(command.expected_by).run();
}

void readHistory(SqlDatabase& database, CommandRecord& command) {
  auto row =
      database.query("SELECT at, state, stage, detail FROM history WHERE ccid = $1 AND id = $2 ORDER BY position");
  row.bind(command.ccid).bind(command.id);
  while (row.next()) {
    HistoryEntry entry;
    entry.at = row.time();
    entry.state = stateFromName(row.text()).value_or(CommandState::Unknown);
    entry.stage = row.text();
    entry.detail = row.text();
    command.history.push_back(std::move(entry));
  }
}

void readLedger(SqlDatabase& database, CommandRecord& command) {
  auto row = database.query(
      "SELECT at, path, result, ended_at, detail FROM attempts WHERE ccid = $1 AND id = $2 ORDER BY position");
  row.bind(command.ccid).bind(command.id);
  while (row.next()) {
    Attempt attempt;
    attempt.at = row.time();
    attempt.path = pathFromName(row.text()).value_or(Path::Ring);
    attempt.result = attemptResultFromName(row.text()).value_or(AttemptResult::Silent);
    attempt.ended_at = row.optionalTime();
    attempt.detail = row.text();
    command.ledger.push_back(std::move(attempt));
  }
}

CommandRecord commandFrom(SqlDatabase& database, SqlQuery& row) {
  CommandRecord command;
  command.ccid = row.text();
  command.id = row.counter();
  command.action = row.text();
  command.params_json = row.text();
  command.principal = row.text();
  command.idempotency_key = row.text();
  command.request = row.text();
  command.state = stateFromName(row.text()).value_or(CommandState::Unknown);
  command.unconfirmed = row.boolean();
  command.stage = row.text();
  command.error = row.text();
  command.result_json = row.text();
  command.created_at = row.time();
  command.expires_at = row.time();
  command.finished_at = row.optionalTime();
  command.decided_by_car = row.boolean();
  command.attempts = row.counter();
  command.last_sent_at = row.optionalTime();
  command.last_contact = row.counter();
  command.sends_in_contact = row.counter();
  command.answer_boot = row.optionalCounter();
  command.answer_seq = row.optionalCounter();
  command.supersedes = row.boolean();
  command.withdrawal = withdrawalFromName(row.text()).value_or(Withdrawal::None);
  command.sent_once = row.boolean();
  command.expected_path = pathFromName(row.text());
  command.expected_by = row.optionalTime();
  readHistory(database, command);
  readLedger(database, command);
  return command;
}

std::vector<CommandRecord> commandsFrom(SqlDatabase& database, SqlQuery& row) {
  std::vector<CommandRecord> all;
  while (row.next()) all.push_back(commandFrom(database, row));
  return all;
}

}  // namespace

void put(SqlDatabase& database, const PutCommand& mutation) {
  static const std::string kSql = upsertSql("commands", SK_COMMAND_COLUMNS, "ccid, id");
  static const std::string kHistorySql = upsertSql("history", SK_HISTORY_COLUMNS, "ccid, id, position");
  const CommandRecord& command = mutation.command;
  auto query = database.query(kSql.c_str());
  runWith(query, command);
  for (std::size_t i = mutation.new_history_from; i < command.history.size(); ++i) {
    auto history = database.query(kHistorySql.c_str());
    bindHistory(history, command, i);
    history.run();
  }
  static const std::string kAttemptSql = upsertSql("attempts", SK_ATTEMPT_COLUMNS, "ccid, id, position");
  for (std::size_t i = mutation.new_attempts_from; i < command.ledger.size(); ++i) {
    auto attempt = database.query(kAttemptSql.c_str());
    bindAttempt(attempt, command, i);
    attempt.run();
  }
}

void put(SqlDatabase& database, const RecoverCommand& mutation) {
  static const std::string kSql = insertOnceSql("commands", SK_COMMAND_COLUMNS);
  // Before the command itself, whose absence decides.
  static const std::string kHistorySql = "INSERT INTO history (" SK_HISTORY_COLUMNS ") SELECT " +
                                         parameters(SK_HISTORY_COLUMNS) +
                                         " WHERE NOT EXISTS (SELECT 1 FROM commands WHERE ccid = $1 AND id = $2)";
  static const std::string kAttemptSql = "INSERT INTO attempts (" SK_ATTEMPT_COLUMNS ") SELECT " +
                                         parameters(SK_ATTEMPT_COLUMNS) +
                                         " WHERE NOT EXISTS (SELECT 1 FROM commands WHERE ccid = $1 AND id = $2)";
  const CommandRecord& command = mutation.command;
  for (std::size_t i = 0; i < command.history.size(); ++i) {
    auto history = database.query(kHistorySql.c_str());
    bindHistory(history, command, i);
    history.run();
  }
  for (std::size_t i = 0; i < command.ledger.size(); ++i) {
    auto attempt = database.query(kAttemptSql.c_str());
    bindAttempt(attempt, command, i);
    attempt.run();
  }
  auto query = database.query(kSql.c_str());
  runWith(query, command);
}

std::vector<CommandRecord> readUnfinished(SqlDatabase& database, UnixTime over_since) {
  auto row = database.query("SELECT " SK_COMMAND_COLUMNS
                            " FROM commands WHERE finished_at IS NULL OR finished_at >= $1 OR expires_at >= $1"
                            " ORDER BY ccid, id");
  row.bind(over_since);
  return commandsFrom(database, row);
}

std::vector<CommandRecord> readCommands(SqlDatabase& database, std::string_view ccid, std::size_t limit,
                                        std::optional<CommandId> before) {
  auto row = database.query("SELECT " SK_COMMAND_COLUMNS
                            " FROM commands WHERE ccid = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
  row.bind(ccid).bind(before ? std::int64_t{*before} : INT64_MAX).bind(static_cast<std::int64_t>(limit));
  return commandsFrom(database, row);
}

std::optional<CommandRecord> readCommand(SqlDatabase& database, std::string_view ccid, CommandId id) {
  auto row = database.query("SELECT " SK_COMMAND_COLUMNS " FROM commands WHERE ccid = $1 AND id = $2");
  if (!row.bind(ccid).bind(id).next()) return std::nullopt;
  return commandFrom(database, row);
}

std::optional<CommandRecord> readCommandByKey(SqlDatabase& database, std::string_view principal, std::string_view ccid,
                                              std::string_view key) {
  auto row = database.query("SELECT " SK_COMMAND_COLUMNS
                            " FROM commands WHERE principal = $1 AND ccid = $2 AND idempotency_key = $3"
                            " AND idempotency_key <> '' ORDER BY id DESC LIMIT 1");
  if (!row.bind(principal).bind(ccid).bind(key).next()) return std::nullopt;
  return commandFrom(database, row);
}

}  // namespace smartkar::server
