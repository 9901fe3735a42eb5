#include "server/store/history_page.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "server/store/history.hpp"
#include "server/store/sql_rows.hpp"

namespace smartkar::server {
namespace {

// About 200 KB as text.
constexpr std::size_t kSamples = 200;
constexpr std::chrono::hours kSpan{24};

std::optional<UnixTime> firstSample(SqlDatabase& database, std::string_view ccid, UnixTime from) {
  auto row = database.query("SELECT at FROM samples WHERE ccid = $1 AND at >= $2 ORDER BY at, number LIMIT 1");
  if (!row.bind(ccid).bind(from).next()) return std::nullopt;
  return row.time();
}

std::optional<UnixTime> firstHour(SqlDatabase& database, std::string_view ccid, UnixTime from) {
  auto row = database.query(
      "SELECT min(first) FROM (SELECT (SELECT r.at FROM rollups r WHERE r.ccid = f.ccid AND r.path = f.path"
      " AND r.at >= $1 ORDER BY r.at LIMIT 1) AS first FROM state_fields f WHERE f.ccid = $2) AS series");
  if (!row.bind(from).bind(ccid).next()) return std::nullopt;
  return row.optionalTime();
}

// When there is something, at `from` or later.
std::optional<UnixTime> firstOf(SqlDatabase& database, std::string_view ccid, UnixTime from) {
  const auto sample = firstSample(database, ccid, from);
  const auto hour = firstHour(database, ccid, from);
  if (sample && hour) return std::min(*sample, *hour);
  return sample ? sample : hour;
}

// Those of whole hours, as many as a page may have. end: of the span asked for; becomes the end of those hours.
std::vector<StoredSample> wholeHours(SqlDatabase& database, std::string_view ccid, UnixTime from, UnixTime& end) {
  auto samples = readSamples(database, ccid, {.at = from, .number = -1}, end, kSamples);
  if (samples.size() < kSamples) return samples;
  const auto last_hour = std::chrono::floor<std::chrono::hours>(samples.back().sample.at);
  if (last_hour > from) {
    end = last_hour;
    std::erase_if(samples, [end](const StoredSample& one) { return one.sample.at >= end; });
    return samples;
  }
  // More in one hour than a page is meant to have.
  end = std::min<UnixTime>(end, last_hour + std::chrono::hours(1));
  while (true) {
    const SampleCursor cursor{.at = samples.back().sample.at, .number = samples.back().number};
    auto more = readSamples(database, ccid, cursor, end, kSamples);
    if (more.empty()) return samples;
    samples.insert(samples.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
}

void addHours(SqlDatabase& database, std::string_view ccid, UnixTime from, UnixTime to, std::vector<HistoryRow>& rows) {
  auto row = database.query(
      "SELECT r.path, " SK_ROLLUP_COLUMNS
      " FROM state_fields f CROSS JOIN rollups r WHERE f.ccid = $1 AND r.ccid = f.ccid AND r.path = f.path"
      " AND r.at >= $2 AND r.at < $3");
  row.bind(ccid).bind(from).bind(to);
  while (row.next()) {
    std::string path = row.text();
    rows.push_back({.path = std::move(path), .hour = true, .bucket = rollupFrom(row)});
  }
}

}  // namespace

HistoryPage readHistoryPage(SqlDatabase& database, std::string_view ccid, UnixTime from, UnixTime to) {
  HistoryPage page{.rows = {}, .next = to};
  const auto first = firstOf(database, ccid, from);
  if (!first || *first >= to) return page;
  page.next = std::min<UnixTime>(to, std::chrono::floor<std::chrono::hours>(*first) + kSpan);
  const auto samples = wholeHours(database, ccid, *first, page.next);
  addHours(database, ccid, *first, page.next, page.rows);
  for (const StoredSample& stored : samples) {
    forEachValue(stored.sample.fields_json, [&](std::string_view path, std::string_view json) {
      HistoryBucket value;
      value.start = stored.sample.at;
      value.count = 1;
      value.last_json = std::string(json);
      page.rows.push_back({.path = std::string(path), .hour = false, .bucket = std::move(value)});
    });
  }
  std::stable_sort(page.rows.begin(), page.rows.end(),
                   [](const HistoryRow& a, const HistoryRow& b) { return a.bucket.start < b.bucket.start; });
  return page;
}

}  // namespace smartkar::server
