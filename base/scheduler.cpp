#include "base/scheduler.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smartkar {

Waiter::~Waiter() {
  if (waiting()) unlink();
}

void Waiter::suspend(Scheduler& scheduler, std::coroutine_handle<> handle, Instant deadline) {
  SK_ASSERT(!waiting());
  scheduler_ = &scheduler;
  handle_ = handle;
  deadline_ = deadline;
  ready_ = false;
  timed_out_ = false;
  next_ = nullptr;
  Waiter** end = &scheduler.first_;
  while (*end != nullptr) end = &(*end)->next_;
  *end = this;
}

void Waiter::wake() {
  if (waiting()) ready_ = true;
}

void Waiter::unlink() {
  SK_ASSERT(waiting());
  Waiter** link = &scheduler_->first_;
  while (*link != this) {
    SK_ASSERT(*link != nullptr);
    link = &(*link)->next_;
  }
  *link = next_;
  scheduler_ = nullptr;
}

Waiter* Scheduler::takeReady() {
  for (Waiter* waiter = first_; waiter != nullptr; waiter = waiter->next_) {
    if (!waiter->ready_ && waiter->deadline_ > now_) continue;
    waiter->timed_out_ = !waiter->ready_;
    waiter->unlink();
    return waiter;
  }
  return nullptr;
}

void Scheduler::run(Instant now) {
  SK_ASSERT(now >= now_);
  now_ = now;
  while (Waiter* waiter = takeReady()) waiter->handle_.resume();
}

Instant Scheduler::nextDeadline() const {
  Instant earliest = kNever;
  for (const Waiter* waiter = first_; waiter != nullptr; waiter = waiter->next_) {
    earliest = std::min(earliest, waiter->ready_ ? now_ : waiter->deadline_);
  }
  return earliest;
}

}  // namespace smartkar
