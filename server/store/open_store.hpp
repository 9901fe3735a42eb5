#pragma once

#include <memory>
#include <string>

#include "server/store/durability.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// Opens the store at a location: "postgresql://…" as PostgresStore::open, else a path as SqliteStore::open. durability:
// of an SQLite file; a database server has its own settings.
StoreResult<std::unique_ptr<Store>> openStore(const std::string& location, Durability durability = Durability::Full);

// True if it is a path, false for PostgreSQL.
bool isFile(const std::string& location);

// Puts a backup in the place of what the store at this location holds: all of it or, if it fails, nothing. No server
// may use the store. copy: a file made by Store::backup; stays as it is. Fails with CannotOpen if the copy is missing,
// damaged or no store, NewerSchema, and as openStore; with Failed for PostgreSQL, which has tools of its own for that.
StoreResult<void> restoreStore(const std::string& location, const std::string& copy);

// The location for people, without a password.
std::string describeStore(const std::string& location);

}  // namespace smartkar::server
