#include "server/store/sql_rows.hpp"
#include "server/store/sql_text.hpp"

namespace smartkar::server {
namespace {

#define SK_TOKEN_COLUMNS "hash, name, role, created_at, revoked_at"
#define SK_AUDIT_COLUMNS "at, principal, action, ccid, detail"

TokenRecord tokenFrom(SqlQuery& row) {
  TokenRecord token;
  token.hash = row.text();
  token.name = row.text();
  token.role = roleFromName(row.text()).value_or(Role::Viewer);
  token.created_at = row.time();
  token.revoked_at = row.optionalTime();
  return token;
}

}  // namespace

void put(SqlDatabase& database, const PutToken& mutation) {
  static const std::string kSql = upsertSql("tokens", SK_TOKEN_COLUMNS, "hash");
  const TokenRecord& token = mutation.token;
  auto query = database.query(kSql.c_str());
  query.bind(token.hash).bind(token.name).bind(roleName(token.role)).bind(token.created_at).bind(token.revoked_at);
  query.run();
}

void put(SqlDatabase& database, const AddAudit& mutation) {
  static const std::string kSql = insertSql("audit", SK_AUDIT_COLUMNS);
  const AuditRecord& entry = mutation.entry;
  auto query = database.query(kSql.c_str());
  query.bind(entry.at).bind(entry.principal).bind(entry.action).bind(entry.ccid).bind(entry.detail).run();
}

std::vector<TokenRecord> readTokens(SqlDatabase& database) {
  std::vector<TokenRecord> all;
  auto row = database.query("SELECT " SK_TOKEN_COLUMNS " FROM tokens ORDER BY name, created_at, hash");
  while (row.next()) all.push_back(tokenFrom(row));
  return all;
}

std::optional<TokenRecord> readToken(SqlDatabase& database, std::string_view hash) {
  auto row = database.query("SELECT " SK_TOKEN_COLUMNS " FROM tokens WHERE hash = $1");
  if (!row.bind(hash).next()) return std::nullopt;
  return tokenFrom(row);
}

std::vector<StoredAudit> readAudit(SqlDatabase& database, std::size_t limit, std::optional<std::int64_t> before) {
  auto row =
      database.query("SELECT number, " SK_AUDIT_COLUMNS " FROM audit WHERE number < $1 ORDER BY number DESC LIMIT $2");
  row.bind(before.value_or(INT64_MAX)).bind(static_cast<std::int64_t>(limit));
  std::vector<StoredAudit> all;
  while (row.next()) {
    StoredAudit stored;
    stored.number = row.integer();
    stored.entry.at = row.time();
    stored.entry.principal = row.text();
    stored.entry.action = row.text();
    stored.entry.ccid = row.text();
    stored.entry.detail = row.text();
    all.push_back(std::move(stored));
  }
  return all;
}

}  // namespace smartkar::server
