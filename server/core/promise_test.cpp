#include "server/core/promise.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

class PromiseTest : public ::testing::Test {
 protected:
  // How long the client of a new command is told to wait; nothing: it is not told.
  std::optional<std::chrono::seconds> wait(std::optional<Path> path) {
    const CommandRecord& command = world_.command(world_.request(kStartCharging));
    EXPECT_EQ(command.expected_path, path);
    if (!command.expected_by) return std::nullopt;
    return *command.expected_by - command.created_at;
  }
  void sleep() {
    world_.wakeCar();
    world_.run(1min);
    ASSERT_EQ(world_.device().presence, Presence::Asleep);
  }
  World world_;
};

TEST_F(PromiseTest, AwakeCarIsReachedAtOnce) {
  world_.wakeCar();
  EXPECT_EQ(wait(Path::Contact), 5s);
}

TEST_F(PromiseTest, NothingIsSaidOfACarNeverHeardOf_P6) { EXPECT_EQ(wait(std::nullopt), std::nullopt); }

TEST_F(PromiseTest, SleepingCarIsExpectedAfterTheTimeItUsuallyTakesToWake) {
  sleep();
  world_.car.hears_rings = false;
  EXPECT_EQ(wait(Path::Ring), 60s);
  world_.run(20s);
  world_.wakeCar("modem_ri");
  world_.run(1min);
  EXPECT_EQ(wait(Path::Ring), 20s);
  world_.restartServer();
  EXPECT_EQ(wait(Path::Ring), 20s);
}

TEST_F(PromiseTest, CarOutOfReachIsExpectedAtItsNextWake) {
  sleep();
  world_.sayAsleepFor(2h);
  world_.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  const CommandRecord& command = world_.command(world_.request(kStartCharging));
  EXPECT_EQ(command.expected_path, Path::Timer);
  EXPECT_EQ(command.expected_by, world_.wall() + 2h);
}

}  // namespace
}  // namespace smartkar::server
