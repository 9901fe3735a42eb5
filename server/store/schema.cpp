#include "server/store/schema.hpp"

#include <iterator>

namespace smartkar::server {
namespace {

// Migration n leads from version n to n + 1, in the words of SQLite (SqlDatabase::dialect). Those that were released
// are never changed.
constexpr const char* kMigrations[] = {
    R"(
CREATE TABLE devices (
  ccid TEXT PRIMARY KEY, presence TEXT NOT NULL, proved_at INTEGER, asleep_until INTEGER, offline_reason TEXT NOT NULL,
  reachable INTEGER NOT NULL, wake_cause TEXT NOT NULL, firmware TEXT NOT NULL, link TEXT NOT NULL, journal INTEGER,
  boot INTEGER, conn INTEGER, contact INTEGER NOT NULL, max_id INTEGER NOT NULL, last_id INTEGER NOT NULL,
  ack_boot INTEGER, ack_contiguous INTEGER NOT NULL, ack_highest INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE commands (
  ccid TEXT NOT NULL, id INTEGER NOT NULL, action TEXT NOT NULL, params TEXT NOT NULL, principal TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, request TEXT NOT NULL, state TEXT NOT NULL, unconfirmed INTEGER NOT NULL,
  stage TEXT NOT NULL, error TEXT NOT NULL, result TEXT NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, finished_at INTEGER, decided_by_car INTEGER NOT NULL, attempts INTEGER NOT NULL,
  last_sent_at INTEGER, last_contact INTEGER NOT NULL, sends_in_contact INTEGER NOT NULL, answer_boot INTEGER,
  answer_seq INTEGER,
  PRIMARY KEY (ccid, id)
) WITHOUT ROWID;
CREATE INDEX commands_by_key ON commands (principal, ccid, idempotency_key) WHERE idempotency_key <> '';
CREATE INDEX commands_by_end ON commands (finished_at);

CREATE TABLE history (
  ccid TEXT NOT NULL, id INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, state TEXT NOT NULL,
  stage TEXT NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (ccid, id, position)
) WITHOUT ROWID;

CREATE TABLE state_fields (
  ccid TEXT NOT NULL, path TEXT NOT NULL, json TEXT NOT NULL, boot INTEGER, seq INTEGER, updated_at INTEGER NOT NULL,
  PRIMARY KEY (ccid, path)
) WITHOUT ROWID;

CREATE TABLE events (
  number INTEGER PRIMARY KEY AUTOINCREMENT, ccid TEXT NOT NULL, domain TEXT NOT NULL, name TEXT NOT NULL,
  details TEXT NOT NULL, time INTEGER, received_at INTEGER NOT NULL, journal INTEGER, boot INTEGER, seq INTEGER
);
CREATE INDEX events_by_car ON events (ccid, number);
CREATE UNIQUE INDEX events_once ON events (ccid, ifnull(journal, -1), boot, seq)
  WHERE boot IS NOT NULL AND seq IS NOT NULL;

CREATE TABLE quarantine (
  number INTEGER PRIMARY KEY AUTOINCREMENT, ccid TEXT NOT NULL, channel TEXT NOT NULL, payload TEXT NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL
);
)",
    // A command sent before keeps its contact: a copy of it may still be under way.
    R"(
ALTER TABLE commands ADD COLUMN supersedes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE commands ADD COLUMN withdrawal TEXT NOT NULL DEFAULT 'none';
ALTER TABLE commands ADD COLUMN sent_once INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN status_seq INTEGER;
ALTER TABLE devices ADD COLUMN seen_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN journal_wanted INTEGER NOT NULL DEFAULT 0;
UPDATE devices SET seen_id = last_id;
)",
    // role 'viewer', 'operator' or 'admin'. samples: a row a message, fields by path with their values; rollups: what
    // is left of them after a while, an hour a row (history_pruner.hpp). Every path of theirs is one of state_fields,
    // too.
    R"(
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, created_at INTEGER NOT NULL, revoked_at INTEGER
) WITHOUT ROWID;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, principal TEXT NOT NULL, action TEXT NOT NULL,
  ccid TEXT NOT NULL, detail TEXT NOT NULL
);

CREATE TABLE samples (
  number INTEGER PRIMARY KEY AUTOINCREMENT, ccid TEXT NOT NULL, at INTEGER NOT NULL, fields TEXT NOT NULL
);
CREATE INDEX samples_by_time ON samples (ccid, at, number);

CREATE TABLE rollups (
  ccid TEXT NOT NULL, path TEXT NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL, minimum DOUBLE PRECISION,
  maximum DOUBLE PRECISION, mean DOUBLE PRECISION, last TEXT NOT NULL,
  PRIMARY KEY (ccid, path, at)
) WITHOUT ROWID;
)",
    // attempts: the ledger of each command.
    R"(
ALTER TABLE commands ADD COLUMN expected_path TEXT NOT NULL DEFAULT '';
ALTER TABLE commands ADD COLUMN expected_by INTEGER;
ALTER TABLE devices ADD COLUMN sms_at INTEGER;
ALTER TABLE devices ADD COLUMN sms_count INTEGER NOT NULL DEFAULT 0;
CREATE TABLE attempts (
  ccid TEXT NOT NULL, id INTEGER NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, path TEXT NOT NULL,
  result TEXT NOT NULL, ended_at INTEGER, detail TEXT NOT NULL,
  PRIMARY KEY (ccid, id, position)
) WITHOUT ROWID;
)",
    // The latest batch of each writer, a row for each start of a server (SqlDatabase::claim).
    R"(
CREATE TABLE batches (writer TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
)",
    // last_at: when `last` was, for samples that arrive after their hour was summed up. Nothing was before this
    // version.
    R"(
ALTER TABLE rollups ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;
)",
    // presence_history: a row whenever what is said of a car's presence changes. row_…: how complete telemetry has
    // come.
    R"(
CREATE TABLE presence_history (
  number INTEGER PRIMARY KEY AUTOINCREMENT, ccid TEXT NOT NULL, at INTEGER NOT NULL, presence TEXT NOT NULL,
  proved_at INTEGER, asleep_until INTEGER, offline_reason TEXT NOT NULL, reachable INTEGER NOT NULL
);
CREATE INDEX presence_history_by_car ON presence_history (ccid, number);
ALTER TABLE devices ADD COLUMN row_boot INTEGER;
ALTER TABLE devices ADD COLUMN row_highest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN row_window INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN row_missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN row_repeated INTEGER NOT NULL DEFAULT 0;
)",
};

}  // namespace

int schemaVersion() { return static_cast<int>(std::size(kMigrations)); }

void migrate(SqlDatabase& database, int version) {
  // Most times there is nothing to do, and then nobody must wait for the writer.
  if (database.schemaVersion() == version) return;
  database.beginMigration();
  const int stored = database.schemaVersion();
  if (stored > schemaVersion()) {
    database.fail(StoreError::NewerSchema, "the database has schema version " + std::to_string(stored) +
                                               ", this program knows up to " + std::to_string(schemaVersion()) +
                                               ": it was written by a newer smartkar-server");
  }
  for (int next = stored; next < version; ++next) database.execute(database.dialect(kMigrations[next]));
  database.setSchemaVersion(version);
  database.end();
}

}  // namespace smartkar::server
