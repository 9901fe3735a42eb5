// The verb without a car; with one: test/e2e/conformance_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "cli/run.hpp"
#include "test/support/loopback.hpp"
#include "test/support/temporary_directory.hpp"

namespace smartkar::cli {
namespace {

using ::testing::HasSubstr;

const std::string kCar = "8949000012345678901";

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome runProgram(std::vector<std::string> words) {
  Interrupt interrupt;
  std::ostringstream out;
  std::ostringstream err;
  const int code = run(std::move(words), {out, err}, interrupt);
  return {code, out.str(), err.str()};
}

TEST(ConformanceVerb, ListsTheScenariosWithoutACar) {
  const Outcome outcome = runProgram({"conformance", "--list", "--only", "cancel-before"});
  EXPECT_EQ(outcome.code, exit_code::kOk);
  EXPECT_EQ(outcome.out, "cancel-before-sent\n  Cancelled while the car sleeps: nothing ever happens\n");
}

TEST(ConformanceVerb, NeedsACar) {
  const Outcome outcome = runProgram({"conformance"});
  EXPECT_EQ(outcome.code, exit_code::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("CCID"));
}

TEST(ConformanceVerb, SaysThatNoScenarioHasSuchAName) {
  const Outcome outcome = runProgram({"conformance", kCar, "--only", "nonsense"});
  EXPECT_EQ(outcome.code, exit_code::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("--list"));
}

TEST(ConformanceVerb, SaysThatThereIsNoInstallation) {
  const test::TemporaryDirectory directory;
  const Outcome outcome = runProgram({"--dir", (directory.path() / "none").string(), "conformance", kCar});
  EXPECT_EQ(outcome.code, exit_code::kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("none"));
}

TEST(ConformanceVerb, SaysThatThereIsNoBroker) {
  const test::TemporaryDirectory directory;
  const std::string fleet = (directory.path() / "fleet").string();
  const std::string port = std::to_string(test::freeLoopbackPort());
  ASSERT_EQ(runProgram({"init", fleet, "--server-port", port}).code, exit_code::kOk);
  const Outcome outcome = runProgram({"--dir", fleet, "conformance", kCar, "--only", "delivery-awake"});
  EXPECT_EQ(outcome.code, exit_code::kUnreachable);
  EXPECT_THAT(outcome.err, HasSubstr("no broker at 127.0.0.1:" + port));
}

}  // namespace
}  // namespace smartkar::cli
