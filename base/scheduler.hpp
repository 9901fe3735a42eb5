#pragma once

#include <coroutine>

#include "base/time.hpp"

namespace smartkar {

class Scheduler;

// One suspended coroutine: links itself into the scheduler when it waits and out again when it is resumed or destroyed.
// Base of every awaiter.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter();

 protected:
  // Waits until wake() or the deadline. Call from await_suspend.
  void suspend(Scheduler& scheduler, std::coroutine_handle<> handle, Instant deadline = kNever);
  // True if the deadline ended the wait, not wake().
  bool timedOut() const { return timed_out_; }

 public:
  // Ends the wait: the coroutine is resumed by the scheduler's next turn, never from inside this call.
  void wake();
  bool waiting() const { return scheduler_ != nullptr; }

 private:
  friend class Scheduler;
  void unlink();

  Scheduler* scheduler_ = nullptr;
  std::coroutine_handle<> handle_;
  Instant deadline_ = kNever;
  bool ready_ = false;
  bool timed_out_ = false;
  Waiter* next_ = nullptr;
};

// Runs the dialogues of one thread on a clock that it is told. Knows no threads, allocates nothing.
class Scheduler {
 public:
  Scheduler() = default;
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Sets the time and resumes everything woken or due, in the order it began to wait, until nothing is left to resume.
  // now: never before the previous call's.
  void run(Instant now);
  Instant now() const { return now_; }
  // The earliest time at which run() has something to do; now() if something is ready, kNever if only an event can
  // help.
  Instant nextDeadline() const;

  class Sleep : public Waiter {
   public:
    Sleep(Scheduler& scheduler, Instant until) : owner_(scheduler), until_(until) {}
    bool await_ready() const { return until_ <= owner_.now(); }
    void await_suspend(std::coroutine_handle<> handle) { suspend(owner_, handle, until_); }
    void await_resume() const {}

   private:
    Scheduler& owner_;
    Instant until_;
  };
  // co_await scheduler.sleep(5s)
  Sleep sleep(Duration duration) { return {*this, now_ + duration}; }
  Sleep sleepUntil(Instant until) { return {*this, until}; }

 private:
  friend class Waiter;
  Waiter* takeReady();

  Waiter* first_ = nullptr;
  Instant now_{};
};

// Something that happened, for at most one waiting dialogue. Set before the wait: the wait ends at once and clears it.
class Signal {
 public:
  explicit Signal(Scheduler& scheduler) : scheduler_(scheduler) {}

  void set() {
    set_ = true;
    if (waiter_ != nullptr) waiter_->wake();
  }
  void clear() { set_ = false; }
  bool isSet() const { return set_; }

  class Wait : public Waiter {
   public:
    Wait(Signal& signal, Instant deadline) : signal_(signal), deadline_(deadline) {}
    ~Wait() {
      if (signal_.waiter_ == this) signal_.waiter_ = nullptr;
    }
    bool await_ready() const { return signal_.set_ || deadline_ <= signal_.scheduler_.now(); }
    void await_suspend(std::coroutine_handle<> handle) {
      signal_.waiter_ = this;
      suspend(signal_.scheduler_, handle, deadline_);
    }
    // True if the signal was set, false if the deadline came first.
    bool await_resume() {
      signal_.waiter_ = nullptr;
      const bool was_set = signal_.set_;
      signal_.set_ = false;
      return was_set;
    }

   private:
    Signal& signal_;
    Instant deadline_;
  };
  // co_await signal.wait(deadline)
  Wait wait(Instant deadline = kNever) { return {*this, deadline}; }

 private:
  Scheduler& scheduler_;
  bool set_ = false;
  Waiter* waiter_ = nullptr;
};

}  // namespace smartkar
