#pragma once

#include <string>
#include <string_view>

#include "server/store/store.hpp"

// Telemetry history as text: JSON for the API, lines for files.
namespace smartkar::server {

// {"ccid":…,"field":…,"unit":…?,"from":…,"to":…,"resolution":…,"buckets":[…]}. unit: empty: none.
std::string historyJson(const HistoryQuery& query, std::string_view unit, const std::vector<HistoryBucket>& buckets);

// The first line of a CSV file (RFC 4180).
inline constexpr std::string_view kCsvHeader = "at,span,field,count,min,max,mean,value\r\n";
// One line each, with its end.
std::string csvLine(const HistoryRow& row);
std::string ndjsonLine(const HistoryRow& row);

}  // namespace smartkar::server
