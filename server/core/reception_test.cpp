#include "server/core/reception.hpp"

#include <gtest/gtest.h>

#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::World;

TEST(Reception, GapIsCountedAndClosedByWhatComesLate) {
  Reception row;
  enter(row, 1, 1);
  EXPECT_EQ(enter(row, 1, 5).missing, 3u);
  EXPECT_EQ(row.missing, 3u);
  EXPECT_TRUE(enter(row, 1, 3).late);
  EXPECT_EQ(row.missing, 2u);
  EXPECT_TRUE(enter(row, 1, 3).repeated);
  EXPECT_TRUE(enter(row, 1, 5).repeated);
  EXPECT_EQ(row.repeated, 2u);
  EXPECT_EQ(enter(row, 1, 6).missing, 0u);
}

TEST(Reception, WhatCameBeforeAnybodyCountedIsNotMissing) {
  Reception row;
  EXPECT_EQ(enter(row, 7, 500).missing, 0u);
  EXPECT_TRUE(enter(row, 7, 499).repeated) << "nobody can tell";
  EXPECT_EQ(row.missing, 0u);
}

TEST(Reception, NewBootCountsFromOne) {
  Reception row;
  enter(row, 1, 9);
  EXPECT_EQ(enter(row, 2, 3).missing, 2u);
  EXPECT_FALSE(enter(row, 1, 10).repeated) << "of an earlier boot";
  EXPECT_EQ(row.highest, 3u);
}

TEST(Reception, WhatIsOlderThanTheWindowIsRepeated) {
  Reception row;
  enter(row, 1, 1);
  EXPECT_EQ(enter(row, 1, 100).missing, 98u);
  EXPECT_TRUE(enter(row, 1, 37).late) << "63 behind";
  EXPECT_TRUE(enter(row, 1, 36).repeated) << "64 behind";
  EXPECT_EQ(row.missing, 97u);
}

std::string soc(int seq) { return R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":)" + std::to_string(seq) + '}'; }

TEST(Reception, StatesAndEventsShareARowThatSurvivesTheServer) {
  World world;
  world.receive(Channel::State, soc(1));
  world.receive(Channel::Event, R"({"domain":"vehicle","name":"plugged","boot":1,"seq":2})");
  world.restartServer();
  world.receive(Channel::State, soc(5));
  EXPECT_EQ(world.device().reception.missing, 2u);
  const auto noted = world.latest<TelemetryNoted>();
  ASSERT_TRUE(noted);
  EXPECT_EQ(noted->arrival.missing, 2u);
  ASSERT_TRUE(world.latest<Remark>());
  EXPECT_EQ(world.latest<Remark>()->text, "2 messages before number 5 of boot 1 are missing");
  world.receive(Channel::State, soc(5));
  EXPECT_EQ(world.device().reception.repeated, 1u);
}

TEST(Reception, LostJournalBeginsTheRowAnew) {
  World world;
  world.receive(Channel::Status, R"({"online":true,"boot":9,"conn":1,"contact":1,"journal":"a1"})");
  world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":9,"seq":70})");
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":2,"journal":"b2"})");
  world.receive(Channel::State, soc(4));
  EXPECT_EQ(world.device().reception.missing, 0u);
  EXPECT_EQ(world.device().reception.highest, 4u);
}

}  // namespace
}  // namespace smartkar::server
