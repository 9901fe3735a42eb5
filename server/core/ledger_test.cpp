#include "server/core/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

// "ring answered", …
std::vector<std::string> words(const CommandRecord& command) {
  std::vector<std::string> all;
  all.reserve(command.ledger.size());
  for (const Attempt& attempt : command.ledger) {
    all.push_back(std::string(pathName(attempt.path)) + ' ' + std::string(attemptResultName(attempt.result)));
  }
  return all;
}

void sleep(World& world) {
  world.wakeCar();
  world.run(1min);
  ASSERT_EQ(world.device().presence, Presence::Asleep);
}

TEST(Ledger, TellsEveryRingAndCopyAndWhatCameOfIt) {
  World world;
  sleep(world);
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging);
  world.run(40s);
  EXPECT_THAT(words(world.command(id)), ::testing::ElementsAre("ring silent", "ring pending"));
  world.wakeCar("modem_ri");
  EXPECT_THAT(words(world.command(id)), ::testing::ElementsAre("ring silent", "ring answered", "contact answered"));
  EXPECT_EQ(world.command(id).ledger[1].ended_at, world.wall());
}

TEST(Ledger, RingIsNotCreditedForACarThatWokeByItself_P6) {
  World world;
  sleep(world);
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging);
  world.wakeCar("timer");
  EXPECT_EQ(words(world.command(id)).front(), "ring silent");
}

TEST(Ledger, CopyThatIsLostIsSilent) {
  World world;
  world.car.awake_for = 1h;
  world.wakeCar();
  int copies = 0;
  world.lost_to_car = [&](const PublishCommand& message) {
    return message.kind == PublishKind::Command && ++copies == 1;
  };
  const CommandId id = world.request(kStartCharging);
  world.run(1min);
  EXPECT_THAT(words(world.command(id)), ::testing::ElementsAre("contact silent", "contact answered"));
}

TEST(Ledger, OfACommandThatEndedHasNothingPending) {
  World world;
  sleep(world);
  world.car.hears_rings = false;
  const CommandId id = world.request(kStartCharging);
  EXPECT_FALSE(world.cancel(id));
  EXPECT_THAT(words(world.command(id)), ::testing::ElementsAre("ring silent"));
}

TEST(Ledger, IsBounded) {
  World world;
  sleep(world);
  world.car.hears_rings = false;
  world.lost_to_server = [](const testing::FakeCar::Message&) { return true; };
  const CommandId id = world.request(kStartCharging, "", 48 * 3600);
  world.run(std::chrono::hours(24));
  EXPECT_EQ(world.command(id).ledger.size(), 48u);
  EXPECT_GE(world.command(id).ledger.back().at, world.wall() - 10min);
}

}  // namespace
}  // namespace smartkar::server
