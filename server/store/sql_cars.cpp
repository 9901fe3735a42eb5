#include "server/store/sql_rows.hpp"
#include "server/store/sql_text.hpp"

namespace smartkar::server {
namespace {

#define SK_DEVICE_COLUMNS                                                                                           \
  "ccid, presence, proved_at, asleep_until, offline_reason, reachable, wake_cause, firmware, link, journal, boot, " \
  "conn, contact, max_id, last_id, ack_boot, ack_contiguous, ack_highest, status_seq, "                             \
  "seen_id, journal_wanted, sms_at, sms_count, "                                                                    \
  "row_boot, row_highest, row_window, row_missing, row_repeated"
#define SK_PRESENCE_COLUMNS "ccid, at, presence, proved_at, asleep_until, offline_reason, reachable"
#define SK_STATE_COLUMNS "ccid, path, json, boot, seq, updated_at"

DeviceRecord deviceFrom(SqlQuery& row) {
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
  device.sms_at = row.optionalTime();
  device.sms_count = row.counter();
  device.reception.boot = row.optionalCounter();
  device.reception.highest = row.counter();
  device.reception.window = static_cast<std::uint64_t>(row.integer());
  device.reception.missing = row.counter();
  device.reception.repeated = row.counter();
  return device;
}

StateField fieldFrom(SqlQuery& row) {
  StateField field;
  field.json = row.text();
  field.boot = row.optionalCounter();
  field.seq = row.optionalCounter();
  field.updated_at = row.time();
  return field;
}

}  // namespace

void put(SqlDatabase& database, const PutDevice& mutation) {
  static const std::string kSql = upsertSql("devices", SK_DEVICE_COLUMNS, "ccid");
  const DeviceRecord& device = mutation.device;
  auto query = database.query(kSql.c_str());
  query.bind(device.ccid).bind(presenceName(device.presence)).bind(device.proved_at).bind(device.asleep_until);
  query.bind(device.offline_reason).bind(device.reachable).bind(device.wake_cause).bind(device.firmware);
  query.bind(device.link).bind(device.journal).bind(device.boot).bind(device.conn).bind(device.contact);
  query.bind(device.max_id).bind(device.last_id).bind(device.ack_boot).bind(device.ack_contiguous);
  query.bind(device.ack_highest).bind(device.status_seq).bind(device.seen_id).bind(device.journal_wanted);
  query.bind(device.sms_at).bind(device.sms_count).bind(device.reception.boot).bind(device.reception.highest);
  query.bind(static_cast<std::int64_t>(device.reception.window)).bind(device.reception.missing);
  query.bind(device.reception.repeated).run();
}

void put(SqlDatabase& database, const AddPresence& mutation) {
  static const std::string kSql = insertSql("presence_history", SK_PRESENCE_COLUMNS);
  const PresenceRecord& entry = mutation.entry;
  auto query = database.query(kSql.c_str());
  query.bind(entry.ccid).bind(entry.at).bind(presenceName(entry.presence)).bind(entry.proved_at);
  query.bind(entry.asleep_until).bind(entry.offline_reason).bind(entry.reachable).run();
}

void put(SqlDatabase& database, const PutState& mutation) {
  static const std::string kSql = upsertSql("state_fields", SK_STATE_COLUMNS, "ccid, path");
  for (const auto& [path, field] : mutation.fields) {
    auto query = database.query(kSql.c_str());
    query.bind(mutation.ccid).bind(path).bind(field.json).bind(field.boot).bind(field.seq).bind(field.updated_at);
    query.run();
  }
}

std::vector<DeviceRecord> readDevices(SqlDatabase& database) {
  std::vector<DeviceRecord> all;
  auto row = database.query("SELECT " SK_DEVICE_COLUMNS " FROM devices ORDER BY ccid");
  while (row.next()) all.push_back(deviceFrom(row));
  return all;
}

std::optional<DeviceRecord> readDevice(SqlDatabase& database, std::string_view ccid) {
  auto row = database.query("SELECT " SK_DEVICE_COLUMNS " FROM devices WHERE ccid = $1");
  if (!row.bind(ccid).next()) return std::nullopt;
  return deviceFrom(row);
}

std::vector<StoredPresence> readPresence(SqlDatabase& database, std::string_view ccid, std::size_t limit,
                                         std::optional<std::int64_t> before) {
  auto row = database.query("SELECT number, " SK_PRESENCE_COLUMNS
                            " FROM presence_history WHERE ccid = $1 AND number < $2 ORDER BY number DESC LIMIT $3");
  row.bind(ccid).bind(before.value_or(INT64_MAX)).bind(static_cast<std::int64_t>(limit));
  std::vector<StoredPresence> all;
  while (row.next()) {
    StoredPresence stored;
    stored.number = row.integer();
    stored.entry.ccid = row.text();
    stored.entry.at = row.time();
    stored.entry.presence = presenceFromName(row.text()).value_or(Presence::NeverSeen);
    stored.entry.proved_at = row.optionalTime();
    stored.entry.asleep_until = row.optionalTime();
    stored.entry.offline_reason = row.text();
    stored.entry.reachable = row.boolean();
    all.push_back(std::move(stored));
  }
  return all;
}

StateFields readState(SqlDatabase& database, std::string_view ccid) {
  auto row = database.query("SELECT path, json, boot, seq, updated_at FROM state_fields WHERE ccid = $1");
  row.bind(ccid);
  StateFields fields;
  while (row.next()) {
    std::string path = row.text();
    fields.emplace(std::move(path), fieldFrom(row));
  }
  return fields;
}

std::map<std::string, StateFields> readStates(SqlDatabase& database) {
  std::map<std::string, StateFields> states;
  auto row = database.query("SELECT " SK_STATE_COLUMNS " FROM state_fields");
  while (row.next()) {
    const std::string ccid = row.text();
    const std::string path = row.text();
    states[ccid][path] = fieldFrom(row);
  }
  return states;
}

}  // namespace smartkar::server
