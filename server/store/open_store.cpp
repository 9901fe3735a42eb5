#include "server/store/open_store.hpp"

#include "server/store/postgres_store.hpp"
#include "server/store/sqlite_store.hpp"

namespace smartkar::server {
namespace {

constexpr std::string_view kPostgres = "postgresql://";

template <class Opened>
StoreResult<std::unique_ptr<Store>> asStore(StoreResult<std::unique_ptr<Opened>> opened) {
  if (!opened) return Failure{opened.error()};
  return std::unique_ptr<Store>(std::move(*opened));
}

}  // namespace

bool isFile(const std::string& location) { return !location.starts_with(kPostgres); }

StoreResult<std::unique_ptr<Store>> openStore(const std::string& location, Durability durability) {
  if (isFile(location)) return asStore(SqliteStore::open(location, durability));
  return asStore(PostgresStore::open(location));
}

StoreResult<void> restoreStore(const std::string& location, const std::string& copy) {
  if (isFile(location)) return SqliteStore::restore(location, copy);
  return Failure{StoreFailure{StoreError::Failed, "PostgreSQL has its own tool for this: pg_restore"}};
}

std::string describeStore(const std::string& location) {
  if (isFile(location)) return location;
  const std::size_t at = location.find('@');
  const std::string rest = location.substr(at == std::string::npos ? kPostgres.size() : at + 1);
  return std::string(kPostgres) + rest.substr(0, rest.find('?'));
}

}  // namespace smartkar::server
