#include "sim/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace smartkar::sim {
namespace {

using device::VehicleOperation;
using server::CommandState;
using server::Presence;

struct WholeCar : testing::Test {
  NullLogSink log;
  World world{1, log};

  std::vector<VehicleAct> starts() const {
    std::vector<VehicleAct> result;
    std::ranges::copy_if(world.car.acts(), std::back_inserter(result),
                         [](const VehicleAct& act) { return act.operation == VehicleOperation::Start; });
    return result;
  }
};

TEST_F(WholeCar, ComesIntoContactAfterAColdStart) {
  EXPECT_TRUE(world.untilInContact(60s));
  EXPECT_EQ(world.server.device(kCcid)->presence, Presence::Awake);
}

TEST_F(WholeCar, WakesWhenItIsRungAndStartsToChargeOnce) {
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  world.time.runFor(1h);
  ASSERT_EQ(world.server.device(kCcid)->presence, Presence::Asleep);
  const auto id = world.order("vehicle.startCharging", R"({"targetSoc":70,"maxCurrent":13})");
  ASSERT_TRUE(world.untilFinal(id, 60s));
  EXPECT_EQ(world.command(id).state, CommandState::Completed);
  EXPECT_TRUE(world.command(id).decided_by_car);
  ASSERT_EQ(starts().size(), 1u);
  EXPECT_EQ(starts()[0].profile.target_soc, 70);
  EXPECT_EQ(starts()[0].profile.max_current_a, 13);
}

TEST_F(WholeCar, WakesByItselfAndSaysSo) {
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  const auto proved_at = *world.server.device(kCcid)->proved_at;
  ASSERT_TRUE(world.untilInContact(3h + 1min));
  EXPECT_EQ(world.server.device(kCcid)->wake_cause, "timer");
  EXPECT_GT(*world.server.device(kCcid)->proved_at, proved_at);
}

// docs/sources.md, currents: asleep 1.2 mA; a ping every 300 s brings a radio connection of about 11 s at 119 mA.
TEST_F(WholeCar, ModemSleepsWithTheProcessorButForItsPings) {
  using modem_sim::Load;
  ASSERT_TRUE(world.untilInContact(60s));
  ASSERT_TRUE(world.untilAsleep(10min));
  world.time.runFor(1min);  // the network keeps the last connection a while
  const modem_sim::Charge before = world.car.modemCharge();
  world.time.runFor(1h);
  const modem_sim::Charge after = world.car.modemCharge();
  EXPECT_EQ(after.timeOf(Load::Idle), before.timeOf(Load::Idle));
  EXPECT_LE(after.timeOf(Load::Connected) - before.timeOf(Load::Connected), 12 * 12s);
  EXPECT_NEAR(after.total_mah - before.total_mah, 5.6, 0.3);
}

TEST_F(WholeCar, ComesBackAfterEveryConnectionBroke) {
  ASSERT_TRUE(world.untilInContact(60s));
  world.network.resetAll();
  world.broker.restart(false);
  ASSERT_TRUE(world.time.runUntil([&] { return !world.car.inContact(); }, 30s));
  EXPECT_TRUE(world.untilInContact(60s));
}

TEST(Simulation, SameSeedGivesTheSameBytesAtTheSameTimes) {
  const auto traceOf = [](std::uint64_t seed) {
    NullLogSink log;
    World world(seed, log);
    std::string trace;
    world.car.on_modem_input = world.car.on_modem_output = [&](std::string_view bytes) {
      trace += std::to_string(world.time.now().time_since_epoch().count()) + " " + std::string(bytes) + "\n";
    };
    world.time.runFor(4h);
    return trace;
  };
  EXPECT_EQ(traceOf(7), traceOf(7));
  EXPECT_NE(traceOf(7), traceOf(8));
}

}  // namespace
}  // namespace smartkar::sim
