#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/arena.hpp"
#include "base/log.hpp"
#include "base/scheduler.hpp"
#include "base/task.hpp"
#include "device/at/at_engine.hpp"
#include "device/at/testing/scripted_modem.hpp"

namespace smartkar::device {

// An engine on a scripted modem, with a clock that jumps to whatever happens next.
class AtBench {
 public:
  AtBench() { turn(); }
  Arena& arena() { return arena_; }

  // Advances until nothing is left to happen before `until`.
  void runUntil(Instant until) {
    turn();
    for (Instant next = nextEvent(); next <= until; next = nextEvent()) {
      now = std::max(now, next);
      turn();
    }
    now = until;
    turn();
  }
  void runFor(Duration span) { runUntil(now + span); }
  // Advances until the task is done; gives up after `limit`.
  template <class T>
  void finish(Task<T>& task, Duration limit = 3600s) {
    const Instant until = now + limit;
    for (turn(); !task.done() && nextEvent() <= until;) {
      now = std::max(now, nextEvent());
      turn();
    }
  }
  template <class T>
  T run(Task<T> task) {
    task.start();
    finish(task);
    if constexpr (!std::is_void_v<T>) return task.result();
  }

  Instant nextEvent() const { return std::min({modem.nextEvent(), at.nextDeadline(), scheduler.nextDeadline()}); }
  // The processor begins anew, the modem goes on. Whoever has registered with the engine must be gone.
  void restart() {
    std::destroy_at(&at);
    std::construct_at(&at, modem, scheduler, log);
    turn();
  }
  void turn() {
    modem.advance(now);
    at.poll(now);
    scheduler.run(now);
  }

  Instant now = Instant{} + 1h;
  ScriptedModem modem;
  NullLogSink log;
  Scheduler scheduler;
  AtEngine at{modem, scheduler, log};

 private:
  FixedArena<16384> arena_;
};

// Keeps the lines it is given.
class RecordingUrcHandler : public UrcHandler {
 public:
  void onUrc(std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

}  // namespace smartkar::device
