#include "server/store/sql_store.hpp"

#include <variant>

#include "server/store/history.hpp"
#include "server/store/history_page.hpp"
#include "server/store/sql_rows.hpp"

namespace smartkar::server {

StoreResult<void> SqlStore::apply(std::span<const Mutation> mutations) {
  ++batch_;
  return applyAgain(mutations);
}

StoreResult<void> SqlStore::applyAgain(std::span<const Mutation> mutations) {
  database_->beginCall();
  if (mutations.empty()) return {};
  database_->beginWrite();
  database_->claim(batch_);
  for (const Mutation& mutation : mutations) {
    std::visit([this](const auto& which) { put(*database_, which); }, mutation);
  }
  database_->end();
  return database_->result();
}

StoreResult<bool> SqlStore::prune(const Retention& retention) {
  database_->beginCall();
  return database_->result(pruner_.step(*database_, retention));
}

StoreResult<Snapshot> SqlStore::load(UnixTime over_since) {
  database_->beginCall();
  database_->beginRead();
  Snapshot snapshot;
  snapshot.devices = readDevices(*database_);
  snapshot.states = readStates(*database_);
  snapshot.commands = readUnfinished(*database_, over_since);
  database_->end();
  return database_->result(std::move(snapshot));
}

StoreResult<std::vector<DeviceRecord>> SqlStore::devices() { return call(readDevices); }

StoreResult<std::optional<DeviceRecord>> SqlStore::device(std::string_view ccid) {
  return call([=](SqlDatabase& database) { return readDevice(database, ccid); });
}

StoreResult<StateFields> SqlStore::state(std::string_view ccid) {
  return call([=](SqlDatabase& database) { return readState(database, ccid); });
}

StoreResult<std::vector<StoredEvent>> SqlStore::events(std::string_view ccid, std::size_t limit,
                                                       std::optional<std::int64_t> before) {
  return call([=](SqlDatabase& database) { return readEvents(database, ccid, limit, before); });
}

StoreResult<std::vector<StoredPresence>> SqlStore::presence(std::string_view ccid, std::size_t limit,
                                                            std::optional<std::int64_t> before) {
  return call([=](SqlDatabase& database) { return readPresence(database, ccid, limit, before); });
}

StoreResult<std::vector<CommandRecord>> SqlStore::commands(std::string_view ccid, std::size_t limit,
                                                           std::optional<CommandId> before) {
  return call([=](SqlDatabase& database) { return readCommands(database, ccid, limit, before); });
}

StoreResult<std::optional<CommandRecord>> SqlStore::command(std::string_view ccid, CommandId id) {
  return call([=](SqlDatabase& database) { return readCommand(database, ccid, id); });
}

StoreResult<std::optional<CommandRecord>> SqlStore::findByIdempotencyKey(std::string_view principal,
                                                                         std::string_view ccid, std::string_view key) {
  return call([=](SqlDatabase& database) { return readCommandByKey(database, principal, ccid, key); });
}

StoreResult<std::vector<TokenRecord>> SqlStore::tokens() { return call(readTokens); }

StoreResult<std::optional<TokenRecord>> SqlStore::token(std::string_view hash) {
  return call([=](SqlDatabase& database) { return readToken(database, hash); });
}

StoreResult<std::vector<StoredAudit>> SqlStore::audit(std::size_t limit, std::optional<std::int64_t> before) {
  return call([=](SqlDatabase& database) { return readAudit(database, limit, before); });
}

StoreResult<std::vector<HistoryBucket>> SqlStore::history(const HistoryQuery& query) {
  return call([&](SqlDatabase& database) { return readHistory(database, query); });
}

StoreResult<HistoryPage> SqlStore::historyPage(std::string_view ccid, UnixTime from, UnixTime to) {
  database_->beginCall();
  database_->beginRead();
  HistoryPage page = readHistoryPage(*database_, ccid, from, to);
  database_->end();
  return database_->result(std::move(page));
}

StoreResult<std::vector<StoredSample>> SqlStore::samples(std::string_view ccid, const SampleCursor& after, UnixTime to,
                                                         std::size_t limit) {
  return call([&](SqlDatabase& database) { return readSamples(database, ccid, after, to, limit); });
}

StoreResult<std::vector<QuarantineRecord>> SqlStore::quarantine(std::size_t limit) {
  return call([=](SqlDatabase& database) { return readQuarantine(database, limit); });
}

}  // namespace smartkar::server
