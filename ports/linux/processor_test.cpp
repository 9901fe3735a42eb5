#include "ports/linux/processor.hpp"

#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/assert.hpp"

namespace smartkar::ports {
namespace {

using device::CrashCause;

// Each test runs twice: in a child that is reset, and as the program that the reset starts.
struct ProcessorDeathTest : testing::Test {
  static constexpr int kSeenByTheNextStart = 42;

  ProcessorDeathTest() : processor(argv, std::chrono::milliseconds(20)) {}

  static std::string name() {
    return std::string("--gtest_filter=ProcessorDeathTest.") +
           testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  bool firstStart() { return !processor.retained().restart.begin(processor.cause()); }
  void expect(CrashCause cause, const char* what) {
    const auto& crash = processor.retained().restart.crash();
    if (crash.cause == cause && crash.what == what) std::_Exit(kSeenByTheNextStart);
  }

  std::string program = "processor_test";
  std::string filter = name();
  char* argv[3] = {program.data(), filter.data(), nullptr};
  Processor processor;
};

TEST_F(ProcessorDeathTest, Defect60TurnThatDoesNotEndIsEndedByTheWatchdog) {
  if (!firstStart()) return expect(CrashCause::Watchdog, "");
  EXPECT_EXIT(
      {
        processor.feed();
        for (;;) pause();
      },
      testing::ExitedWithCode(kSeenByTheNextStart), "");
}

TEST_F(ProcessorDeathTest, Defect60BrokenInvariantStartsTheProgramAnewWithARecord) {
  if (!firstStart()) return expect(CrashCause::Assertion, "1 == 2");
  EXPECT_EXIT(SK_ASSERT(1 == 2), testing::ExitedWithCode(kSeenByTheNextStart), "");
}

TEST_F(ProcessorDeathTest, WatchdogDoesNotBiteInDeepSleep) {
  EXPECT_EXIT(
      {
        processor.feed();
        processor.stopWatchdog();
        itimerval timer{};
        getitimer(ITIMER_REAL, &timer);
        std::_Exit(timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace smartkar::ports
