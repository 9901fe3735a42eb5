#pragma once

#include <memory>
#include <string>

#include "server/store/store.hpp"

namespace smartkar::server {

// Opens the store at a location: "postgresql://…" as PostgresStore::open, else a path as SqliteStore::open.
StoreResult<std::unique_ptr<Store>> openStore(const std::string& location);

// The location for people, without a password.
std::string describeStore(const std::string& location);

}  // namespace smartkar::server
