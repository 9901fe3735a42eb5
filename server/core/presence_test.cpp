#include "server/core/presence.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "server/core/world.hpp"

namespace smartkar::server {
namespace {

using protocol::Channel;
using testing::kCcid;
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

TEST(Waited, AnnouncementThatLayAtTheBrokerProvesNothing_P6) {
  World world;
  world.wakeCar();
  world.run(10min);
  const auto proved_at = world.device().proved_at;
  const std::size_t published = world.published.size();
  world.receiveLate(Channel::Status, R"({"online":true,"boot":1,"conn":9,"seq":90,"contact":77})");
  EXPECT_NE(world.device().contact, 77u);
  EXPECT_EQ(world.device().proved_at, proved_at);
  EXPECT_EQ(world.published.size(), published);
}

TEST(Waited, MessageThatLayAtTheBrokerProvesOnlyWhenItWasSent_P6) {
  World world;
  world.wakeCar();
  world.run(10min);
  const auto before = world.device().proved_at;
  world.receiveLate(Channel::Response, R"({"id":1,"ok":true,"status":"completed","boot":1,"seq":50})");
  EXPECT_EQ(world.device().proved_at, before);
  const UnixTime then = world.wall() - std::chrono::minutes(3);
  world.receiveLate(Channel::State, R"({"boot":1,"seq":50,"ts":)" + std::to_string(unixSeconds(then)) + "}");
  EXPECT_EQ(world.device().proved_at, then);
}

TEST(Waited, FarewellThatLayAtTheBrokerCounts_P6) {
  World world;
  world.wakeCar();
  world.receiveLate(Channel::Status, R"({"online":false,"reason":"sleep","boot":1,"conn":1,"nextWake":)" +
                                         std::to_string(unixSeconds(world.wall() + std::chrono::hours(1))) + "}");
  EXPECT_EQ(world.device().presence, Presence::Asleep);
}

// Its broker restarts while the server cannot store what it took: that comes once more, after what is newer.
TEST(Waited, AnnouncementFromBeforeTheLossOfTheJournalDoesNotShutOutTheCar_P5) {
  World world;
  world.receive(Channel::Status, R"({"online":true,"boot":2,"conn":5,"seq":6,"contact":11,"journal":"a1"})");
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":1,"seq":1,"contact":12,"journal":"b2"})");
  world.receiveLate(Channel::Status, R"({"online":true,"boot":2,"conn":5,"seq":6,"contact":11,"journal":"a1"})");
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":2,"seq":2,"contact":13,"journal":"b2"})");
  EXPECT_EQ(world.device().contact, 13u);
}

TEST(AsOf, StoredStatementIsWithdrawnInTimeThoughNobodyCouldStoreThat_P6) {
  DeviceRecord awake;
  awake.presence = Presence::Awake;
  awake.reachable = true;
  awake.proved_at = unixTime(1000);
  EXPECT_EQ(asOf(unixTime(1479), awake).presence, Presence::Awake);
  EXPECT_EQ(asOf(unixTime(1480), awake).presence, Presence::Overdue);
  EXPECT_FALSE(asOf(unixTime(1480), awake).reachable);
  DeviceRecord asleep = awake;
  asleep.presence = Presence::Asleep;
  asleep.asleep_until = unixTime(5000);
  EXPECT_EQ(asOf(unixTime(5599), asleep).presence, Presence::Asleep);
  EXPECT_EQ(asOf(unixTime(5600), asleep).presence, Presence::Overdue);
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

// Only the test speaks for the car.
void muteCar(World& world) {
  world.lost_to_car = [](const PublishCommand&) { return true; };
  world.lost_to_server = [](const testing::FakeCar::Message&) { return true; };
}

// Mosquitto publishes no will of a session that goes on with a new connection; test/interop shows it.
TEST(Sleep, ConnectionThatWasReplacedInItWasLostThoughNoWillCame) {
  World world;
  muteCar(world);
  const auto told_lost = [&world](int boot, int conn, int contact) {
    world.receive(Channel::Status, R"({"online":true,"boot":)" + std::to_string(boot) + R"(,"conn":)" +
                                       std::to_string(conn) + R"(,"contact":)" + std::to_string(contact) + "}");
    return world.published.back().payload.find(R"("lost":true)") != std::string::npos;
  };
  EXPECT_FALSE(told_lost(1, 1, 11));
  world.sayAsleepFor(1h);
  EXPECT_FALSE(told_lost(1, 1, 12)) << "over the same connection";
  world.sayAsleepFor(1h);
  EXPECT_TRUE(told_lost(1, 2, 13));
  world.receive(Channel::Status, R"({"online":false,"reason":"sleep","boot":1,"conn":2})");
  EXPECT_FALSE(told_lost(2, 1, 14)) << "a reboot tells nothing about the network";
}

// What presence history has, oldest first.
std::vector<PresenceRecord> presenceOf(const World& world) {
  std::vector<PresenceRecord> entries;
  for (const Mutation& mutation : world.stored) {
    if (const auto* added = std::get_if<AddPresence>(&mutation)) entries.push_back(added->entry);
  }
  return entries;
}

TEST(PresenceHistory, HasEachWordWithWhatWasKnownAtItsTime_P6) {
  World world;
  muteCar(world);
  EXPECT_TRUE(presenceOf(world).empty()) << "never seen";
  const UnixTime begin = world.wall();
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":11})");
  world.run(100s);
  world.sayAsleepFor(1h);
  world.run(1h + 10min);
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":2,"contact":12})");
  const UnixTime awake_again = world.wall();
  world.run(60s);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":2})");

  const auto entries = presenceOf(world);
  const UnixTime asleep_at = begin + 100s;
  const UnixTime until = asleep_at + 1h;
  ASSERT_EQ(entries.size(), 5u);
  EXPECT_EQ(entries[0], (PresenceRecord{kCcid, begin, Presence::Awake, begin, {}, "", true}));
  EXPECT_EQ(entries[1], (PresenceRecord{kCcid, asleep_at, Presence::Asleep, asleep_at, until, "sleep", true}));
  EXPECT_EQ(entries[2], (PresenceRecord{kCcid, until + 10min, Presence::Overdue, asleep_at, until, "sleep", false}));
  EXPECT_EQ(entries[3], (PresenceRecord{kCcid, awake_again, Presence::Awake, awake_again, {}, "", true}));
  EXPECT_EQ(entries[4], (PresenceRecord{kCcid, awake_again + 60s, Presence::Lost, awake_again, {}, "", false}));
}

TEST(PresenceHistory, AWillOfASleepingCarTakesTheBeliefAndNothingElse_P6) {
  World world;
  world.sayAsleepFor(1h);
  world.receive(Channel::Status, R"({"online":false,"boot":1,"conn":1})");
  const auto entries = presenceOf(world);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_TRUE(entries[0].reachable);
  EXPECT_EQ(entries[1].presence, Presence::Asleep);
  EXPECT_FALSE(entries[1].reachable);
}

TEST(PresenceHistory, MereProofsAreNoEntries) {
  World world;
  muteCar(world);
  world.receive(Channel::Status, R"({"online":true,"boot":1,"conn":1,"contact":11})");
  for (int seq = 1; seq <= 5; ++seq) {
    world.run(100s);
    world.receive(Channel::State, R"({"vehicle":{"battery":{"soc":55}},"boot":1,"seq":)" + std::to_string(seq) + "}");
  }
  EXPECT_EQ(presenceOf(world).size(), 1u);
}

enum class Happening { Awake, Farewell, Will, State, Restart, Reconnect, Time };

// Anything in any order. conn: of the car's present connection.
Happening happenAtRandom(World& world, Random& random, int& conn) {
  const auto what = static_cast<Happening>(random.below(7));
  if (what == Happening::Awake) ++conn;
  const std::string stamp = R"("boot":1,"conn":)" + std::to_string(conn) + '}';
  switch (what) {
    case Happening::Awake:
      world.receive(Channel::Status, R"({"online":true,"contact":)" + std::to_string(conn) + ',' + stamp);
      break;
    case Happening::Farewell: {
      const UnixTime until = world.wall() + std::chrono::seconds(random.between(60, 7200));
      world.receive(Channel::Status, R"({"online":false,"reason":"sleep","nextWake":)" +
                                         std::to_string(unixSeconds(until)) + ',' + stamp);
      break;
    }
    case Happening::Will:
      world.receive(Channel::Status, R"({"online":false,)" + stamp);
      break;
    case Happening::State:
      world.receive(Channel::State, R"({"vehicle":{"awake":true},"boot":1})");
      break;
    case Happening::Restart:
      world.restartServer();
      break;
    case Happening::Reconnect:
      world.disconnectBroker();
      world.connectBroker(random.chance(0.5));
      break;
    case Happening::Time:
      world.run(std::chrono::seconds(random.between(1, 8000)));
      break;
  }
  return what;
}

// What may be said after this happened. before: the entry before it; nullptr: none.
void checkHonest(const PresenceRecord& entry, const PresenceRecord* before, Happening what) {
  ASSERT_TRUE(entry.proved_at.has_value());
  EXPECT_LE(*entry.proved_at, entry.at);
  switch (entry.presence) {
    case Presence::Asleep:
      EXPECT_TRUE(what == Happening::Farewell || (before != nullptr && before->presence == Presence::Asleep));
      break;
    case Presence::Awake:
      EXPECT_TRUE(what == Happening::Awake || what == Happening::State ||
                  (before != nullptr && before->presence == Presence::Awake));
      break;
    case Presence::Overdue:
      EXPECT_FALSE(entry.reachable);
      break;
    case Presence::Lost:
      EXPECT_FALSE(entry.reachable);
      EXPECT_EQ(what, Happening::Will);
      break;
    case Presence::NeverSeen:
      FAIL() << "history begins with the first word of the car";
  }
}

TEST(PresenceHistory, SaysAsleepOnlyWhenTheCarAnnouncedItAndNothingWithoutAProof_P6) {
  for (std::uint64_t seed = 1; seed <= 200 && !::testing::Test::HasFailure(); ++seed) {
    Random random(seed);
    World world;
    muteCar(world);
    int conn = 1;
    for (std::size_t step = 0, seen = 0; step < 40; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      const Happening what = happenAtRandom(world, random, conn);
      const auto entries = presenceOf(world);
      for (; seen < entries.size(); ++seen) checkHonest(entries[seen], seen > 0 ? &entries[seen - 1] : nullptr, what);
    }
  }
}

}  // namespace
}  // namespace smartkar::server
