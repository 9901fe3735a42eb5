#include "server/store/sql_rows.hpp"
#include "server/store/sql_text.hpp"

namespace smartkar::server {
namespace {

// Refused messages kept; a broken car must not fill the disk.
constexpr std::int64_t kQuarantineRows = 1000;

#define SK_EVENT_COLUMNS "ccid, domain, name, details, time, received_at, journal, boot, seq"
#define SK_SAMPLE_COLUMNS "ccid, at, fields"
#define SK_QUARANTINE_COLUMNS "ccid, channel, payload, reason, at"

StoredEvent eventFrom(SqlQuery& row) {
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

}  // namespace

void put(SqlDatabase& database, const AddEvent& mutation) {
  static const std::string kSql = insertOnceSql("events", SK_EVENT_COLUMNS);
  const EventRecord& event = mutation.event;
  auto query = database.query(kSql.c_str());
  query.bind(event.ccid).bind(event.domain).bind(event.name).bind(event.details_json).bind(event.time);
  query.bind(event.received_at).bind(event.journal).bind(event.boot).bind(event.seq).run();
}

void put(SqlDatabase& database, const AddSample& mutation) {
  static const std::string kSql = insertSql("samples", SK_SAMPLE_COLUMNS);
  auto query = database.query(kSql.c_str());
  query.bind(mutation.sample.ccid).bind(mutation.sample.at).bind(mutation.sample.fields_json).run();
}

void put(SqlDatabase& database, const AddQuarantine& mutation) {
  static const std::string kSql = insertSql("quarantine", SK_QUARANTINE_COLUMNS);
  const QuarantineRecord& message = mutation.message;
  auto query = database.query(kSql.c_str());
  query.bind(message.ccid).bind(message.channel).bind(message.payload).bind(message.reason).bind(message.at).run();
  auto trim = database.query("DELETE FROM quarantine WHERE number <= (SELECT max(number) FROM quarantine) - $1");
  trim.bind(kQuarantineRows).run();
}

std::vector<StoredEvent> readEvents(SqlDatabase& database, std::string_view ccid, std::size_t limit,
                                    std::optional<std::int64_t> before) {
  auto row = database.query("SELECT number, " SK_EVENT_COLUMNS
                            " FROM events WHERE ccid = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
  row.bind(ccid).bind(before.value_or(INT64_MAX)).bind(static_cast<std::int64_t>(limit));
  std::vector<StoredEvent> all;
  while (row.next()) all.push_back(eventFrom(row));
  return all;
}

std::vector<StoredSample> readSamples(SqlDatabase& database, std::string_view ccid, const SampleCursor& after,
                                      UnixTime to, std::size_t limit) {
  auto row = database.query("SELECT number, " SK_SAMPLE_COLUMNS
                            " FROM samples WHERE ccid = $1 AND (at, number) > ($2, $3) AND at < $4"
                            " ORDER BY at, number LIMIT $5");
  row.bind(ccid).bind(after.at).bind(after.number).bind(to).bind(static_cast<std::int64_t>(limit));
  std::vector<StoredSample> all;
  while (row.next()) {
    StoredSample stored;
    stored.number = row.integer();
    stored.sample.ccid = row.text();
    stored.sample.at = row.time();
    stored.sample.fields_json = row.text();
    all.push_back(std::move(stored));
  }
  return all;
}

std::vector<QuarantineRecord> readQuarantine(SqlDatabase& database, std::size_t limit) {
  auto row = database.query("SELECT " SK_QUARANTINE_COLUMNS " FROM quarantine ORDER BY number DESC LIMIT $1");
  row.bind(static_cast<std::int64_t>(limit));
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
  return all;
}

}  // namespace smartkar::server
