#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/core/actions.hpp"
#include "server/core/types.hpp"

namespace smartkar::server {

enum class StoreError : std::uint8_t {
  CannotOpen,   // file or folder missing, not readable, not a database
  NewerSchema,  // written by a newer version of this program
  Busy,         // another process held it longer than the busy timeout
  Full,         // no space left
  Failed,       // anything else
};

// Why a call failed, with a sentence for people.
struct StoreFailure {
  StoreError error = StoreError::Failed;
  std::string message;
};

template <class T>
using StoreResult = Result<T, StoreFailure>;

// An event with the number the store gave it, for paging.
struct StoredEvent {
  std::int64_t number = 0;
  EventRecord event;
};

// What outlives the process. Not thread-safe: one object per thread.
class Store {
 public:
  virtual ~Store() = default;

  // Stores all mutations or none. Once it has returned success they survive kill -9 and power loss.
  virtual StoreResult<void> apply(std::span<const Mutation> mutations) = 0;

  // What a Fleet starts from. finished_since: final commands that ended earlier are left out.
  virtual StoreResult<Snapshot> load(UnixTime finished_since) = 0;

  // By ccid.
  virtual StoreResult<std::vector<DeviceRecord>> devices() = 0;
  virtual StoreResult<std::optional<DeviceRecord>> device(std::string_view ccid) = 0;
  // Empty if there is none.
  virtual StoreResult<StateFields> state(std::string_view ccid) = 0;
  // Newest first. limit: at most this many. before: only numbers below it.
  virtual StoreResult<std::vector<StoredEvent>> events(std::string_view ccid, std::size_t limit,
                                                       std::optional<std::int64_t> before = {}) = 0;
  // Newest (highest id) first. limit: at most this many. before: only ids below it.
  virtual StoreResult<std::vector<CommandRecord>> commands(std::string_view ccid, std::size_t limit,
                                                           std::optional<CommandId> before = {}) = 0;
  virtual StoreResult<std::optional<CommandRecord>> command(std::string_view ccid, CommandId id) = 0;
  // The latest command with this key. key: not empty.
  virtual StoreResult<std::optional<CommandRecord>> findByIdempotencyKey(std::string_view principal,
                                                                         std::string_view ccid,
                                                                         std::string_view key) = 0;
  // Newest first.
  virtual StoreResult<std::vector<QuarantineRecord>> quarantine(std::size_t limit) = 0;
};

}  // namespace smartkar::server
