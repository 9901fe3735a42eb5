#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using testing::kCcid;
using testing::memoryPersistence;
using testing::World;

const CommandRecord* storedCommand(const Snapshot& snapshot, CommandId id) {
  for (const CommandRecord& command : snapshot.commands) {
    if (command.id == id) return &command;
  }
  return nullptr;
}

class Restore : public ::testing::Test {
 protected:
  void goBackTo(const Snapshot& backup) {
    world.restore(memoryPersistence(backup));
    world.wakeCar();
    world.run(1min);
  }

  World world;
};

TEST_F(Restore, OutcomesOfForgottenCommandsReappearFromTheJournal) {
  world.wakeCar();
  world.request("vehicle.startClimate");
  world.run(10s);
  const Snapshot backup = world.backup();
  std::vector<CommandId> forgotten;
  for (int i = 0; i < 10; ++i) {
    forgotten.push_back(world.request("vehicle.startCharging"));
    world.run(10s);
  }
  goBackTo(backup);
  const Snapshot now = world.backup();
  for (const CommandId id : forgotten) {
    const CommandRecord* command = storedCommand(now, id);
    ASSERT_NE(command, nullptr) << id;
    EXPECT_EQ(command->state, CommandState::Completed);
    EXPECT_EQ(command->action, "vehicle.startCharging");
    EXPECT_EQ(command->history.front().detail, "found in the car's journal");
    EXPECT_EQ(world.car.effects[id], 1);
  }
  const CommandId next = world.request("vehicle.stopCharging");
  EXPECT_GT(next, forgotten.back());
}

TEST_F(Restore, CommandSentAfterTheBackupIsNotDoneAgain_P1) {
  world.car.hears_rings = false;
  const CommandId id = world.request("vehicle.startCharging", "", 3600);
  const Snapshot backup = world.backup();
  world.wakeCar();
  world.run(10s);
  ASSERT_EQ(world.car.effects[id], 1);
  goBackTo(backup);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST_F(Restore, WhatTheRestoredServerClosedByItselfIsCorrected_P4) {
  world.car.hears_rings = false;
  const CommandId id = world.request("vehicle.startCharging", "", 60);
  const Snapshot backup = world.backup();
  world.wakeCar();
  world.run(10s);
  world.run(1min);
  ASSERT_FALSE(world.car.awake());
  world.restore(memoryPersistence(backup));
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Expired);
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_TRUE(world.command(id).decided_by_car);
}

TEST_F(Restore, CommandAskedForBeforeTheFirstContactDoesNotHideWhatTheCarRemembers) {
  world.wakeCar();
  world.request("vehicle.startClimate");
  world.run(10s);
  const Snapshot backup = world.backup();
  const CommandId forgotten = world.request("vehicle.startCharging");
  world.run(1min);
  world.car.hears_rings = false;
  world.restore(memoryPersistence(backup));
  const CommandId next = world.request("vehicle.stopCharging");
  EXPECT_GT(next, forgotten);
  world.wakeCar();
  world.run(1min);
  EXPECT_EQ(world.command(next).state, CommandState::Completed);
  const Snapshot now = world.backup();
  ASSERT_NE(storedCommand(now, forgotten), nullptr);
  EXPECT_EQ(storedCommand(now, forgotten)->state, CommandState::Completed);
}

TEST_F(Restore, WhatTheServerAndTheCarAgreeOnIsAskedForOnce) {
  world.car.hears_rings = false;
  const CommandId cancelled = world.request("vehicle.startCharging");
  world.cancel(cancelled);
  world.wakeCar();
  world.request("vehicle.startClimate");
  world.run(10s);
  EXPECT_FALSE(world.command(cancelled).decided_by_car);
  world.wakeCar();
  world.run(1s);
  EXPECT_TRUE(world.command(cancelled).decided_by_car);
  EXPECT_EQ(world.command(cancelled).state, CommandState::Cancelled);
  world.published.clear();
  world.wakeCar();
  world.run(1s);
  ASSERT_FALSE(world.published.empty());
  EXPECT_NE(world.published[0].payload.find(R"("open":[])"), std::string::npos) << world.published[0].payload;
}

TEST_F(Restore, AnswerFromBeforeTheSendingConfirmsNothingWhenItComesAgain_P4) {
  world.car.hears_rings = false;
  const CommandId id = world.request("vehicle.startCharging", "", 60);
  world.run(2min);
  ASSERT_EQ(world.command(id).state, CommandState::Expired);
  // What the server before the restore had heard, and answered with the command.
  const std::string stamp = R"("boot":1,"conn":1,"seq":1)";
  world.receive(protocol::Channel::Status, R"({"online":true,"contact":50,"maxId":0,)" + stamp + "}");
  world.receive(
      protocol::Channel::Response,
      R"({"id":)" + std::to_string(id) + R"(,"ok":false,"status":"never_received","contact":50,)" + stamp + "}");
  EXPECT_FALSE(world.command(id).decided_by_car);
}

TEST(Journal, IsWantedOnlyWhileTheCarRemembersMoreThanTheServer) {
  World world;
  world.wakeCar();
  world.request("vehicle.startCharging");
  world.run(10s);
  world.wakeCar();
  world.run(10s);
  for (const PublishCommand& message : world.published) {
    EXPECT_EQ(message.payload.find(R"("journal")"), std::string::npos) << message.payload;
  }
}

TEST(Journal, NewEpochEndsWhatTheAcknowledgementsMeant) {
  World world;
  world.wakeCar();
  world.request("vehicle.startCharging");
  world.run(10s);
  ASSERT_GT(world.device().ack_highest, 0u);
  world.car.loseJournal(0xC0FFEE);
  world.car.reconnect(world.now());
  world.run(0s);
  EXPECT_EQ(world.device().ack_highest, 0u);
}

}  // namespace
}  // namespace smartkar::server
