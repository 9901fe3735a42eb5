#pragma once

#include <string>
#include <string_view>

namespace smartkar::server {

// INSERT INTO table (columns) VALUES ($1,$2,…). columns: separated by ", ".
std::string insertSql(std::string_view table, std::string_view columns);
// The same, but a row with the same key is replaced. key: columns of a unique index, among the columns.
std::string upsertSql(std::string_view table, std::string_view columns, std::string_view key);
// The same, but a row that breaks any unique index is left out.
std::string insertOnceSql(std::string_view table, std::string_view columns);
// "$1,$2,…": as many as there are columns.
std::string parameters(std::string_view columns);

}  // namespace smartkar::server
