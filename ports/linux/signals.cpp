#include "ports/linux/signals.hpp"

#include <signal.h>
#include <sys/signalfd.h>

namespace smartkar::ports {

Signals::Signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&set, number);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signals_ = FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void Signals::update() {
  signalfd_siginfo info;
  while (read(signals_.get(), &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
    if (info.ssi_signo == SIGUSR1) {
      vehicle_activity_ = true;
    } else {
      ++stop_requests_;
    }
  }
}

bool Signals::takeVehicleActivity() { return std::exchange(vehicle_activity_, false); }

}  // namespace smartkar::ports
