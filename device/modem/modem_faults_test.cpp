// Every dialogue of the modem manager with a fault at each of its steps in turn. The steps are counted in a run without
// fault, so a changed dialogue is covered at once.
#include <gtest/gtest.h>

#include <vector>

#include "device/at/testing/at_bench.hpp"
#include "device/modem/modem_manager.hpp"
#include "device/modem/testing/fault_harness.hpp"
#include "device/modem/testing/model_modem.hpp"

namespace smartkar::device {
namespace {

struct World {
  World() {
    model.switchOff();
    manager.onLinkSuccess();
  }
  void connectFirst() {
    model.start(true);
    EXPECT_TRUE(bench.run(manager.connect()).ok());
    manager.onLinkSuccess();
    bench.runFor(60s);
  }

  Task<void> connect() {
    const auto done = co_await manager.connect();
    EXPECT_EQ(manager.connected(), done.ok());
  }
  Task<void> questions() {
    const auto signal = co_await manager.signal();
    EXPECT_TRUE(!signal.ok() || *signal == -74);
    const auto network = co_await manager.networkOperator();
    EXPECT_TRUE(!network.ok() || network->name == "Tele");
    const auto ccid = co_await manager.ccid();
    EXPECT_TRUE(!ccid.ok() || *ccid == sim7080::Ccid("8949000000000000001"));
  }
  Task<void> powerDown() {
    co_await manager.powerDown();
    EXPECT_EQ(manager.state(), ModemState::Off);
    EXPECT_FALSE(pins.rail);
  }

  void expectDefined() {
    EXPECT_FALSE(pins.power_key);
    EXPECT_EQ(frames.used(), 0u) << "frames left";
    EXPECT_EQ(bench.arena().used(), 0u);
  }
  void expectRecovery(bool at_once) {
    if (!at_once) {
      bench.runFor(60s);
      EXPECT_TRUE(bench.at.idle());
      EXPECT_TRUE(model.bearer || !manager.connected()) << "believes in a bearer that is gone";
    }
    EXPECT_TRUE(bench.run(manager.connect()).ok());
    EXPECT_TRUE(manager.connected());
    EXPECT_TRUE(model.powered() && model.bearer);
    EXPECT_EQ(model.error_format, 1);
    for (const char* setting : {"AT+CFGRI=1", "AT+CSCLK=1", "AT+CEREG=0", "AT+CURCCFG=\"NETWORK\",0"}) {
      EXPECT_TRUE(model.was(setting)) << setting;
    }
  }
  Arena& arena() { return bench.arena(); }

  AtBench bench;
  FakePins pins;
  ModelModem model{bench.modem, pins};
  FixedArena<kModemArenaBytes> frames;
  ModemManager manager{bench.at, pins, bench.scheduler, frames, bench.log, {.apn = "iot.apn"}};
};

Operation<World> afterFailures(const char* name, int failures) {
  const auto prepare = [failures](World& world) {
    world.connectFirst();
    for (int i = 0; i < failures; ++i) world.manager.onNoAnswer();
  };
  return {name, prepare, &World::connect};
}

// The same from a state that looks connected: only the server was silent.
Operation<World> afterSilence(const char* name, int failures) {
  const auto prepare = [failures](World& world) {
    world.connectFirst();
    for (int i = 0; i < failures; ++i) world.manager.onLinkFailure(LinkTrouble::Silent);
  };
  return {name, prepare, &World::connect};
}

std::vector<Operation<World>> operations() {
  const auto connected = [](World& world) { world.connectFirst(); };
  const auto asleep = [](World& world) {
    world.connectFirst();
    EXPECT_TRUE(world.bench.run(world.manager.prepareForSleep()).ok());
  };
  const auto without_bearer = [](World& world) {
    world.connectFirst();
    world.model.dropBearer();
    world.bench.runFor(1s);
  };
  return {
      {"cold start", [](World&) {}, &World::connect},
      {"running modem", [](World& world) { world.model.start(true); }, &World::connect},
      {"wake", asleep, &World::connect},
      {"bearer lost", without_bearer, &World::connect},
      {"questions", connected, &World::questions},
      {"power down", connected, &World::powerDown},
      afterFailures("resync", 1),
      afterFailures("bearer cycle", 2),
      afterFailures("radio cycle", 3),
      afterFailures("reset", 4),
      afterFailures("power key", 5),
      afterFailures("supply", 6),
      afterSilence("bearer cycle while connected", 1),
      afterSilence("radio cycle while connected", 3),
      afterSilence("reset while connected", 6),
      afterSilence("power key while connected", 9),
      afterSilence("supply while connected", 12),
  };
}

class ModemFaults : public ::testing::TestWithParam<std::size_t> {};

TEST_P(ModemFaults, AtEveryStep_EndDefinedAndTheNextConnectWorks) {
  const auto operation = operations()[GetParam()];
  FaultHarness<World> harness(operation);
  const int runs = harness.injectEverywhere();
  RecordProperty("operation", operation.name);
  RecordProperty("steps", static_cast<int>(harness.steps()));
  RecordProperty("runs", runs);
}

INSTANTIATE_TEST_SUITE_P(EveryDialogue, ModemFaults, ::testing::Range<std::size_t>(0, operations().size()));

}  // namespace
}  // namespace smartkar::device
