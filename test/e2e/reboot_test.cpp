#include <gtest/gtest.h>

#include <array>
#include <random>
#include <thread>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

// Ten commands; in each the car is killed at a random moment and started again. The test's number is the seed.
class Reboot : public ::testing::TestWithParam<unsigned> {
 protected:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }

  std::int64_t post() {
    const char* action = pick(2) == 0 ? "vehicle.startCharging" : "vehicle.stopCharging";
    return world_.post({{"action", action}});
  }

  // Waits until the command has come to some stage, chosen at random, and a little longer.
  void waitSomewhereIn(std::int64_t id) {
    static constexpr std::array kPoints = {"accepted", "accepted", "waiting_for_wake", "sending_command", "completed"};
    const std::string command = "command " + std::to_string(id) + " ";
    if (const std::size_t point = pick(kPoints.size() + 1); point < kPoints.size()) {
      world_.device().waitForText(command + kPoints[point], 30s);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(pick(600)));
  }

  void expectAgreement(std::int64_t id, const std::string& state, std::size_t effects) {
    EXPECT_LE(effects, 1u) << id;
    if (state == "completed") {
      EXPECT_EQ(effects, 1u) << id;
    } else if (state == "failed") {
      EXPECT_EQ(effects, 0u) << id;
    } else {
      EXPECT_EQ(state, "unknown") << id;
    }
    EXPECT_EQ(world_.journal(id), state) << id;
  }

  World world_;
  std::mt19937 random_{GetParam()};
};

TEST_P(Reboot, P1P4CarKilledAtRandomPointsNeverActsTwiceAndTellsTheTruth) {
  world_.startAllAwake();
  for (int round = 0; round < 10; ++round) {
    const std::size_t before = world_.effects();
    const std::int64_t id = post();
    waitSomewhereIn(id);
    world_.device().kill();
    world_.startDevice();
    const auto command = world_.waitForFinal(id, 90s);
    expectAgreement(id, std::string(command.at("state").as_string()), world_.effects() - before);
  }
}

INSTANTIATE_TEST_SUITE_P(At, Reboot, ::testing::Values(1u, 2u, 3u));

}  // namespace
}  // namespace smartkar::test
