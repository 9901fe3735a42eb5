#include "server/store/postgres_store.hpp"

#include "server/store/postgres_database.hpp"
#include "server/store/schema.hpp"

namespace smartkar::server {

StoreResult<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& url) {
  auto database = std::make_unique<PostgresDatabase>();
  database->open(url);
  if (!database->failed()) migrate(*database);
  // The url is not named: it may hold a password.
  if (auto result = database->result(); !result) return Failure{result.error()};
  return std::unique_ptr<PostgresStore>(new PostgresStore(std::move(database)));
}

StoreResult<void> PostgresStore::backup(const std::string&) {
  return Failure{StoreFailure{StoreError::Failed, "this store is a PostgreSQL database: use pg_dump"}};
}

}  // namespace smartkar::server
