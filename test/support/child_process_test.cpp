#include "test/support/child_process.hpp"

#include <gtest/gtest.h>

namespace smartkar::test {
namespace {

using std::chrono_literals::operator""s;

TEST(ChildProcess, OutputIsSeenAsItIsPrintedAndTheExitCodeAtTheEnd) {
  ChildProcess process({"sh", "-c", "echo one; echo two >&2; read -r line; exit 3"});
  EXPECT_EQ(process.waitForText("two", 5s), "two");
  EXPECT_EQ(process.waitForExit(5s), 3);
  EXPECT_EQ(process.waitForText("three", 5s), std::nullopt);
  EXPECT_EQ(process.lines(), (ChildProcess::Lines{"one", "two"}));
}

TEST(ChildProcess, KilledProgramSaysWhichSignalEndedIt) {
  ChildProcess process({"sleep", "60"});
  process.kill();
  EXPECT_EQ(process.waitForExit(5s), 128 + 9);
}

TEST(ChildProcess, UnknownProgramEndsWithTheShellsCode) { EXPECT_EQ(runProgram({"no-such-program"}).exit_code, 127); }

}  // namespace
}  // namespace smartkar::test
