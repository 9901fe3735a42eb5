#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace smartkar::sim {

// Somebody with deadlines of its own.
class Actor {
 public:
  virtual ~Actor() = default;
  // Does everything that is due. now: never earlier than before.
  virtual void run(Instant now) = 0;
  // When run() has something to do by itself; kNever if only others can change anything.
  virtual Instant nextDeadline() const = 0;
};

// What the clocks of the world show at the beginning: 2026-01-01.
inline constexpr UnixTime kBegin = unixTime(1'767'225'600);

// The one clock of a simulation. Between two deadlines no time passes and nothing happens. What is due at the same
// moment happens in a fixed order: the actors in the order they were added, then actions in the order they were
// planned.
class VirtualTime {
 public:
  using Action = std::function<void()>;

  Instant now() const { return now_; }
  // The true wall-clock time; a simulation begins with the year 2026.
  UnixTime wall() const;

  // actor: outlives this.
  void add(Actor& actor) { actors_.push_back(&actor); }
  // delay: not negative.
  void after(Duration delay, Action action);

  // Lets time pass until the condition holds, which is looked at after every moment in which something happened. False:
  // it does not hold, and the span is over.
  bool runUntil(const std::function<bool()>& condition, Duration span);
  void runFor(Duration span);

 private:
  Instant nextDeadline() const;
  void turn();

  Instant now_{};
  std::vector<Actor*> actors_;
  std::map<std::pair<Instant, std::uint64_t>, Action> actions_;
  std::uint64_t planned_ = 0;
};

}  // namespace smartkar::sim
