#include "server/store/history_pruner.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "server/store/history.hpp"
#include "server/store/sql_text.hpp"

namespace smartkar::server {
namespace {

// What one step takes on: a few milliseconds.
constexpr std::size_t kSamples = 200;
constexpr int kCars = 100;
constexpr std::int64_t kRows = 500;
constexpr std::chrono::hours kRollups{24};

constexpr std::chrono::seconds kHour{3600};

// The next car after this one in a table whose index begins with it.
std::optional<std::string> carAfter(SqlDatabase& database, const char* sql, const std::string& ccid) {
  auto row = database.query(sql);
  if (!row.bind(ccid).next()) return std::nullopt;
  return row.text();
}

// Removes samples and returns them, oldest first. Whoever else removes them at the same time gets others.
std::vector<StoredSample> takeSamples(SqlDatabase& database, const std::string& ccid, UnixTime before,
                                      std::size_t limit) {
  auto row = database.query(
      "DELETE FROM samples WHERE number IN"
      " (SELECT number FROM samples WHERE ccid = $1 AND at < $2 ORDER BY at, number LIMIT $3)"
      " RETURNING number, at, fields");
  row.bind(ccid).bind(before).bind(static_cast<std::int64_t>(limit));
  std::vector<StoredSample> taken;
  while (row.next()) {
    StoredSample stored;
    stored.number = row.integer();
    stored.sample.at = row.time();
    stored.sample.fields_json = row.text();
    taken.push_back(std::move(stored));
  }
  const auto order = [](const StoredSample& one) { return std::pair(one.sample.at, one.number); };
  std::sort(taken.begin(), taken.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
  return taken;
}

void addToRollup(SqlDatabase& database, const std::string& ccid, std::string_view path, const HistoryBucket& bucket) {
  static const std::string kSql =
      insertSql("rollups", "ccid, path, at, count, minimum, maximum, mean, last, last_at") +
      " ON CONFLICT (ccid, path, at) DO UPDATE SET count = rollups.count + excluded.count,"
      " minimum = CASE WHEN excluded.minimum < rollups.minimum THEN excluded.minimum ELSE rollups.minimum END,"
      " maximum = CASE WHEN excluded.maximum > rollups.maximum THEN excluded.maximum ELSE rollups.maximum END,"
      " mean = (rollups.mean * rollups.count + excluded.mean * excluded.count) / (rollups.count + excluded.count),"
      " last = CASE WHEN excluded.last_at >= rollups.last_at THEN excluded.last ELSE rollups.last END,"
      " last_at = CASE WHEN excluded.last_at >= rollups.last_at THEN excluded.last_at ELSE rollups.last_at END";
  auto query = database.query(kSql.c_str());
  query.bind(ccid).bind(path).bind(bucket.start).bind(bucket.count).bind(bucket.minimum).bind(bucket.maximum);
  query.bind(bucket.mean).bind(bucket.last_json).bind(bucket.last_at).run();
}

void rollUp(SqlDatabase& database, const std::string& ccid, const std::vector<StoredSample>& samples) {
  std::map<std::string_view, HistoryBuckets> by_path;
  for (const StoredSample& stored : samples) {
    forEachValue(stored.sample.fields_json, [&](std::string_view path, std::string_view json) {
      by_path.try_emplace(path, kHour).first->second.add(stored.sample.at, json);
    });
  }
  for (auto& [path, buckets] : by_path) {
    for (const HistoryBucket& bucket : buckets.take()) addToRollup(database, ccid, path, bucket);
  }
}

// Each of these does one step, moves ccid on and returns false after the last car.

bool rollUpSamples(SqlDatabase& database, UnixTime before, std::string& ccid) {
  std::size_t room = kSamples;
  for (int cars = 0; cars < kCars && room > 0; ++cars) {
    auto next = carAfter(database, "SELECT ccid FROM samples WHERE ccid > $1 ORDER BY ccid LIMIT 1", ccid);
    if (!next) return false;
    const auto taken = takeSamples(database, *next, before, room);
    rollUp(database, *next, taken);
    room -= taken.size();
    if (room > 0) ccid = *std::move(next);
  }
  return true;
}

std::optional<UnixTime> oldestRollup(SqlDatabase& database, const std::string& ccid) {
  auto row = database.query(
      "SELECT min(oldest) FROM (SELECT (SELECT r.at FROM rollups r WHERE r.ccid = f.ccid AND r.path = f.path"
      " ORDER BY r.at LIMIT 1) AS oldest FROM state_fields f WHERE f.ccid = $1) AS series");
  if (!row.bind(ccid).next()) return std::nullopt;
  return row.optionalTime();
}

bool forgetRollups(SqlDatabase& database, UnixTime before, std::string& ccid) {
  for (int cars = 0; cars < kCars; ++cars) {
    auto next = carAfter(database, "SELECT ccid FROM state_fields WHERE ccid > $1 ORDER BY ccid LIMIT 1", ccid);
    if (!next) return false;
    const auto oldest = oldestRollup(database, *next);
    if (oldest && *oldest < before) {
      auto query = database.query(
          "DELETE FROM rollups WHERE ccid = $1 AND path IN (SELECT path FROM state_fields WHERE ccid = $1)"
          " AND at < $2");
      query.bind(*next).bind(std::min(before, *oldest + kRollups)).run();
      return true;
    }
    ccid = *std::move(next);
  }
  return true;
}

// Of the rows with the lowest numbers, which are the oldest.
bool forgetOldest(SqlDatabase& database, const char* sql, UnixTime before) {
  auto row = database.query(sql);
  return row.bind(before).bind(kRows).next();
}

bool forgetEvents(SqlDatabase& database, UnixTime before) {
  return forgetOldest(database,
                      "DELETE FROM events WHERE received_at < $1 AND number <="
                      " (SELECT max(number) FROM (SELECT number FROM events ORDER BY number LIMIT $2) AS oldest)"
                      " RETURNING number",
                      before);
}

bool forgetPresence(SqlDatabase& database, UnixTime before) {
  return forgetOldest(database,
                      "DELETE FROM presence_history WHERE at < $1 AND number <= (SELECT max(number) FROM"
                      " (SELECT number FROM presence_history ORDER BY number LIMIT $2) AS oldest) RETURNING number",
                      before);
}

}  // namespace

bool HistoryPruner::step(SqlDatabase& database, const Retention& retention) {
  if (phase_ == Phase::Done) {
    if (retention == retention_) return false;
    retention_ = retention;
    phase_ = Phase::Samples;
  }
  std::string ccid = ccid_;
  database.beginReadWrite();
  const bool more = work(database, ccid);
  database.end();
  if (database.failed()) return false;
  ccid_ = std::move(ccid);
  if (!more) {
    ccid_.clear();
    phase_ = static_cast<Phase>(static_cast<int>(phase_) + 1);
  }
  return phase_ != Phase::Done;
}

bool HistoryPruner::work(SqlDatabase& database, std::string& ccid) const {
  switch (phase_) {
    case Phase::Samples:
      return rollUpSamples(database, retention_.samples_before, ccid);
    case Phase::Rollups:
      return forgetRollups(database, retention_.rollups_before, ccid);
    case Phase::Events:
      return forgetEvents(database, retention_.events_before);
    case Phase::Presence:
      return forgetPresence(database, retention_.events_before);
    case Phase::Done:
      break;
  }
  return false;
}

}  // namespace smartkar::server
