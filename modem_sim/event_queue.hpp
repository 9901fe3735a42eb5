#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "base/time.hpp"

namespace smartkar::modem_sim {

// Things to do at a time, on a clock that it is told. Equal times keep the order of scheduling.
class EventQueue {
 public:
  using Action = std::function<void()>;
  using Id = std::uint64_t;
  // Firmware: what dies with the modem's software at a reset. Hardware: pins and power.
  enum class Owner : std::uint8_t { Hardware, Firmware };

  // passed: told how much time has gone by in which nothing happened.
  explicit EventQueue(std::function<void(Duration)> passed = [](Duration) {}) : passed_(std::move(passed)) {}

  Instant now() const { return now_; }
  // delay: negative counts as zero. Returns an id for cancel(), never 0.
  Id after(Duration delay, Owner owner, Action action);
  // Nothing happens if it has run already or id is 0.
  void cancel(Id id);
  void cancelAll(Owner owner);
  // Runs everything due, each at its own time, then sets the time. now: never before the previous call's.
  void run(Instant now);
  // kNever if there is nothing.
  Instant nextDeadline() const;

 private:
  struct Entry {
    Owner owner;
    Action action;
  };
  void setTime(Instant now);

  std::function<void(Duration)> passed_;
  std::map<std::pair<Instant, Id>, Entry> entries_;
  Instant now_{};
  Id last_id_ = 0;
};

}  // namespace smartkar::modem_sim
