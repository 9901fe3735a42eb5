#include "server/store/sql_text.hpp"

#include <algorithm>

namespace smartkar::server {
namespace {

// Calls back with every part of a list that is separated by ", ".
template <class Each>
void split(std::string_view list, Each each) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(", "), list.size());
    each(list.substr(0, end));
    list.remove_prefix(std::min(end + 2, list.size()));
  }
}

}  // namespace

std::string parameters(std::string_view columns) {
  std::string text;
  int number = 0;
  split(columns, [&](std::string_view) {
    if (number > 0) text += ',';
    text += '$';
    text += std::to_string(++number);
  });
  return text;
}

std::string insertSql(std::string_view table, std::string_view columns) {
  std::string text("INSERT INTO ");
  text.append(table).append(" (").append(columns).append(") VALUES (").append(parameters(columns)).append(")");
  return text;
}

std::string upsertSql(std::string_view table, std::string_view columns, std::string_view key) {
  std::string text = insertSql(table, columns);
  text.append(" ON CONFLICT (").append(key).append(") DO UPDATE SET ");
  bool first = true;
  split(columns, [&](std::string_view column) {
    if (!first) text += ", ";
    first = false;
    text.append(column).append(" = excluded.").append(column);
  });
  return text;
}

std::string insertOnceSql(std::string_view table, std::string_view columns) {
  return insertSql(table, columns) + " ON CONFLICT DO NOTHING";
}

}  // namespace smartkar::server
