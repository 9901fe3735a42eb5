#pragma once

#include <chrono>
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
  Busy,         // another process held it longer than 5 s
  Full,         // no space left
  Unreachable,  // no connection to the database server
  Failed,       // anything else
};

// True if the same call may succeed later without anybody changing the program or its settings.
constexpr bool isTemporary(StoreError error) {
  return error == StoreError::Busy || error == StoreError::Full || error == StoreError::Unreachable;
}

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

// An audit entry with its number, for paging.
struct StoredAudit {
  std::int64_t number = 0;
  AuditRecord entry;
};

// A row of presence history with its number, for paging.
struct StoredPresence {
  std::int64_t number = 0;
  PresenceRecord entry;
};

// A row of telemetry history with its number.
struct StoredSample {
  std::int64_t number = 0;
  SampleRecord sample;
};

// Where a reader of samples stands: after this one.
struct SampleCursor {
  UnixTime at{};
  std::int64_t number = 0;
};

// What one field was in one span of time.
struct HistoryBucket {
  UnixTime start{};
  std::uint32_t count = 0;  // values in it, at least 1; unknown ones are not counted
  // Of numbers; true counts as 1, false as 0. Nothing for texts.
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::optional<double> mean;
  std::string last_json;  // the latest value
  UnixTime last_at{};     // when it was

  friend bool operator==(const HistoryBucket&, const HistoryBucket&) = default;
};

// A value of one field, or the values of an hour summed up.
struct HistoryRow {
  std::string path;  // "vehicle.battery.soc"
  bool hour = false;
  HistoryBucket bucket;  // not of an hour: only start, count and last_json, which may be null

  friend bool operator==(const HistoryRow&, const HistoryRow&) = default;
};

// Some of all that is kept of a car, and where to read on.
struct HistoryPage {
  std::vector<HistoryRow> rows;  // by time; of one time hours come first
  UnixTime next{};               // where the page after this one begins; the end asked for: there is none
};

// Which values of which field to read.
struct HistoryQuery {
  std::string ccid;
  std::string path;                       // "vehicle.battery.soc"
  UnixTime from{};                        // included
  UnixTime to{};                          // not included
  std::chrono::seconds resolution{3600};  // of a bucket, at least 1 s; buckets begin at multiples of it since 1970
};

// How much of the past is kept: what is older than each of these times goes, a step of Store::prune after the other.
struct Retention {
  UnixTime samples_before{};  // summed up by the hour; of an hour that is not over then all are kept
  UnixTime rollups_before{};  // forgotten: the hours that began before
  UnixTime events_before{};   // forgotten: the events received and the presence said before

  friend bool operator==(const Retention&, const Retention&) = default;
};

// What outlives the process. Not thread-safe: one object per thread.
class Store {
 public:
  virtual ~Store() = default;

  // Stores all mutations or none. Once it has returned success they survive kill -9 and power loss. After Unreachable
  // they may be stored all the same: then only applyAgain() does not store them twice.
  virtual StoreResult<void> apply(std::span<const Mutation> mutations) = 0;
  // The mutations of the latest apply(), which has failed. Also succeeds, and changes nothing, if they are stored
  // already because only the answer to an earlier attempt was lost.
  virtual StoreResult<void> applyAgain(std::span<const Mutation> mutations) = 0;

  // Work that is due now and then, for an object of its own that does not hold up the one that writes.
  virtual StoreResult<void> maintain() = 0;
  // Makes history smaller by one step, which holds up the one that writes for a few milliseconds. True if there may be
  // more to do: then this is to be called again, after a pause in which others write. Nothing is counted twice and
  // nothing is lost if the process ends in between. For an object of its own, as maintain().
  virtual StoreResult<bool> prune(const Retention& retention) = 0;
  // Copies everything as it is now to a new store at `target`, while others read and write. target: a path that does
  // not exist. Fails with Failed if this kind of store has tools of its own for that.
  virtual StoreResult<void> backup(const std::string& target) = 0;

  // What a Fleet starts from. over_since: final commands that ended and would have
  // expired earlier are left out.
  virtual StoreResult<Snapshot> load(UnixTime over_since) = 0;

  // By ccid.
  virtual StoreResult<std::vector<DeviceRecord>> devices() = 0;
  virtual StoreResult<std::optional<DeviceRecord>> device(std::string_view ccid) = 0;
  // Empty if there is none.
  virtual StoreResult<StateFields> state(std::string_view ccid) = 0;
  // Newest first. limit: at most this many. before: only numbers below it.
  virtual StoreResult<std::vector<StoredEvent>> events(std::string_view ccid, std::size_t limit,
                                                       std::optional<std::int64_t> before = {}) = 0;
  // Newest first. limit: at most this many. before: only numbers below it.
  virtual StoreResult<std::vector<StoredPresence>> presence(std::string_view ccid, std::size_t limit,
                                                            std::optional<std::int64_t> before = {}) = 0;
  // Newest (highest id) first. limit: at most this many. before: only ids below it.
  virtual StoreResult<std::vector<CommandRecord>> commands(std::string_view ccid, std::size_t limit,
                                                           std::optional<CommandId> before = {}) = 0;
  virtual StoreResult<std::optional<CommandRecord>> command(std::string_view ccid, CommandId id) = 0;
  // The latest command with this key. key: not empty.
  virtual StoreResult<std::optional<CommandRecord>> findByIdempotencyKey(std::string_view principal,
                                                                         std::string_view ccid,
                                                                         std::string_view key) = 0;
  // Revoked ones included, by name.
  virtual StoreResult<std::vector<TokenRecord>> tokens() = 0;
  virtual StoreResult<std::optional<TokenRecord>> token(std::string_view hash) = 0;
  // Newest first. limit: at most this many. before: only numbers below it.
  virtual StoreResult<std::vector<StoredAudit>> audit(std::size_t limit, std::optional<std::int64_t> before = {}) = 0;
  // The buckets that have a value, oldest first. What is older than a day or two may be known by the hour only: buckets
  // of less than an hour then hold what became known of that hour.
  virtual StoreResult<std::vector<HistoryBucket>> history(const HistoryQuery& query) = 0;
  // What is kept of all fields in this span, as it is kept: a few hundred messages or a day's hours, but of an
  // hour all or none, so that pages read one after the other have everything once, also if hours are summed up
  // meanwhile. from: included; to: not.
  virtual StoreResult<HistoryPage> historyPage(std::string_view ccid, UnixTime from, UnixTime to) = 0;
  // Oldest first, those after the cursor and before `to`. limit: at most this many.
  virtual StoreResult<std::vector<StoredSample>> samples(std::string_view ccid, const SampleCursor& after, UnixTime to,
                                                         std::size_t limit) = 0;
  // Newest first.
  virtual StoreResult<std::vector<QuarantineRecord>> quarantine(std::size_t limit) = 0;
};

}  // namespace smartkar::server
