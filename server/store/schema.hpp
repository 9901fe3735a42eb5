#pragma once

#include "server/store/sql_database.hpp"

namespace smartkar::server {

// The schema this program writes (SqlDatabase::schemaVersion).
int schemaVersion();

// Brings the database up to the version, one migration after the other, all or none. A schema newer than
// schemaVersion() is refused. version: an older one only to test the migrations after it.
void migrate(SqlDatabase& database, int version = schemaVersion());

}  // namespace smartkar::server
