#pragma once

#include <memory>

#include "server/store/history_pruner.hpp"
#include "server/store/sql_database.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// The store in a database that speaks SQL.
class SqlStore : public Store {
 public:
  StoreResult<void> apply(std::span<const Mutation> mutations) override;
  StoreResult<void> applyAgain(std::span<const Mutation> mutations) override;
  StoreResult<bool> prune(const Retention& retention) override;
  StoreResult<Snapshot> load(UnixTime over_since) override;
  StoreResult<std::vector<DeviceRecord>> devices() override;
  StoreResult<std::optional<DeviceRecord>> device(std::string_view ccid) override;
  StoreResult<StateFields> state(std::string_view ccid) override;
  StoreResult<std::vector<StoredEvent>> events(std::string_view ccid, std::size_t limit,
                                               std::optional<std::int64_t> before = {}) override;
  StoreResult<std::vector<StoredPresence>> presence(std::string_view ccid, std::size_t limit,
                                                    std::optional<std::int64_t> before = {}) override;
  StoreResult<std::vector<CommandRecord>> commands(std::string_view ccid, std::size_t limit,
                                                   std::optional<CommandId> before = {}) override;
  StoreResult<std::optional<CommandRecord>> command(std::string_view ccid, CommandId id) override;
  StoreResult<std::optional<CommandRecord>> findByIdempotencyKey(std::string_view principal, std::string_view ccid,
                                                                 std::string_view key) override;
  StoreResult<std::vector<TokenRecord>> tokens() override;
  StoreResult<std::optional<TokenRecord>> token(std::string_view hash) override;
  StoreResult<std::vector<StoredAudit>> audit(std::size_t limit, std::optional<std::int64_t> before = {}) override;
  StoreResult<std::vector<HistoryBucket>> history(const HistoryQuery& query) override;
  StoreResult<HistoryPage> historyPage(std::string_view ccid, UnixTime from, UnixTime to) override;
  StoreResult<std::vector<StoredSample>> samples(std::string_view ccid, const SampleCursor& after, UnixTime to,
                                                 std::size_t limit) override;
  StoreResult<std::vector<QuarantineRecord>> quarantine(std::size_t limit) override;

 protected:
  // database: open, with the schema of this program.
  explicit SqlStore(std::unique_ptr<SqlDatabase> database) : database_(std::move(database)) {}
  SqlDatabase& database() { return *database_; }

 private:
  // Runs one call of reading.
  template <class Read>
  auto call(Read read) -> StoreResult<decltype(read(std::declval<SqlDatabase&>()))> {
    database_->beginCall();
    return database_->result(read(*database_));
  }

  std::unique_ptr<SqlDatabase> database_;
  std::uint64_t batch_ = 0;  // number of the latest apply()
  HistoryPruner pruner_;
};

}  // namespace smartkar::server
