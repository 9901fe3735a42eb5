#include "sim/virtual_time.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace smartkar::sim {

UnixTime VirtualTime::wall() const { return kBegin + std::chrono::floor<std::chrono::seconds>(now_ - Instant{}); }

void VirtualTime::after(Duration delay, Action action) {
  SK_ASSERT(delay >= Duration(0));
  actions_.emplace(std::pair{now_ + delay, ++planned_}, std::move(action));
}

bool VirtualTime::runUntil(const std::function<bool()>& condition, Duration span) {
  const Instant end = now_ + span;
  for (;;) {
    if (condition()) return true;
    const Instant next = nextDeadline();
    if (next > end) break;
    now_ = std::max(now_, next);
    turn();
  }
  now_ = end;
  return false;
}

void VirtualTime::runFor(Duration span) {
  runUntil([] { return false; }, span);
}

Instant VirtualTime::nextDeadline() const {
  Instant next = actions_.empty() ? kNever : actions_.begin()->first.first;
  for (const Actor* actor : actors_) next = std::min(next, actor->nextDeadline());
  return next;
}

void VirtualTime::turn() {
  for (Actor* actor : actors_) actor->run(now_);
  while (!actions_.empty() && actions_.begin()->first.first <= now_) {
    const auto due = actions_.extract(actions_.begin());
    due.mapped()();
  }
}

}  // namespace smartkar::sim
