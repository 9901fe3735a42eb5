#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/store/sql_database.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// Sums values up in buckets of one length.
class HistoryBuckets {
 public:
  // resolution: as in HistoryQuery.
  explicit HistoryBuckets(std::chrono::seconds resolution) : resolution_(resolution) {}

  // json: a value; null is not counted. Of two of one time the one added later is the latest.
  void add(UnixTime at, std::string_view json);
  // What others have summed up, from bucket.start on.
  void add(const HistoryBucket& bucket);
  // Oldest first.
  std::vector<HistoryBucket> take();

 private:
  HistoryBucket& at(UnixTime time);

  std::chrono::seconds resolution_;
  std::map<UnixTime, HistoryBucket> buckets_;
};

// Cuts the next member off what is left of such a text: its path and its value. Nothing at the end.
std::optional<std::pair<std::string_view, std::string_view>> takeMember(std::string_view& fields_json);
// The value at the path in the text of SampleRecord::fields_json. A view into it; nothing if it is not there.
std::optional<std::string_view> valueAt(std::string_view fields_json, std::string_view path);

// Calls back with (path, value) for every value in such a text, views into it.
template <class Each>
void forEachValue(std::string_view fields_json, Each each) {
  while (const auto member = takeMember(fields_json)) each(member->first, member->second);
}

// Of a table rollups named r, as rollupFrom reads them.
#define SK_ROLLUP_COLUMNS "r.at, r.count, r.minimum, r.maximum, r.mean, r.last, r.last_at"
HistoryBucket rollupFrom(SqlQuery& row);

// As Store::history.
std::vector<HistoryBucket> readHistory(SqlDatabase& database, const HistoryQuery& query);

}  // namespace smartkar::server
