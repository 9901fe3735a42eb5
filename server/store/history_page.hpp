#pragma once

#include <string_view>

#include "server/store/sql_database.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// As Store::historyPage. To be called with one view of the data (SqlDatabase::beginRead).
HistoryPage readHistoryPage(SqlDatabase& database, std::string_view ccid, UnixTime from, UnixTime to);

}  // namespace smartkar::server
