#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "test/crash/crash_world.hpp"
#include "test/crash/traffic.hpp"
#include "test/support/postgres_server.hpp"

namespace smartkar::test {
namespace {

// How often the server is killed: a few times in every run, more often when somebody has the time.
int kills() {
  const char* const text = std::getenv("SMARTKAR_CRASH_KILLS");
  return text == nullptr ? 3 : std::stoi(text);
}

// Kills the server again and again, each time at another moment, with traffic before, meanwhile and afterwards.
void killUnderLoad(CrashWorld& world) {
  world.startServer();
  ASSERT_TRUE(world.waitForBroker());
  Traffic traffic(world);
  std::mt19937 random(1);
  std::uniform_int_distribution<std::size_t> up(1'000, 8'000);
  std::uniform_int_distribution<std::size_t> down(0, 2'000);
  for (int i = 0; i < kills(); ++i) {
    traffic.pass(up(random));
    world.server().kill();
    traffic.pass(down(random));
    world.startServer();
  }
  traffic.expectNothingLostOrDoubled();
}

TEST(ServerKill, LosesAndDoublesNothingWithSqlite_P1_P3_P7) {
  CrashWorld world;
  killUnderLoad(world);
}

TEST(ServerKill, LosesAndDoublesNothingWithPostgres_P1_P3_P7) {
  CrashWorld world(PostgresServer::shared().emptyUrl());
  killUnderLoad(world);
}

}  // namespace
}  // namespace smartkar::test
