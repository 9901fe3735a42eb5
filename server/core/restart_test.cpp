#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::FakeCar;
using testing::World;

struct Scenario {
  const char* name;
  void (*play)(World& world);
};

struct Outcome {
  std::map<std::string, CommandState> commands;  // by action
  int most_effects = 0;
  int batches = 0;
};

Outcome outcomeOf(World& world, const Scenario& scenario) {
  scenario.play(world);
  Outcome outcome;
  for (CommandId id = world.device().last_id; world.fleet().command(testing::kCcid, id) != nullptr; --id) {
    const CommandRecord& command = world.command(id);
    EXPECT_FALSE(outcome.commands.contains(command.action)) << "a second id for " << command.action;
    outcome.commands[command.action] = command.state;
  }
  for (const auto& [id, count] : world.car.effects) outcome.most_effects = std::max(outcome.most_effects, count);
  outcome.batches = world.batches();
  return outcome;
}

void commandToASleepingCar(World& world) {
  world.request("vehicle.startCharging");
  world.run(10min);
}

void twoCommandsToAnAwakeCar(World& world) {
  world.wakeCar();
  world.request("vehicle.startCharging");
  world.request("vehicle.startClimate");
  world.run(10min);
}

void lossyLink(World& world) {
  auto count = std::make_shared<int>(0);
  world.lost_to_car = [count](const PublishCommand& m) { return m.kind == PublishKind::Command && ++*count % 3 != 0; };
  auto responses = std::make_shared<int>(0);
  world.lost_to_server = [responses](const FakeCar::Message& m) {
    return m.channel == protocol::Channel::Response && ++*responses % 2 == 0;
  };
  world.request("vehicle.startCharging", "", 3600);
  world.run(30min);
}

void expiresWhileAway(World& world) {
  world.car.hears_rings = false;
  world.request("vehicle.startCharging", "", 60);
  world.run(5min);
  world.wakeCar();
  world.run(5min);
}

class CrashAnywhere : public ::testing::TestWithParam<Scenario> {};

// The server dies at each batch in turn, once before and once after it is stored, and goes on from the store.
TEST_P(CrashAnywhere, SameOutcomeAndAtMostOneEffect_P1_P3_P7) {
  World undisturbed;
  const Outcome expected = outcomeOf(undisturbed, GetParam());
  ASSERT_GT(expected.batches, 2);
  for (const World::Crash crash : {World::Crash::BeforeStoring, World::Crash::AfterStoring}) {
    for (int batch = 1; batch <= expected.batches; ++batch) {
      SCOPED_TRACE("batch " + std::to_string(batch) + (crash == World::Crash::BeforeStoring ? " before" : " after"));
      World world;
      world.crash_at_batch = batch;
      world.crash = crash;
      const Outcome outcome = outcomeOf(world, GetParam());
      EXPECT_EQ(outcome.commands, expected.commands);
      EXPECT_EQ(outcome.most_effects, expected.most_effects);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CrashAnywhere,
                         ::testing::Values(Scenario{"CommandToASleepingCar", commandToASleepingCar},
                                           Scenario{"TwoCommandsToAnAwakeCar", twoCommandsToAnAwakeCar},
                                           Scenario{"LossyLink", lossyLink},
                                           Scenario{"ExpiresWhileAway", expiresWhileAway}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Restart, BetweenSendingAndResponseNeedsNoSecondSend) {
  World world;
  world.wakeCar();
  const CommandId id = world.request("vehicle.startCharging");
  world.restartServer();
  world.run(20s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
  EXPECT_EQ(world.car.outboxSize(), 0u);
}

}  // namespace
}  // namespace smartkar::server
