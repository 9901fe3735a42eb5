#include "modem_sim/event_queue.hpp"

#include <algorithm>

namespace smartkar::modem_sim {

EventQueue::Id EventQueue::after(Duration delay, Owner owner, Action action) {
  const Id id = ++last_id_;
  entries_.emplace(std::pair{now_ + std::max(delay, Duration{0}), id}, Entry{owner, std::move(action)});
  return id;
}

void EventQueue::cancel(Id id) {
  std::erase_if(entries_, [id](const auto& entry) { return entry.first.second == id; });
}

void EventQueue::cancelAll(Owner owner) {
  std::erase_if(entries_, [owner](const auto& entry) { return entry.second.owner == owner; });
}

void EventQueue::run(Instant now) {
  while (!entries_.empty() && entries_.begin()->first.first <= now) {
    auto entry = entries_.extract(entries_.begin());
    setTime(entry.key().first);
    entry.mapped().action();
  }
  setTime(now);
}

void EventQueue::setTime(Instant now) {
  if (now <= now_) return;
  passed_(now - now_);
  now_ = now;
}

Instant EventQueue::nextDeadline() const { return entries_.empty() ? kNever : entries_.begin()->first.first; }

}  // namespace smartkar::modem_sim
