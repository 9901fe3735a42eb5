#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "server/core/world.hpp"

namespace smartkar::server::testing {

struct Scenario {
  const char* name;
  void (*play)(World& world);
};

struct Outcome {
  std::map<std::string, CommandState> commands;  // by action
  int most_effects = 0;
  int batches = 0;
};

inline Outcome outcomeOf(World& world, const Scenario& scenario) {
  scenario.play(world);
  Outcome outcome;
  for (CommandId id = world.device().last_id; world.fleet().command(kCcid, id) != nullptr; --id) {
    const CommandRecord& command = world.command(id);
    EXPECT_FALSE(outcome.commands.contains(command.action)) << "a second id for " << command.action;
    outcome.commands[command.action] = command.state;
  }
  for (const auto& [id, count] : world.car.effects) outcome.most_effects = std::max(outcome.most_effects, count);
  outcome.batches = world.batches();
  return outcome;
}

inline void commandToASleepingCar(World& world) {
  world.request("vehicle.startCharging");
  world.run(10min);
}

inline void twoCommandsToAnAwakeCar(World& world) {
  world.wakeCar();
  world.request("vehicle.startCharging");
  world.request("vehicle.startClimate");
  world.run(10min);
}

inline void lossyLink(World& world) {
  auto count = std::make_shared<int>(0);
  world.lost_to_car = [count](const PublishCommand& m) { return m.kind == PublishKind::Command && ++*count % 3 != 0; };
  auto responses = std::make_shared<int>(0);
  world.lost_to_server = [responses](const FakeCar::Message& m) {
    return m.channel == protocol::Channel::Response && ++*responses % 2 == 0;
  };
  world.request("vehicle.startCharging", "", 3600);
  world.run(30min);
}

inline void expiresWhileAway(World& world) {
  world.car.hears_rings = false;
  world.request("vehicle.startCharging", "", 60);
  world.run(5min);
  world.wakeCar();
  world.run(5min);
}

inline const Scenario kCrashScenarios[] = {{"CommandToASleepingCar", commandToASleepingCar},
                                           {"TwoCommandsToAnAwakeCar", twoCommandsToAnAwakeCar},
                                           {"LossyLink", lossyLink},
                                           {"ExpiresWhileAway", expiresWhileAway}};

// Plays the scenario once undisturbed, then with the server dying at each batch in turn, once before and once after the
// batch is stored, and going on from the store: the outcome must be the same. persistence: makes an empty store.
inline void crashAnywhere(const Scenario& scenario, const std::function<Persistence()>& persistence) {
  World undisturbed(persistence());
  const Outcome expected = outcomeOf(undisturbed, scenario);
  ASSERT_GT(expected.batches, 2);
  for (const World::Crash crash : {World::Crash::BeforeStoring, World::Crash::AfterStoring}) {
    for (int batch = 1; batch <= expected.batches; ++batch) {
      SCOPED_TRACE("batch " + std::to_string(batch) + (crash == World::Crash::BeforeStoring ? " before" : " after"));
      World world(persistence());
      world.crash_at_batch = batch;
      world.crash = crash;
      const Outcome outcome = outcomeOf(world, scenario);
      EXPECT_EQ(outcome.commands, expected.commands);
      EXPECT_EQ(outcome.most_effects, expected.most_effects);
    }
  }
}

}  // namespace smartkar::server::testing
