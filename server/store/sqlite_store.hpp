#pragma once

#include <memory>
#include <string>

#include "server/store/store.hpp"

namespace smartkar::server {

// The store in one SQLite file (WAL, synchronous=FULL). Several objects, in one or more processes, may open the same
// file; one of them writes.
class SqliteStore : public Store {
 public:
  // Opens the file, makes it if it is missing, and brings its schema up to this version. The folder must exist.
  // path: ":memory:" for one that is gone with the object. Fails with CannotOpen, NewerSchema, Busy, Full or Failed.
  static StoreResult<std::unique_ptr<SqliteStore>> open(const std::string& path);
  ~SqliteStore() override;

  StoreResult<void> apply(std::span<const Mutation> mutations) override;
  StoreResult<Snapshot> load(UnixTime finished_since) override;
  StoreResult<std::vector<DeviceRecord>> devices() override;
  StoreResult<std::optional<DeviceRecord>> device(std::string_view ccid) override;
  StoreResult<StateFields> state(std::string_view ccid) override;
  StoreResult<std::vector<StoredEvent>> events(std::string_view ccid, std::size_t limit,
                                               std::optional<std::int64_t> before = {}) override;
  StoreResult<std::vector<CommandRecord>> commands(std::string_view ccid, std::size_t limit,
                                                   std::optional<CommandId> before = {}) override;
  StoreResult<std::optional<CommandRecord>> command(std::string_view ccid, CommandId id) override;
  StoreResult<std::optional<CommandRecord>> findByIdempotencyKey(std::string_view principal, std::string_view ccid,
                                                                 std::string_view key) override;
  StoreResult<std::vector<QuarantineRecord>> quarantine(std::size_t limit) override;

  // Moves what it can from the log into the file without waiting for readers or the writer (a passive checkpoint).
  StoreResult<void> checkpoint();

 private:
  struct Implementation;
  explicit SqliteStore(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace smartkar::server
