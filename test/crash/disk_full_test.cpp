#include <gtest/gtest.h>

#include "test/crash/crash_world.hpp"
#include "test/crash/traffic.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

// Files of the server may not grow beyond this, as on a disk that is full: "0", "unlimited".
void limitFiles(CrashWorld& world, const std::string& bytes) {
  const std::string pid = std::to_string(world.server().pid());
  EXPECT_EQ(runProgram({"prlimit", "--pid", pid, "--fsize=" + bytes + ":"}).exit_code, 0);
}

TEST(DiskFull, LosesAndDoublesNothing_P1_P3_P7) {
  CrashWorld world;
  world.startServer({"sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""});
  ASSERT_TRUE(world.waitForBroker());
  Traffic traffic(world);
  traffic.pass(2'000);
  limitFiles(world, "0");
  ASSERT_TRUE(world.server().waitForText("cannot store at the moment", 30s).has_value());
  traffic.pass(4'000);
  limitFiles(world, "unlimited");
  ASSERT_TRUE(world.server().waitForText("the store can be written again", 30s).has_value());
  traffic.pass(2'000);
  traffic.expectNothingLostOrDoubled();
}

}  // namespace
}  // namespace smartkar::test
