#include "ports/linux/processor.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/assert.hpp"
#include "device/app/assertion_record.hpp"

namespace smartkar::ports {
namespace {

// The descriptor of the memory that a start of the program inherits.
constexpr const char* kMemoryVariable = "SMARTKAR_RETAINED_MEMORY";

void setTimer(Duration limit) {
  itimerval timer{};
  timer.it_value.tv_sec = limit / std::chrono::seconds(1);
  timer.it_value.tv_usec = limit % std::chrono::seconds(1) / std::chrono::microseconds(1);
  setitimer(ITIMER_REAL, &timer, nullptr);
}

// Zeroed, unless a program before this one left it.
int openMemory(std::size_t bytes) {
  if (const char* inherited = std::getenv(kMemoryVariable)) return std::atoi(inherited);
  const int memory = memfd_create("retained", 0);  // 0: stays open through execv
  SK_ASSERT(memory >= 0 && ftruncate(memory, static_cast<off_t>(bytes)) == 0);
  setenv(kMemoryVariable, std::to_string(memory).c_str(), 1);
  return memory;
}

}  // namespace

Processor::Processor(char** argv, Duration limit) : limit_(limit) {
  argv_ = argv;
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, openMemory(sizeof(Shared)), 0);
  SK_ASSERT(memory != MAP_FAILED);
  shared_ = static_cast<Shared*>(memory);
  static_assert(static_cast<int>(device::WakeCause::FreshBoot) == 0);  // what zeroed memory says
  cause_ = shared_->cause;
  shared_->cause = device::WakeCause::FreshBoot;
  device::recordAssertions(retained().restart, reset);
  struct sigaction action {};
  action.sa_handler = onBite;
  action.sa_flags = SA_NODEFER;  // what is blocked stays so through execv
  sigaction(SIGALRM, &action, nullptr);
}

void Processor::feed() { setTimer(limit_); }

void Processor::stopWatchdog() { setTimer(Duration(0)); }

void Processor::onBite(int) {
  shared_->cause = device::WakeCause::Watchdog;
  reset();
}

void Processor::reset() {
  setTimer(Duration(0));
  execv("/proc/self/exe", argv_);
  std::_Exit(EXIT_FAILURE);
}

}  // namespace smartkar::ports
