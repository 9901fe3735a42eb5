// MQTT spoken by the car's processor over a TLS connection of the modem, against the real broker.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "test/e2e/world.hpp"

namespace smartkar::test {
namespace {

using namespace std::chrono_literals;

const boost::json::object kStartCharging = {{"action", "vehicle.startCharging"},
                                            {"params", {{"targetSoc", 80}, {"maxCurrent", 16}}}};

TEST(SocketEngine, AwakeCarCarriesOutACommandOnce) {
  World world;
  world.startAll({}, {"--set", "engine=socket", "--idle", "600"});
  world.waitForPresence("awake", 60s);

  const auto id = world.post(kStartCharging);
  EXPECT_EQ(world.waitForFinal(id, 60s).at("state").as_string(), "completed");
  EXPECT_EQ(world.effects(), 1u);
}

TEST(SocketEngine, SleepingCarIsRungAwakeAndGoesOnWithItsConnection) {
  World world;
  world.startAll({}, {"--set", "engine=socket", "--idle", "1"});
  world.waitUntilAsleep(60s);

  const auto id = world.post(kStartCharging);
  EXPECT_EQ(world.waitForFinal(id, 60s).at("state").as_string(), "completed");
  EXPECT_EQ(world.presence().at("wakeCause").as_string(), "modem_ri");
  const auto opened = [](const std::string& line) { return line.find("AT+CAOPEN") != std::string::npos; };
  // Another modem may lose patience with a busy machine, and a lost connection is opened anew.
  if (World::usualModem()) {
    EXPECT_EQ(std::ranges::count_if(world.modem().lines(), opened), 1);
  }
  EXPECT_EQ(world.effects(), 1u);
}

}  // namespace
}  // namespace smartkar::test
