#include "server/store/history.hpp"

#include <algorithm>
#include <charconv>

#include "server/store/sql_rows.hpp"

namespace smartkar::server {
namespace {

// Samples read at a time: about 1 MB.
constexpr std::size_t kPage = 1000;

std::optional<double> numberOf(std::string_view json) {
  if (json == "true") return 1;
  if (json == "false") return 0;
  double number = 0;
  const auto [end, error] = std::from_chars(json.data(), json.data() + json.size(), number);
  if (error != std::errc() || end != json.data() + json.size()) return std::nullopt;
  return number;
}

// The length of the value that the text begins with.
std::size_t valueLength(std::string_view text) {
  if (!text.starts_with('"')) return std::min(text.find_first_of(",}"), text.size());
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

void addRollups(SqlDatabase& database, const HistoryQuery& query, HistoryBuckets& buckets) {
  auto row = database.query("SELECT " SK_ROLLUP_COLUMNS
                            " FROM rollups r WHERE ccid = $1 AND path = $2 AND at >= $3 AND at < $4 ORDER BY at");
  row.bind(query.ccid).bind(query.path).bind(query.from).bind(query.to);
  while (row.next()) buckets.add(rollupFrom(row));
}

void addSamples(SqlDatabase& database, const HistoryQuery& query, HistoryBuckets& buckets) {
  SampleCursor cursor{.at = query.from, .number = -1};
  std::vector<StoredSample> page;
  do {
    page = readSamples(database, query.ccid, cursor, query.to, kPage);
    for (const StoredSample& stored : page) {
      const auto value = valueAt(stored.sample.fields_json, query.path);
      if (value) buckets.add(stored.sample.at, *value);
      cursor = {.at = stored.sample.at, .number = stored.number};
    }
  } while (page.size() == kPage);
}

}  // namespace

HistoryBucket& HistoryBuckets::at(UnixTime time) {
  const auto since_1970 = time.time_since_epoch();
  const UnixTime start{since_1970 - since_1970 % resolution_};
  HistoryBucket& bucket = buckets_[start];
  bucket.start = start;
  return bucket;
}

void HistoryBuckets::add(UnixTime time, std::string_view json) {
  if (json == "null") return;
  const auto number = numberOf(json);
  add({.start = time,
       .count = 1,
       .minimum = number,
       .maximum = number,
       .mean = number,
       .last_json = std::string(json),
       .last_at = time});
}

void HistoryBuckets::add(const HistoryBucket& more) {
  HistoryBucket& bucket = at(more.start);
  const double before = bucket.count;
  bucket.count += more.count;
  if (more.last_at >= bucket.last_at) {
    bucket.last_json = more.last_json;
    bucket.last_at = more.last_at;
  }
  if (!more.mean) return;
  bucket.minimum = std::min(bucket.minimum.value_or(*more.minimum), *more.minimum);
  bucket.maximum = std::max(bucket.maximum.value_or(*more.maximum), *more.maximum);
  bucket.mean = (bucket.mean.value_or(0) * before + *more.mean * more.count) / bucket.count;
}

std::vector<HistoryBucket> HistoryBuckets::take() {
  std::vector<HistoryBucket> all;
  all.reserve(buckets_.size());
  for (auto& [start, bucket] : buckets_) all.push_back(std::move(bucket));
  buckets_.clear();
  return all;
}

std::optional<std::string_view> valueAt(std::string_view fields_json, std::string_view path) {
  // Within a value the quote before the colon would be escaped.
  const std::string name = '"' + std::string(path) + "\":";
  const std::size_t found = fields_json.find(name);
  if (found == std::string_view::npos) return std::nullopt;
  const std::string_view rest = fields_json.substr(found + name.size());
  return rest.substr(0, valueLength(rest));
}

std::optional<std::pair<std::string_view, std::string_view>> takeMember(std::string_view& fields_json) {
  const std::size_t quote = fields_json.find('"');
  if (quote == std::string_view::npos) return std::nullopt;
  fields_json.remove_prefix(quote);
  const std::size_t name = valueLength(fields_json);
  const std::string_view path = fields_json.substr(1, name - 2);
  fields_json.remove_prefix(std::min(name + 1, fields_json.size()));  // the colon, too
  const std::string_view value = fields_json.substr(0, valueLength(fields_json));
  fields_json.remove_prefix(value.size());
  return std::pair(path, value);
}

HistoryBucket rollupFrom(SqlQuery& row) {
  HistoryBucket bucket;
  bucket.start = row.time();
  bucket.count = row.counter();
  bucket.minimum = row.optionalReal();
  bucket.maximum = row.optionalReal();
  bucket.mean = row.optionalReal();
  bucket.last_json = row.text();
  bucket.last_at = row.time();
  return bucket;
}

std::vector<HistoryBucket> readHistory(SqlDatabase& database, const HistoryQuery& query) {
  HistoryBuckets buckets(query.resolution);
  addRollups(database, query, buckets);
  addSamples(database, query, buckets);
  return buckets.take();
}

}  // namespace smartkar::server
