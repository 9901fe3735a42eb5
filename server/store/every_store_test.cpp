#include "server/store/every_store.hpp"

#include "server/store/postgres_store.hpp"
#include "server/store/sqlite_store.hpp"
#include "test/support/postgres_server.hpp"

namespace smartkar::server::testing {

std::unique_ptr<Store> openSqlite() { return std::move(*SqliteStore::open(":memory:")); }

std::unique_ptr<Store> openPostgres() {
  auto store = PostgresStore::open(test::PostgresServer::shared().emptyUrl());
  EXPECT_TRUE(store.ok()) << (store.ok() ? "" : store.error().message);
  return std::move(*store);
}

}  // namespace smartkar::server::testing
