#include "server/store/store_writer.hpp"

#include <iterator>
#include <utility>

#include "server/store/open_store.hpp"

namespace smartkar::server {

StoreResult<std::unique_ptr<StoreWriter>> StoreWriter::start(const std::string& location, Executor executor,
                                                             Options options) {
  auto store = openStore(location, options.durability);
  if (!store) return Failure{store.error()};
  auto maintenance = openStore(location, options.durability);
  if (!maintenance) return Failure{maintenance.error()};
  return std::make_unique<StoreWriter>(std::move(*store), std::move(*maintenance), std::move(executor),
                                       std::move(options));
}

StoreWriter::StoreWriter(std::unique_ptr<Store> store, std::unique_ptr<Store> maintenance, Executor executor,
                         Options options)
    : store_(std::move(store)),
      maintenance_(std::move(maintenance)),
      executor_(std::move(executor)),
      options_(std::move(options)),
      writer_([this] { writeLoop(); }),
      maintainer_([this] { maintainLoop(); }) {}

StoreWriter::~StoreWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  writer_.join();
  maintainer_.join();
}

// Wakes the writer only for what it waits for: the first batch of a group, and one that makes the group large.
void StoreWriter::submit(std::vector<Mutation> mutations, Done done) {
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(mutations), std::move(done)});
    waiting = waiting_.size();
  }
  if (waiting == 1 || waiting == options_.batches_max) changed_.notify_all();
}

void StoreWriter::flush() {
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = !flush_ && !waiting_.empty();
    flush_ = !waiting_.empty();
  }
  if (news) changed_.notify_all();
}

std::size_t StoreWriter::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::uint64_t StoreWriter::commits() const {
  const std::lock_guard lock(mutex_);
  return commits_;
}

void StoreWriter::writeLoop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    changed_.wait_for(lock, options_.linger,
                      [this] { return stopping_ || flush_ || waiting_.size() >= options_.batches_max; });
    flush_ = false;
    std::vector<Batch> group = std::exchange(waiting_, {});
    lock.unlock();
    commit(std::move(group));
    lock.lock();
  }
}

void StoreWriter::commit(std::vector<Batch> group) {
  std::vector<Mutation> mutations;
  std::vector<Done> callbacks;
  for (Batch& batch : group) {
    std::move(batch.mutations.begin(), batch.mutations.end(), std::back_inserter(mutations));
    callbacks.push_back(std::move(batch.done));
  }
  if (outcome_) outcome_ = applyPatiently(mutations);
  {
    const std::lock_guard lock(mutex_);
    ++commits_;
  }
  executor_([callbacks = std::move(callbacks), outcome = outcome_] {
    for (const Done& done : callbacks) done(outcome);
  });
}

StoreResult<void> StoreWriter::applyPatiently(std::span<const Mutation> mutations) {
  StoreResult<void> result = store_->apply(mutations);
  if (result || !isTemporary(result.error().error)) return result;
  tellStalled(result);
  while (!result && isTemporary(result.error().error) && pause(options_.retry_every)) {
    result = store_->applyAgain(mutations);
  }
  if (result) tellStalled(result);
  return result;
}

// False if the writer is to end.
bool StoreWriter::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopping_; });
}

void StoreWriter::tellStalled(const StoreResult<void>& result) {
  executor_([stalled = options_.stalled, result] { stalled(result); });
}

void StoreWriter::maintainLoop() {
  std::uint64_t covered = 0;
  bool pruned = false;
  while (pause(options_.maintain_every)) {
    const std::uint64_t written = commits();
    StoreResult<void> result;
    if (written != std::exchange(covered, written) || pruned) result = maintenance_->maintain();
    const auto more = prune();
    pruned = more.ok() && *more;
    // One that fails is made up for by the next; the data is safe.
    if (!more) result = Failure{more.error()};
    tellMaintained(result);
  }
}

// As many steps as fit in before the next maintenance, with pauses in which the writer gets its turn. True if there
// were any.
StoreResult<bool> StoreWriter::prune() {
  const Retention retention = options_.retention();
  const auto end = std::chrono::steady_clock::now() + options_.maintain_every;
  bool any = false;
  do {
    const auto more = maintenance_->prune(retention);
    if (!more) return more;
    if (!*more) break;
    any = true;
  } while (pause(options_.prune_pause) && std::chrono::steady_clock::now() < end);
  return any;
}

void StoreWriter::tellMaintained(const StoreResult<void>& result) {
  if (result.ok() == std::exchange(maintenance_works_, result.ok())) return;
  executor_([maintained = options_.maintained, result] { maintained(result); });
}

}  // namespace smartkar::server
