#include "server/core/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::FakeCar;
using testing::kCcid;
using testing::World;

constexpr const char* kStartCharging = "vehicle.startCharging";

std::vector<std::string> historyOf(const CommandRecord& command) {
  std::vector<std::string> states;
  for (const HistoryEntry& entry : command.history) states.emplace_back(stateName(entry.state));
  return states;
}

bool isCommand(const PublishCommand& message) { return message.kind == PublishKind::Command; }

TEST(Delivery, CommandToASleepingCarRingsSyncsSendsAndCompletes_P3) {
  World world;
  const CommandId id = world.request(kStartCharging, R"({"targetSoc":80})");
  world.run(30s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_THAT(historyOf(world.command(id)),
              ::testing::ElementsAre("queued", "ringing", "sent", "accepted", "in_progress", "completed"));
  EXPECT_EQ(world.car.effects[id], 1);
  EXPECT_THAT(world.car.parameters[id], ::testing::HasSubstr(R"("targetSoc":80)"));
  ASSERT_GE(world.published.size(), 3u);
  EXPECT_EQ(world.published[0].kind, PublishKind::Ring);
  EXPECT_EQ(world.published[1].kind, PublishKind::Sync);
  EXPECT_EQ(world.published[2].kind, PublishKind::Command);
}

TEST(Delivery, CommandToAnAwakeCarNeedsNoRing_P3) {
  World world;
  world.wakeCar();
  const CommandId id = world.request(kStartCharging);
  world.run(5s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.publishedCount(PublishKind::Ring), 0);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
}

TEST(Delivery, CommandIsStoredBeforeItIsAccepted_P7) {
  Fleet fleet;
  const Actions actions =
      fleet.on(CommandRequested{7, kCcid, kStartCharging, "", {}, "", "anna"}, Instant{}, unixTime(1767225600));
  const auto stored = std::count_if(actions.mutations.begin(), actions.mutations.end(),
                                    [](const Mutation& m) { return std::holds_alternative<PutCommand>(m); });
  ASSERT_EQ(stored, 1);
  EXPECT_TRUE(std::holds_alternative<CommandAccepted>(actions.effects.front()));
}

TEST(Delivery, TwoActuatingCommandsAreHandedOverOneAfterTheOther) {
  World world;
  world.wakeCar();
  const CommandId first = world.request(kStartCharging);
  const CommandId second = world.request("vehicle.startClimate");
  EXPECT_EQ(world.command(first).state, CommandState::InProgress);
  EXPECT_EQ(world.command(second).state, CommandState::Queued);
  world.run(10s);
  EXPECT_EQ(world.command(second).state, CommandState::Completed);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 2);
}

TEST(Delivery, QueryPassesARunningCommand) {
  World world;
  world.wakeCar();
  const CommandId slow = world.request(kStartCharging);
  const CommandId query = world.request("vehicle.getState");
  EXPECT_EQ(world.command(slow).state, CommandState::InProgress);
  EXPECT_EQ(world.command(query).state, CommandState::Completed);
}

TEST(Delivery, FinalResponseIsAcknowledgedByASyncSoTheCarFreesItsOutbox) {
  World world;
  world.wakeCar();
  world.request(kStartCharging);
  world.run(4s);
  EXPECT_EQ(world.car.outboxSize(), 0u);
  EXPECT_GE(world.car.acknowledged, 3u);
}

TEST(Delivery, BusyPutsTheCommandBackAndItIsSentAgain) {
  World world;
  world.car.works_for = 15s;
  world.wakeCar();
  const CommandId first = world.request(kStartCharging);
  const CommandId second = world.request("vehicle.startClimate");
  world.misleadAbout(first);
  EXPECT_EQ(world.command(second).state, CommandState::Queued);
  EXPECT_EQ(world.command(second).history.back().detail, "the car is busy");
  world.run(60s);
  EXPECT_EQ(world.command(second).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[second], 1);
}

TEST(Resend, UnansweredCommandIsSentThreeTimesWithTheSameIdThenUnconfirmed_P4) {
  World world;
  world.car.awake_for = 10min;
  world.wakeCar();
  world.lost_to_car = isCommand;
  const CommandId id = world.request(kStartCharging);
  std::vector<std::int64_t> at;
  for (int second = 0; second < 60; ++second) {
    while (at.size() < static_cast<std::size_t>(world.publishedCount(PublishKind::Command))) at.push_back(second);
    world.run(1s);
  }
  EXPECT_THAT(at, ::testing::ElementsAre(0, 5, 15));
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  EXPECT_TRUE(world.command(id).unconfirmed);
  EXPECT_EQ(world.command(id).attempts, 3u);
  std::set<CommandId> ids;
  for (const PublishCommand& message : world.published) {
    if (isCommand(message)) ids.insert(message.id);
  }
  EXPECT_EQ(ids.size(), 1u);
}

TEST(Resend, LostResponsesDoNotMakeTheCarActTwice_P1) {
  World world;
  world.wakeCar();
  int lost = 0;
  world.lost_to_server = [&](const FakeCar::Message& m) { return m.channel == Channel::Response && ++lost <= 4; };
  const CommandId id = world.request(kStartCharging);
  world.run(2min);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Resend, UnconfirmedIsSettledAtTheNextContact_P4) {
  World world;
  world.wakeCar();
  world.lost_to_server = [](const FakeCar::Message& m) { return m.channel == Channel::Response; };
  const CommandId id = world.request(kStartCharging, "", 60);
  world.run(5min);
  EXPECT_TRUE(world.command(id).unconfirmed);
  EXPECT_EQ(world.command(id).state, CommandState::Sent);
  world.lost_to_server = [](const FakeCar::Message&) { return false; };
  world.wakeCar();
  world.run(1s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_FALSE(world.command(id).unconfirmed);
  EXPECT_EQ(world.car.effects[id], 1);
}

TEST(Resend, CarFallenSilentAfterAcceptingIsAskedBySync) {
  World world;
  world.wakeCar();
  world.car.works_for = 40s;
  const CommandId id = world.request(kStartCharging);
  const int syncs = world.car.syncs;
  world.run(35s);
  EXPECT_GT(world.car.syncs, syncs);
  EXPECT_EQ(world.publishedCount(PublishKind::Command), 1);
  world.run(30s);
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
}

}  // namespace
}  // namespace smartkar::server
