#include "server/core/presence.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

TEST(Contacts, StatusOfAnEarlierContactOfTheSameConnectionOpensNothingWhenItComesAgain_P4) {
  World world;
  const auto awake = [](int seq, int contact) {
    return R"({"online":true,"boot":1,"conn":1,"seq":)" + std::to_string(seq) + R"(,"contact":)" +
           std::to_string(contact) + "}";
  };
  world.receive(Channel::Status, awake(5, 11));
  world.receive(Channel::Status, awake(6, 12));
  world.receive(Channel::Status, awake(5, 11));
  EXPECT_EQ(world.device().contact, 12u);
  world.receive(Channel::Status, awake(6, 12));
  EXPECT_EQ(world.device().contact, 12u);
  EXPECT_EQ(world.device().presence, Presence::Awake);
}

TEST(Will, OfAnEarlierConnectionIsIgnored_P6) {
  World world;
  world.wakeCar();
  world.car.reconnect(world.now());
  world.run(1s);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  EXPECT_EQ(world.device().presence, Presence::Awake);
}

TEST(Will, OfThePresentConnectionMeansLost_P6) {
  World world;
  world.wakeCar();
  const auto proved_at = world.device().proved_at;
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  EXPECT_EQ(world.device().presence, Presence::Lost);
  EXPECT_FALSE(world.device().reachable);
  EXPECT_EQ(world.device().proved_at, proved_at);
}

TEST(Will, BareOfflineClosesThePresentConnection_P6) {
  World world;
  world.wakeCar();
  world.receive(Channel::Status, "offline");
  EXPECT_EQ(world.device().presence, Presence::Lost);
}

TEST(Will, OfASleepingCarLeavesItAsleepButUnreachable_P6) {
  World world;
  world.wakeCar();
  world.run(1min);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_FALSE(world.device().reachable);
}

TEST(PresenceOverTime, AwakeAndSilentIsOverdueAfter480s_P6) {
  World world;
  world.car.awake_for = 1h;
  world.wakeCar();
  world.run(479s);
  EXPECT_EQ(world.device().presence, Presence::Awake);
  world.run(1s);
  EXPECT_EQ(world.device().presence, Presence::Overdue);
}

TEST(PresenceOverTime, AsleepPastItsWakeTimeIsOverdueAfter10min_P6) {
  World world;
  world.receive(Channel::Status,
                R"({"online":false,"reason":"sleep","nextWake":1767229200,"boot":1,"conn":1,"timestamp":1767225600})");
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  EXPECT_TRUE(world.device().reachable);
  world.run(1h + 10min - 1s);
  EXPECT_EQ(world.device().presence, Presence::Asleep);
  world.run(1s);
  EXPECT_EQ(world.device().presence, Presence::Overdue);
  EXPECT_FALSE(world.device().reachable);
}

}  // namespace
}  // namespace smartkar::server
