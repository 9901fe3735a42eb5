#pragma once

#include "server/store/sqlite_database.hpp"

namespace smartkar::server {

// The schema this program writes (PRAGMA user_version).
int schemaVersion();

// Brings the database up to schemaVersion(), one migration after the other, all or none. A newer schema is refused.
void migrate(SqliteDatabase& database);

}  // namespace smartkar::server
