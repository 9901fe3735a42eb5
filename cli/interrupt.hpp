#pragma once

#include <atomic>
#include <chrono>

namespace smartkar::cli {

// The user's wish to stop (Ctrl-C), in a form that a wait for the network notices at once.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // From now on SIGINT and SIGTERM request the stop of this object; one object per process.
  void catchSignals();
  // Asks to stop. May be called from a signal handler and from any thread.
  void request();
  bool requested() const { return requested_; }
  // Readable once a stop was requested.
  int fd() const { return pipe_[0]; }
  // Waits for the time given or the request. False if it was requested.
  bool sleep(std::chrono::milliseconds time) const;

 private:
  int pipe_[2] = {-1, -1};
  std::atomic<bool> requested_ = false;
};

}  // namespace smartkar::cli
