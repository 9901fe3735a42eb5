#include "server/store/store_writer.hpp"

#include <iterator>
#include <utility>

namespace smartkar::server {

StoreResult<std::unique_ptr<StoreWriter>> StoreWriter::start(const std::string& path, Executor executor,
                                                             Options options) {
  auto store = SqliteStore::open(path);
  if (!store) return Failure{store.error()};
  auto checkpointer = SqliteStore::open(path);
  if (!checkpointer) return Failure{checkpointer.error()};
  return std::unique_ptr<StoreWriter>(
      new StoreWriter(std::move(*store), std::move(*checkpointer), std::move(executor), options));
}

StoreWriter::StoreWriter(std::unique_ptr<SqliteStore> store, std::unique_ptr<SqliteStore> checkpointer,
                         Executor executor, Options options)
    : store_(std::move(store)),
      checkpointer_(std::move(checkpointer)),
      executor_(std::move(executor)),
      options_(options),
      writer_([this] { writeLoop(); }),
      checkpoints_([this] { checkpointLoop(); }) {}

StoreWriter::~StoreWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  writer_.join();
  checkpoints_.join();
}

void StoreWriter::submit(std::vector<Mutation> mutations, Done done) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(mutations), std::move(done)});
  }
  changed_.notify_all();
}

void StoreWriter::flush() {
  {
    const std::lock_guard lock(mutex_);
    flush_ = !waiting_.empty();
  }
  changed_.notify_all();
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
  if (outcome_) outcome_ = store_->apply(mutations);
  {
    const std::lock_guard lock(mutex_);
    ++commits_;
  }
  executor_([callbacks = std::move(callbacks), outcome = outcome_] {
    for (const Done& done : callbacks) done(outcome);
  });
}

void StoreWriter::checkpointLoop() {
  std::unique_lock lock(mutex_);
  std::uint64_t covered = 0;
  while (!changed_.wait_for(lock, options_.checkpoint_every, [this] { return stopping_; })) {
    if (commits_ == covered) continue;
    covered = commits_;
    lock.unlock();
    // One that fails is made up for by the next; the data is safe in the log.
    static_cast<void>(checkpointer_->checkpoint());
    lock.lock();
  }
}

}  // namespace smartkar::server
