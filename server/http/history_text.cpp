#include "server/http/history_text.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>

namespace smartkar::server {
namespace {

constexpr std::int64_t kHour_s = 3600;

// The shortest text that is this number: 80, 70.5.
std::string numberText(double number) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::string numberText(const std::optional<double>& number) { return number ? numberText(*number) : std::string(); }

void appendMember(std::string& object, std::string_view name, std::string_view json) {
  if (json.empty()) return;
  if (!object.empty()) object += ',';
  object.append("\"").append(name).append("\":").append(json);
}

void appendMember(std::string& object, std::string_view name, std::int64_t number) {
  appendMember(object, name, std::to_string(number));
}

void appendSums(std::string& object, const HistoryBucket& bucket) {
  appendMember(object, "count", bucket.count);
  appendMember(object, "min", numberText(bucket.minimum));
  appendMember(object, "max", numberText(bucket.maximum));
  appendMember(object, "mean", numberText(bucket.mean));
}

std::string bucketJson(const HistoryBucket& bucket) {
  std::string members;
  appendMember(members, "at", unixSeconds(bucket.start));
  appendSums(members, bucket);
  appendMember(members, "last", bucket.last_json);
  appendMember(members, "lastAt", unixSeconds(bucket.last_at));
  return '{' + members + '}';
}

// A number, true and false as they are; a text in quotes; nothing for null.
std::string csvValue(std::string_view json) {
  if (json == "null") return {};
  if (!json.starts_with('"')) return std::string(json);
  const boost::json::value value = boost::json::parse(json);
  std::string quoted(1, '"');
  for (const char c : value.as_string()) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

}  // namespace

std::string historyJson(const HistoryQuery& query, std::string_view unit, const std::vector<HistoryBucket>& buckets) {
  std::string members;
  appendMember(members, "ccid", '"' + query.ccid + '"');
  appendMember(members, "field", '"' + query.path + '"');
  if (!unit.empty()) appendMember(members, "unit", boost::json::serialize(boost::json::value(unit)));
  appendMember(members, "from", unixSeconds(query.from));
  appendMember(members, "to", unixSeconds(query.to));
  appendMember(members, "resolution", query.resolution.count());
  std::string items;
  for (const HistoryBucket& bucket : buckets) items.append(items.empty() ? "" : ",").append(bucketJson(bucket));
  appendMember(members, "buckets", '[' + items + ']');
  return '{' + members + '}';
}

std::string csvLine(const HistoryRow& row) {
  const HistoryBucket& bucket = row.bucket;
  std::string line = std::to_string(unixSeconds(bucket.start));
  line.append(row.hour ? ",3600," : ",0,").append(row.path).append(",").append(std::to_string(bucket.count));
  for (const auto& number : {bucket.minimum, bucket.maximum, bucket.mean}) line.append(",").append(numberText(number));
  return line.append(",").append(csvValue(bucket.last_json)).append("\r\n");
}

std::string ndjsonLine(const HistoryRow& row) {
  std::string members;
  appendMember(members, "at", unixSeconds(row.bucket.start));
  if (row.hour) appendMember(members, "span", kHour_s);
  appendMember(members, "field", '"' + row.path + '"');
  if (row.hour) appendSums(members, row.bucket);
  appendMember(members, "value", row.bucket.last_json);
  return '{' + members + "}\n";
}

}  // namespace smartkar::server
