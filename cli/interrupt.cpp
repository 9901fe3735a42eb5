#include "cli/interrupt.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "base/assert.hpp"

namespace smartkar::cli {
namespace {

// A signal handler gets no argument of ours.
std::atomic<Interrupt*> signal_target = nullptr;

void onSignal(int) {
  const int saved = errno;
  signal_target.load()->request();
  errno = saved;
}

}  // namespace

Interrupt::Interrupt() { SK_ASSERT(::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) == 0); }

Interrupt::~Interrupt() {
  Interrupt* self = this;
  if (signal_target.compare_exchange_strong(self, nullptr)) {
    ::signal(SIGINT, SIG_DFL);
    ::signal(SIGTERM, SIG_DFL);
  }
  ::close(pipe_[0]);
  ::close(pipe_[1]);
}

void Interrupt::catchSignals() {
  signal_target = this;
  struct sigaction action {};
  action.sa_handler = onSignal;
  // A second Ctrl-C ends the program at once, should the orderly way ever take long.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void Interrupt::request() {
  requested_ = true;
  const char byte = 0;
  // A full pipe is readable already.
  [[maybe_unused]] const ssize_t written = ::write(pipe_[1], &byte, 1);
}

bool Interrupt::sleep(std::chrono::milliseconds time) const {
  pollfd waited{pipe_[0], POLLIN, 0};
  ::poll(&waited, 1, static_cast<int>(time.count()));
  return !requested();
}

}  // namespace smartkar::cli
