#include "server/store/sqlite_store.hpp"

#include <variant>

#include "server/store/sqlite_database.hpp"
#include "server/store/sqlite_schema.hpp"

namespace smartkar::server {
namespace {

// Refused messages kept; a broken car must not fill the disk.
constexpr std::int64_t kQuarantineRows = 1000;

#define SK_DEVICE_COLUMNS                                                                                           \
  "ccid, presence, proved_at, asleep_until, offline_reason, reachable, wake_cause, firmware, link, journal, boot, " \
  "conn, contact, max_id, last_id, ack_boot, ack_contiguous, ack_highest, status_seq, "                             \
  "seen_id, journal_wanted"
#define SK_COMMAND_COLUMNS                                                                                        \
  "ccid, id, action, params, principal, idempotency_key, request, state, unconfirmed, stage, error, result, "     \
  "created_at, expires_at, finished_at, decided_by_car, attempts, last_sent_at, last_contact, sends_in_contact, " \
  "answer_boot, answer_seq, supersedes, withdrawal, sent_once"
#define SK_EVENT_COLUMNS "ccid, domain, name, details, time, received_at, journal, boot, seq"

std::int64_t number(std::size_t value) { return static_cast<std::int64_t>(value); }

void put(SqliteDatabase& database, const PutDevice& mutation) {
  const DeviceRecord& device = mutation.device;
  auto query = database.query("INSERT OR REPLACE INTO devices (" SK_DEVICE_COLUMNS
                              ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  query.bind(device.ccid).bind(presenceName(device.presence)).bind(device.proved_at).bind(device.asleep_until);
  query.bind(device.offline_reason).bind(device.reachable).bind(device.wake_cause).bind(device.firmware);
  query.bind(device.link).bind(device.journal).bind(device.boot).bind(device.conn).bind(device.contact);
  query.bind(device.max_id).bind(device.last_id).bind(device.ack_boot).bind(device.ack_contiguous);
  query.bind(device.ack_highest).bind(device.status_seq).bind(device.seen_id).bind(device.journal_wanted).run();
}

void putHistory(SqliteDatabase& database, const CommandRecord& command, std::size_t from) {
  for (std::size_t i = from; i < command.history.size(); ++i) {
    const HistoryEntry& entry = command.history[i];
    auto query = database.query(
        "INSERT OR REPLACE INTO history (ccid, id, position, at, state, stage, detail) VALUES (?,?,?,?,?,?,?)");
    query.bind(command.ccid).bind(command.id).bind(number(i)).bind(entry.at).bind(stateName(entry.state));
    query.bind(entry.stage).bind(entry.detail).run();
  }
}

// query: an INSERT of SK_COMMAND_VALUES.
void runWith(SqliteQuery& query, const CommandRecord& command) {
  query.bind(command.ccid).bind(command.id).bind(command.action).bind(command.params_json).bind(command.principal);
  query.bind(command.idempotency_key).bind(command.request).bind(stateName(command.state)).bind(command.unconfirmed);
  query.bind(command.stage).bind(command.error).bind(command.result_json).bind(command.created_at);
  query.bind(command.expires_at).bind(command.finished_at).bind(command.decided_by_car).bind(command.attempts);
  query.bind(command.last_sent_at).bind(command.last_contact).bind(command.sends_in_contact);
  query.bind(command.answer_boot).bind(command.answer_seq).bind(command.supersedes);
  query.bind(withdrawalName(command.withdrawal)).bind(command.sent_once).run();
}

#define SK_COMMAND_VALUES "(" SK_COMMAND_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"

void put(SqliteDatabase& database, const PutCommand& mutation) {
  auto query = database.query("INSERT OR REPLACE INTO commands " SK_COMMAND_VALUES);
  runWith(query, mutation.command);
  putHistory(database, mutation.command, mutation.new_history_from);
}

void put(SqliteDatabase& database, const RecoverCommand& mutation) {
  auto query = database.query("INSERT INTO commands " SK_COMMAND_VALUES " ON CONFLICT (ccid, id) DO NOTHING");
  runWith(query, mutation.command);
  const bool was_absent = sqlite3_changes(database.handle()) > 0;
  if (was_absent) putHistory(database, mutation.command, 0);
}

void put(SqliteDatabase& database, const PutState& mutation) {
  for (const auto& [path, field] : mutation.fields) {
    auto query = database.query(
        "INSERT OR REPLACE INTO state_fields (ccid, path, json, boot, seq, updated_at) VALUES (?,?,?,?,?,?)");
    query.bind(mutation.ccid).bind(path).bind(field.json).bind(field.boot).bind(field.seq).bind(field.updated_at);
    query.run();
  }
}

void put(SqliteDatabase& database, const AddEvent& mutation) {
  const EventRecord& event = mutation.event;
  auto query = database.query("INSERT OR IGNORE INTO events (" SK_EVENT_COLUMNS ") VALUES (?,?,?,?,?,?,?,?,?)");
  query.bind(event.ccid).bind(event.domain).bind(event.name).bind(event.details_json).bind(event.time);
  query.bind(event.received_at).bind(event.journal).bind(event.boot).bind(event.seq).run();
}

void put(SqliteDatabase& database, const AddQuarantine& mutation) {
  const QuarantineRecord& message = mutation.message;
  auto query = database.query("INSERT INTO quarantine (ccid, channel, payload, reason, at) VALUES (?,?,?,?,?)");
  query.bind(message.ccid).bind(message.channel).bind(message.payload).bind(message.reason).bind(message.at).run();
  auto trim = database.query("DELETE FROM quarantine WHERE number <= (SELECT max(number) FROM quarantine) - ?");
  trim.bind(kQuarantineRows).run();
}

DeviceRecord readDevice(SqliteQuery& row) {
  DeviceRecord device;
  device.ccid = row.text();
  device.presence = presenceFromName(row.text()).value_or(Presence::NeverSeen);
  device.proved_at = row.optionalTime();
  device.asleep_until = row.optionalTime();
  device.offline_reason = row.text();
  device.reachable = row.boolean();
  device.wake_cause = row.text();
  device.firmware = row.text();
  device.link = row.text();
  device.journal = row.optionalCounter();
  device.boot = row.optionalCounter();
  device.conn = row.optionalCounter();
  device.contact = row.counter();
  device.max_id = row.counter();
  device.last_id = row.counter();
  device.ack_boot = row.optionalCounter();
  device.ack_contiguous = row.counter();
  device.ack_highest = row.counter();
  device.status_seq = row.optionalCounter();
  device.seen_id = row.counter();
  device.journal_wanted = row.counter();
  return device;
}

void readHistory(SqliteDatabase& database, CommandRecord& command) {
  auto row = database.query("SELECT at, state, stage, detail FROM history WHERE ccid = ? AND id = ? ORDER BY position");
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

CommandRecord readCommand(SqliteDatabase& database, SqliteQuery& row) {
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
  readHistory(database, command);
  return command;
}

StateField readField(SqliteQuery& row) {
  StateField field;
  field.json = row.text();
  field.boot = row.optionalCounter();
  field.seq = row.optionalCounter();
  field.updated_at = row.time();
  return field;
}

StoredEvent readEvent(SqliteQuery& row) {
  StoredEvent stored;
  stored.number = row.integer();
  stored.event.ccid = row.text();
  stored.event.domain = row.text();
  stored.event.name = row.text();
  stored.event.details_json = row.text();
  stored.event.time = row.optionalTime();
  stored.event.received_at = row.time();
  stored.event.journal = row.optionalCounter();
  stored.event.boot = row.optionalCounter();
  stored.event.seq = row.optionalCounter();
  return stored;
}

std::vector<DeviceRecord> readDevices(SqliteDatabase& database) {
  std::vector<DeviceRecord> all;
  auto row = database.query("SELECT " SK_DEVICE_COLUMNS " FROM devices ORDER BY ccid");
  while (row.next()) all.push_back(readDevice(row));
  return all;
}

std::vector<CommandRecord> readCommands(SqliteDatabase& database, SqliteQuery& row) {
  std::vector<CommandRecord> all;
  while (row.next()) all.push_back(readCommand(database, row));
  return all;
}

}  // namespace

struct SqliteStore::Implementation {
  SqliteDatabase database;
};

SqliteStore::SqliteStore(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
SqliteStore::~SqliteStore() = default;

StoreResult<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  auto implementation = std::make_unique<Implementation>();
  SqliteDatabase& database = implementation->database;
  database.open(path);
  // FULL: a commit has reached the disk when it returns (P7). Checkpoints are made elsewhere, see checkpoint().
  database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  if (!database.failed()) migrate(database);
  if (auto result = database.result(); !result) {
    StoreFailure failure = result.error();
    if (failure.message.find(path) == std::string::npos) failure.message = path + ": " + failure.message;
    return Failure{std::move(failure)};
  }
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(implementation)));
}

StoreResult<void> SqliteStore::apply(std::span<const Mutation> mutations) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  if (mutations.empty()) return {};
  database.query("BEGIN IMMEDIATE").run();
  for (const Mutation& mutation : mutations) {
    std::visit([&](const auto& which) { put(database, which); }, mutation);
  }
  database.query("COMMIT").run();
  if (database.failed()) sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  return database.result();
}

StoreResult<Snapshot> SqliteStore::load(UnixTime finished_since) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  database.query("BEGIN").run();  // one view of the data for all that follows
  Snapshot snapshot;
  snapshot.devices = readDevices(database);
  {
    auto row = database.query("SELECT ccid, path, json, boot, seq, updated_at FROM state_fields");
    while (row.next()) {
      const std::string ccid = row.text();
      const std::string path = row.text();
      snapshot.states[ccid][path] = readField(row);
    }
    auto commands = database.query("SELECT " SK_COMMAND_COLUMNS
                                   " FROM commands WHERE finished_at IS NULL OR finished_at >= ? ORDER BY ccid, id");
    commands.bind(finished_since);
    snapshot.commands = readCommands(database, commands);
  }
  sqlite3_exec(database.handle(), "COMMIT", nullptr, nullptr, nullptr);
  return database.result(std::move(snapshot));
}

StoreResult<std::vector<DeviceRecord>> SqliteStore::devices() {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  return database.result(readDevices(database));
}

StoreResult<std::optional<DeviceRecord>> SqliteStore::device(std::string_view ccid) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row = database.query("SELECT " SK_DEVICE_COLUMNS " FROM devices WHERE ccid = ?");
  std::optional<DeviceRecord> found;
  if (row.bind(ccid).next()) found = readDevice(row);
  return database.result(std::move(found));
}

StoreResult<StateFields> SqliteStore::state(std::string_view ccid) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row = database.query("SELECT path, json, boot, seq, updated_at FROM state_fields WHERE ccid = ?");
  row.bind(ccid);
  StateFields fields;
  while (row.next()) {
    std::string path = row.text();
    fields.emplace(std::move(path), readField(row));
  }
  return database.result(std::move(fields));
}

StoreResult<std::vector<StoredEvent>> SqliteStore::events(std::string_view ccid, std::size_t limit,
                                                          std::optional<std::int64_t> before) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row = database.query("SELECT number, " SK_EVENT_COLUMNS
                            " FROM events WHERE ccid = ? AND number < ? ORDER BY number DESC LIMIT ?");
  row.bind(ccid).bind(before.value_or(INT64_MAX)).bind(number(limit));
  std::vector<StoredEvent> all;
  while (row.next()) all.push_back(readEvent(row));
  return database.result(std::move(all));
}

StoreResult<std::vector<CommandRecord>> SqliteStore::commands(std::string_view ccid, std::size_t limit,
                                                              std::optional<CommandId> before) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row =
      database.query("SELECT " SK_COMMAND_COLUMNS " FROM commands WHERE ccid = ? AND id < ? ORDER BY id DESC LIMIT ?");
  row.bind(ccid).bind(before ? std::int64_t{*before} : INT64_MAX).bind(number(limit));
  return database.result(readCommands(database, row));
}

StoreResult<std::optional<CommandRecord>> SqliteStore::command(std::string_view ccid, CommandId id) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row = database.query("SELECT " SK_COMMAND_COLUMNS " FROM commands WHERE ccid = ? AND id = ?");
  std::optional<CommandRecord> found;
  if (row.bind(ccid).bind(id).next()) found = readCommand(database, row);
  return database.result(std::move(found));
}

StoreResult<std::optional<CommandRecord>> SqliteStore::findByIdempotencyKey(std::string_view principal,
                                                                            std::string_view ccid,
                                                                            std::string_view key) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row = database.query("SELECT " SK_COMMAND_COLUMNS
                            " FROM commands WHERE principal = ? AND ccid = ? AND idempotency_key = ?"
                            " AND idempotency_key <> '' ORDER BY id DESC LIMIT 1");
  std::optional<CommandRecord> found;
  if (row.bind(principal).bind(ccid).bind(key).next()) found = readCommand(database, row);
  return database.result(std::move(found));
}

StoreResult<std::vector<QuarantineRecord>> SqliteStore::quarantine(std::size_t limit) {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  auto row = database.query("SELECT ccid, channel, payload, reason, at FROM quarantine ORDER BY number DESC LIMIT ?");
  row.bind(number(limit));
  std::vector<QuarantineRecord> all;
  while (row.next()) {
    QuarantineRecord message;
    message.ccid = row.text();
    message.channel = row.text();
    message.payload = row.text();
    message.reason = row.text();
    message.at = row.time();
    all.push_back(std::move(message));
  }
  return database.result(std::move(all));
}

StoreResult<void> SqliteStore::checkpoint() {
  SqliteDatabase& database = implementation_->database;
  database.beginCall();
  const int code = sqlite3_wal_checkpoint_v2(database.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  // Busy: somebody else is at it, or reads; the next one gets further.
  if ((code & 0xFF) != SQLITE_BUSY) database.check(code);
  return database.result();
}

}  // namespace smartkar::server
