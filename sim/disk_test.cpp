// The real SQLite store on a disk that loses power at every change there is.
#include "sim/disk.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/store/sqlite_database.hpp"
#include "server/store/sqlite_store.hpp"

namespace smartkar::sim {
namespace {

using server::Durability;
using server::Mutation;
using server::SqliteStore;

constexpr const char* kCcid = "8988303000000614227";
constexpr const char* kFile = "store.db";

std::unique_ptr<SqliteStore> openOn(const Disk& disk, Durability durability) {
  auto store = SqliteStore::open(disk.path(kFile), durability);
  return store ? std::move(*store) : nullptr;
}

// Two commands that belong together, and an event.
std::vector<Mutation> group(int number) {
  std::vector<Mutation> mutations;
  for (int half = 0; half < 2; ++half) {
    server::CommandRecord command;
    command.ccid = kCcid;
    command.id = static_cast<server::CommandId>(2 * number + half + 1);
    command.action = "vehicle.startCharging";
    command.request = std::string(300, 'x');
    mutations.emplace_back(server::PutCommand{command, 0});
  }
  server::EventRecord event;
  event.ccid = kCcid;
  event.domain = "vehicle";
  event.name = "n" + std::to_string(number);
  event.boot = 1;
  event.seq = static_cast<std::uint32_t>(number);
  mutations.emplace_back(server::AddEvent{event});
  return mutations;
}

// Stores groups until there are enough or the power is gone; returns how many were said to be stored.
int load(SqliteStore& store, int groups) {
  for (int number = 0; number < groups; ++number) {
    if (!store.apply(group(number))) return number;
    if (number % 7 == 6 && !store.maintain()) return number + 1;
  }
  return groups;
}

bool whole(const Disk& disk) {
  server::SqliteDatabase database;
  database.open(disk.path(kFile));
  auto row = database.query("PRAGMA integrity_check");
  return row.next() && row.text() == "ok";
}

class PowerCut : public testing::TestWithParam<Durability> {};

TEST_P(PowerCut, AtAnyChangeLosesNothingThatWasStoredAndLeavesNothingHalf_P7) {
  constexpr int kGroups = 30;
  std::uint64_t cuts = 0;
  for (bool cut = true; cut; ++cuts) {
    Disk disk(cuts + 1);
    ASSERT_TRUE(openOn(disk, GetParam()) != nullptr);  // the schema is there
    disk.cutPowerAt(cuts + 1);
    int stored = 0;
    if (const auto store = openOn(disk, GetParam())) stored = load(*store, kGroups);
    cut = !disk.powered();
    disk.powerOn();
    const auto store = openOn(disk, GetParam());
    ASSERT_TRUE(store != nullptr) << "after the cut at change " << cuts + 1;
    const std::size_t found = store->commands(kCcid, 1000)->size();
    const auto stored_events = *store->events(kCcid, 1000);
    const std::size_t events = stored_events.size();
    for (std::size_t i = 0; i < events; ++i) ASSERT_EQ(stored_events[i].event.seq, events - 1 - i) << "not a prefix";
    ASSERT_LE(events, static_cast<std::size_t>(stored) + 1);
    ASSERT_EQ(found, 2 * events) << "half a group, cut at change " << cuts + 1;
    ASSERT_TRUE(whole(disk)) << cuts + 1;
    if (GetParam() == Durability::Full) {
      ASSERT_GE(events, static_cast<std::size_t>(stored)) << "cut at change " << cuts + 1;
    }
  }
  EXPECT_GT(cuts, 100u);
}

TEST(Disk, PowerCutWhileTheStoreIsMadeLeavesAStoreThatOpens_P7) {
  std::uint64_t cuts = 0;
  for (bool cut = true; cut; ++cuts) {
    Disk disk(cuts + 1);
    disk.cutPowerAt(cuts + 1);
    openOn(disk, Durability::Full).reset();
    cut = !disk.powered();
    disk.powerOn();
    ASSERT_TRUE(openOn(disk, Durability::Full) != nullptr) << "after the cut at change " << cuts + 1;
  }
  EXPECT_GT(cuts, 10u);
}

INSTANTIATE_TEST_SUITE_P(Durabilities, PowerCut, testing::Values(Durability::Full, Durability::Normal),
                         [](const auto& instance) { return instance.param == Durability::Full ? "Full" : "Normal"; });

TEST(Disk, SameSeedGivesTheSameBytes) {
  const auto played = [] {
    Disk disk(5);
    const auto store = openOn(disk, Durability::Full);
    disk.cutPowerAt(60);
    load(*store, 30);
    return disk.files();
  };
  const Disk::Files once = played();
  EXPECT_FALSE(once.empty());
  EXPECT_EQ(once, played());
}

TEST(Disk, FullDiskIsToldAndLosesNothingAndWorksAgain_P7) {
  Disk disk(1);
  const auto store = openOn(disk, Durability::Full);
  const int before = load(*store, 5);
  disk.setCapacity(0);
  const auto refused = store->apply(group(before));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().error, server::StoreError::Full);
  disk.setCapacity(std::nullopt);
  EXPECT_TRUE(store->applyAgain(group(before)).ok());
  EXPECT_EQ(store->events(kCcid, 1000)->size(), 6u);
}

TEST(Disk, NoStoreSurvivesADiskThatLies) {
  std::size_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Disk disk(seed);
    openOn(disk, Durability::Full).reset();
    disk.setLying(true);
    int stored = 0;
    {
      const auto store = openOn(disk, Durability::Full);
      stored = load(*store, 5);
      disk.cutPower();
    }
    disk.powerOn();
    const auto store = openOn(disk, Durability::Full);
    if (!store || store->events(kCcid, 1000)->size() < static_cast<std::size_t>(stored)) ++lost;
  }
  EXPECT_GT(lost, 0u);
}

TEST(Disk, WhatWasOpenBeforeThePowerCutCanDoNothingAnyMore_P7) {
  Disk disk(1);
  openOn(disk, Durability::Full).reset();
  auto before = openOn(disk, Durability::Full);
  disk.cutPower();
  disk.powerOn();
  const auto after = openOn(disk, Durability::Full);
  EXPECT_FALSE(before->apply(group(0)).ok());
  before.reset();
  openOn(disk, Durability::Full).reset();
  const int stored = load(*after, 20);
  EXPECT_EQ(stored, 20);
  disk.cutPower();
  disk.powerOn();
  EXPECT_EQ(openOn(disk, Durability::Full)->events(kCcid, 1000)->size(), 20u);
}

TEST(Disk, TwoDisksShareNothing) {
  Disk one(1);
  Disk other(2);
  const auto store = openOn(one, Durability::Full);
  load(*store, 1);
  EXPECT_EQ(openOn(other, Durability::Full)->events(kCcid, 10)->size(), 0u);
}

}  // namespace
}  // namespace smartkar::sim
