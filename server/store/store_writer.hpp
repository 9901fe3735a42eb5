#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/store/durability.hpp"
#include "server/store/store.hpp"

namespace smartkar::server {

// Writes batches of mutations in a thread of its own. Batches that come close together share one transaction (group
// commit), because a commit costs a flush of the disk. When the store cannot be written for a reason that may pass
// (isTemporary), the group waits and is tried again until it can.
class StoreWriter {
 public:
  // Called once per batch, in the order they were submitted, through the executor.
  using Done = std::function<void(const StoreResult<void>&)>;
  // Runs a task on the thread that owns the Fleet; called from the writer's threads: `asio::post(io, std::move(task))`.
  using Executor = std::function<void(std::function<void()>)>;

  struct Options {
    Durability durability = Durability::Full;        // as in openStore
    std::chrono::milliseconds linger{2};             // how long the first batch of a group waits for others
    std::size_t batches_max = 512;                   // a group this large does not wait any longer
    std::chrono::milliseconds retry_every{500};      // of a group that could not be written
    std::chrono::milliseconds maintain_every{1000};  // Store::maintain, as long as something is written
    std::chrono::milliseconds prune_pause{20};       // between the steps of Store::prune
    // What is old by now. Called in a thread of the writer's.
    std::function<Retention()> retention = [] { return Retention{}; };
    // Called through the executor when maintaining or pruning begins to fail, and with success when it works again.
    Done maintained = [](const StoreResult<void>&) {};
    // Called through the executor: with the cause when writing has to wait, with success when it goes on.
    Done stalled = [](const StoreResult<void>&) {};
  };

  // location: as in openStore, but not ":memory:". Fails as that does.
  static StoreResult<std::unique_ptr<StoreWriter>> start(const std::string& location, Executor executor,
                                                         Options options);
  static StoreResult<std::unique_ptr<StoreWriter>> start(const std::string& location, Executor executor) {
    return start(location, std::move(executor), Options{});
  }
  // store, maintenance: two objects on the same data.
  StoreWriter(std::unique_ptr<Store> store, std::unique_ptr<Store> maintenance, Executor executor, Options options);
  // Writes what was submitted, posts its callbacks and ends the threads. What cannot be written at once fails.
  ~StoreWriter();
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;

  // mutations: stored all or none, after those of earlier calls; may be empty, then done still waits its turn.
  // After one failure every later batch fails too, because the Fleet is then ahead of the store.
  void submit(std::vector<Mutation> mutations, Done done);
  // The submitter has nothing more to add for now: the writer need not linger.
  void flush();

  // Batches submitted and not yet taken up.
  std::size_t waiting() const;
  // Transactions so far.
  std::uint64_t commits() const;

 private:
  struct Batch {
    std::vector<Mutation> mutations;
    Done done;
  };
  void writeLoop();
  void maintainLoop();
  void commit(std::vector<Batch> group);
  StoreResult<void> applyPatiently(std::span<const Mutation> mutations);
  bool pause(std::chrono::milliseconds time);
  void tellStalled(const StoreResult<void>& result);
  StoreResult<bool> prune();
  void tellMaintained(const StoreResult<void>& result);

  std::unique_ptr<Store> store_;
  std::unique_ptr<Store> maintenance_;
  const Executor executor_;
  const Options options_;
  StoreResult<void> outcome_;      // of the latest group; only the writer thread uses it
  bool maintenance_works_ = true;  // only the maintaining thread uses it

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Batch> waiting_;
  bool flush_ = false;
  bool stopping_ = false;
  std::uint64_t commits_ = 0;

  std::thread writer_;
  std::thread maintainer_;
};

}  // namespace smartkar::server
