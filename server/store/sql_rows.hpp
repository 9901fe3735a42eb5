#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "server/core/actions.hpp"
#include "server/store/sql_database.hpp"

namespace smartkar::server {

// How each kind of record is written to its table and read back. Failures are remembered by the database.

// sql_cars.cpp
void put(SqlDatabase& database, const PutDevice& mutation);
void put(SqlDatabase& database, const PutState& mutation);
void put(SqlDatabase& database, const AddPresence& mutation);
std::vector<DeviceRecord> readDevices(SqlDatabase& database);
std::optional<DeviceRecord> readDevice(SqlDatabase& database, std::string_view ccid);
std::vector<StoredPresence> readPresence(SqlDatabase& database, std::string_view ccid, std::size_t limit,
                                         std::optional<std::int64_t> before);
StateFields readState(SqlDatabase& database, std::string_view ccid);
std::map<std::string, StateFields> readStates(SqlDatabase& database);

// sql_commands.cpp
void put(SqlDatabase& database, const PutCommand& mutation);
void put(SqlDatabase& database, const RecoverCommand& mutation);
std::vector<CommandRecord> readUnfinished(SqlDatabase& database, UnixTime over_since);
std::vector<CommandRecord> readCommands(SqlDatabase& database, std::string_view ccid, std::size_t limit,
                                        std::optional<CommandId> before);
std::optional<CommandRecord> readCommand(SqlDatabase& database, std::string_view ccid, CommandId id);
std::optional<CommandRecord> readCommandByKey(SqlDatabase& database, std::string_view principal, std::string_view ccid,
                                              std::string_view key);

// sql_telemetry.cpp
void put(SqlDatabase& database, const AddEvent& mutation);
void put(SqlDatabase& database, const AddSample& mutation);
void put(SqlDatabase& database, const AddQuarantine& mutation);
std::vector<StoredEvent> readEvents(SqlDatabase& database, std::string_view ccid, std::size_t limit,
                                    std::optional<std::int64_t> before);
std::vector<StoredSample> readSamples(SqlDatabase& database, std::string_view ccid, const SampleCursor& after,
                                      UnixTime to, std::size_t limit);
std::vector<QuarantineRecord> readQuarantine(SqlDatabase& database, std::size_t limit);

// sql_access.cpp
void put(SqlDatabase& database, const PutToken& mutation);
void put(SqlDatabase& database, const AddAudit& mutation);
std::vector<TokenRecord> readTokens(SqlDatabase& database);
std::optional<TokenRecord> readToken(SqlDatabase& database, std::string_view hash);
std::vector<StoredAudit> readAudit(SqlDatabase& database, std::size_t limit, std::optional<std::int64_t> before);

}  // namespace smartkar::server
