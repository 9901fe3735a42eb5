#include "device/modem/modem_manager.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "device/at/testing/at_bench.hpp"
#include "device/at/testing/fake_pins.hpp"

namespace smartkar::device {
namespace {

using ::testing::Contains;

constexpr const char* kActive = "+CNACT: 0,1,\"10.0.0.1\"|+CNACT: 1,0,\"0.0.0.0\"|OK";
constexpr const char* kInactive = "+CNACT: 0,0,\"0.0.0.0\"|+CNACT: 1,0,\"0.0.0.0\"|OK";

class ModemManagerTest : public ::testing::Test {
 protected:
  ModemManagerTest() {
    auto& modem = bench.modem;
    modem.on("AT+CPIN?", "+CPIN: READY|OK");
    modem.on("AT+CEREG?", "+CEREG: 0,1|OK");
    modem.on("AT+CNACT=0,1", "OK|+APP PDP: 0,ACTIVE");
    bearer(false);
    configured(false);
    pins.on_pulse = [this] { powerToggled(); };
    pins.on_rail = [this](bool on) {
      if (!on) bench.modem.silent = true;
    };
  }
  // Switches as the real one does and speaks its boot lines.
  void powerToggled() {
    bench.modem.silent = !bench.modem.silent && !wedged;
    if (wedged) bench.modem.silent = true;
    if (bench.modem.silent) return;
    configured(false);
    bearer(false);
    bench.modem.say(wire("RDY|+CFUN: 1|+CPIN: READY"), 200ms);
    bench.modem.say(wire("SMS Ready"), 6s);
  }
  void simSays(const std::string& lines) { replace("AT+CPIN?", lines); }
  void replace(const std::string& command, const std::string& lines) {
    bench.modem.forget(command);
    bench.modem.on(command, lines);
  }
  void bearer(bool active) {
    bench.modem.forget("AT+CNACT?");
    bench.modem.on("AT+CNACT?", active ? kActive : kInactive);
  }
  void configured(bool done) {
    bench.modem.forget("AT+CMEE?");
    bench.modem.on("AT+CMEE?", done ? "+CMEE: 1|OK" : "+CMEE: 0|OK");
  }
  ModemManager::Done connect() { return bench.run(manager.connect()); }
  std::optional<ModemError> connectError() {
    const auto done = connect();
    return done.ok() ? std::nullopt : std::optional(done.error());
  }
  const std::vector<std::string>& sent() const { return bench.modem.commands; }

  AtBench bench;
  FakePins pins;
  bool wedged = false;
  FixedArena<kModemArenaBytes> arena;
  ModemManager manager{bench.at, pins, bench.scheduler, arena, bench.log, {.apn = "iot.apn"}};
};

TEST_F(ModemManagerTest, ColdStart_PulsesConfiguresRegistersAndActivates) {
  bench.modem.silent = true;
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(manager.state(), ModemState::Connected);
  EXPECT_EQ(pins.pulses, 1);
  EXPECT_FALSE(pins.dtr);
  for (const char* command :
       {"ATE0", "AT+CMEE=1", "AT+CFGRI=1", "AT+CSCLK=1", "AT+CEREG=0", "AT+CNMI=2,1", "AT+SMRCVSLPTM=1,500",
        "AT+CEDRXS=1,4,\"0010\"", "AT+CNCFG=0,1,\"iot.apn\"", "AT+CNACT=0,1"}) {
    EXPECT_THAT(sent(), Contains(command));
  }
  bench.runFor(30s);
  EXPECT_TRUE(manager.connected()) << "SMS Ready of this start is no restart";
  RecordProperty("arena_high_water", static_cast<int>(arena.highWater()));
}

TEST_F(ModemManagerTest, RunningModem_IsNotPulsed) {
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(pins.pulses, 0);
}

TEST_F(ModemManagerTest, HotStartWithBearer_TakesAFewShortCommands) {
  configured(true);
  bearer(true);
  const Instant begun = bench.now;
  EXPECT_TRUE(connect().ok());
  EXPECT_THAT(sent(), ::testing::ElementsAre("AT", "AT+CMEE?", "AT+CNACT?"));
  EXPECT_LE(bench.now - begun, 500ms);
}

TEST_F(ModemManagerTest, RateNotFixed_IsFixed) {
  bench.modem.on("AT+IPR?", "+IPR: 0|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_THAT(sent(), Contains("AT+IPR=115200"));
}

TEST_F(ModemManagerTest, OptionalSettingRefused_DoesNotStopTheStart) {
  bench.modem.on("AT+SMRCVSLPTM=1,500", "ERROR");
  bench.modem.on("AT+CEDRXS=1,4,\"0010\"", "ERROR");
  bench.modem.on("AT+CEDRXS=1,4,\"0010\"", "OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CEDRXS=1,4,\"0010\""), 2u);
}

TEST_F(ModemManagerTest, RestartWhileConfiguring_ConfiguresAgainEvenWithoutRdy) {
  bench.modem.on("AT+CMEE=1", "AT+CMEE=1|OK");  // echo is on again
  bench.modem.on("AT+CMEE=1", "OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CFGRI=1"), 2u);
}

// Its restart fell between the last two commands of a configuration that was cut short.
TEST_F(ModemManagerTest, ModemThatEchoes_IsConfiguredWhateverItSaysOfItself) {
  replace("AT+CMEE?", "AT+CMEE?|+CMEE: 1|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CFGRI=1"), 1u);
}

// RDY tells that the rate is fixed and that there is no bearer.
TEST_F(ModemManagerTest, StartThatAnnouncesItself_IsAskedNothingThatIsKnown) {
  bench.modem.silent = true;
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+IPR?"), 0u);
  EXPECT_EQ(bench.modem.count("AT+CNACT?"), 0u);
}

TEST_F(ModemManagerTest, Defect49NoSim_IsToldAndTriedAgainByTheNextCall) {
  bench.modem.forget("AT+CPIN?");
  bench.modem.on("AT+CPIN?", "+CME ERROR: 10");
  EXPECT_EQ(connectError(), ModemError::NoSim);
  EXPECT_EQ(manager.state(), ModemState::NoSim);
  bench.modem.forget("AT+CPIN?");
  bench.modem.on("AT+CPIN?", "+CPIN: READY|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_THAT(sent(), Contains("AT+CFUN=0"));
}

TEST_F(ModemManagerTest, SimBusyAtFirst_IsWaitedFor) {
  bench.modem.forget("AT+CPIN?");
  bench.modem.on("AT+CPIN?", "+CME ERROR: 14");
  bench.modem.on("AT+CPIN?", "+CPIN: NOT READY|OK");
  bench.modem.on("AT+CPIN?", "+CPIN: READY|OK");
  EXPECT_TRUE(connect().ok());
}

TEST_F(ModemManagerTest, LockedSim_FailsAtOnce) {
  bench.modem.forget("AT+CPIN?");
  bench.modem.on("AT+CPIN?", "+CPIN: SIM PUK|OK");
  const Instant begun = bench.now;
  EXPECT_EQ(connectError(), ModemError::SimLocked);
  EXPECT_EQ(manager.state(), ModemState::NoSim);
  EXPECT_LE(bench.now - begun, 3s);
}

TEST_F(ModemManagerTest, LockedSim_IsLookedAtButNeitherResetNorCycled) {
  simSays("+CME ERROR: 12");
  for (int i = 0; i < 12; ++i) EXPECT_EQ(connectError(), ModemError::SimLocked);
  for (const char* command : {"AT+CFUN=0", "AT+CFUN=1,1", "AT+CPOWD=1"}) EXPECT_EQ(bench.modem.count(command), 0u);
  const Instant begun = bench.now;
  connectError();
  EXPECT_GE(bench.now - begun, 90s);
  simSays("+CPIN: READY|OK");
  EXPECT_TRUE(connect().ok());
}

TEST_F(ModemManagerTest, Defect49MissingSim_IsLookedForByStartingTheModem) {
  simSays("+CPIN: NOT INSERTED|OK");
  bench.modem.on("AT+CPOWD=1", "NORMAL POWER DOWN");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(connectError(), ModemError::NoSim);
  EXPECT_EQ(pins.rail_cuts, 0);
  EXPECT_GE(manager.ladder().count(RecoveryStep::PowerKey), 1u);
}

TEST_F(ModemManagerTest, SimThatFails_IsToldApartAndGetsEveryStep) {
  simSays("+CME ERROR: 13");
  for (int i = 0; i < 6; ++i) EXPECT_EQ(connectError(), ModemError::SimFailed);
  EXPECT_EQ(manager.ladder().count(RecoveryStep::Rail), 1u);
}

TEST_F(ModemManagerTest, Defect48Searching_PollsOncePerSecond) {
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,2|OK");
  Task<ModemManager::Done> task = manager.connect();
  task.start();
  bench.runFor(20s);
  EXPECT_EQ(manager.state(), ModemState::Searching);
  EXPECT_LE(bench.modem.count("AT+CEREG?"), 21u);
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,5|OK");
  bench.finish(task);
  EXPECT_TRUE(task.result().ok());
}

TEST_F(ModemManagerTest, NeverRegistered_EndsAtTheDeadlineAndCyclesTheRadio) {
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,2|OK");
  const Instant begun = bench.now;
  EXPECT_EQ(connectError(), ModemError::NotRegistered);
  EXPECT_LE(bench.now - begun, 190s);
  EXPECT_EQ(connectError(), ModemError::NotRegistered);
  EXPECT_TRUE(bench.modem.sentBefore("AT+CFUN=0", "AT+CFUN=1"));
  EXPECT_EQ(manager.ladder().count(RecoveryStep::RadioCycle), 1u);
}

TEST_F(ModemManagerTest, SearchThatGaveUp_EndsBeforeTheDeadline) {
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,0|OK");
  const Instant begun = bench.now;
  EXPECT_EQ(connectError(), ModemError::NotRegistered);
  EXPECT_LE(bench.now - begun, 70s);
}

TEST_F(ModemManagerTest, DeniedForHalfAMinute_IsDenied) {
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,3|OK");
  EXPECT_EQ(connectError(), ModemError::Denied);
  EXPECT_EQ(manager.state(), ModemState::Denied);
}

TEST_F(ModemManagerTest, Denied_IsAskedAgainByANewAttachOnlyAndSeldom) {
  replace("AT+CEREG?", "+CEREG: 0,3|OK");
  for (int i = 0; i < 12; ++i) EXPECT_EQ(connectError(), ModemError::Denied);
  EXPECT_EQ(manager.ladder().count(RecoveryStep::RadioCycle), 11u);
  EXPECT_EQ(bench.modem.count("AT+CFUN=1,1") + static_cast<std::size_t>(pins.rail_cuts + pins.pulses), 0u);
  const Instant begun = bench.now;
  replace("AT+CEREG?", "+CEREG: 0,1|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_LE(bench.now - begun, 140s);
}

TEST_F(ModemManagerTest, NoCoverageForADay_NeverCutsTheSupplyAndIsFoundWithinAMinute) {
  replace("AT+CEREG?", "+CEREG: 0,2|OK");
  bench.modem.on("AT+CPOWD=1", "NORMAL POWER DOWN");
  const Instant begun = bench.now;
  while (bench.now - begun < 24h) EXPECT_EQ(connectError(), ModemError::NotRegistered);
  EXPECT_EQ(pins.rail_cuts, 0);
  EXPECT_LE(manager.ladder().count(RecoveryStep::Reset) + manager.ladder().count(RecoveryStep::PowerKey), 4u * 25);
  const Instant covered = bench.now;
  replace("AT+CEREG?", "+CEREG: 0,5|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_LE(bench.now - covered, 60s);
}

TEST_F(ModemManagerTest, Registration_TellsHomeFromRoaming) {
  EXPECT_EQ(manager.registration(), std::nullopt);
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(manager.registration(), sim7080::Registration::Home);
  replace("AT+CEREG?", "+CEREG: 0,5|OK");
  bench.modem.say(wire("+APP PDP: 0,DEACTIVE"));
  bench.runFor(1s);
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(manager.registration(), sim7080::Registration::Roaming);
}

TEST_F(ModemManagerTest, Defect59Edrx_IsWhatTheNetworkGrantedNotWhatWasAskedFor) {
  bench.modem.on("AT+CEDRXRDP", "+CEDRXRDP: 4,\"0010\",\"0011\",\"0101\"|OK");
  bench.modem.on("AT+CSCLK?", "+CSCLK: 1|OK");
  EXPECT_EQ(manager.edrxGranted(), std::nullopt);
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(manager.edrxGranted(), sim7080::EdrxCycle("0011"));
  EXPECT_EQ(manager.slowClock(), true);
}

TEST_F(ModemManagerTest, SlowClockThatTheModemKept_IsNotWrittenAgain) {
  bench.modem.on("AT+CSCLK?", "+CSCLK: 1|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CSCLK=1"), 0u);
}

TEST_F(ModemManagerTest, EdrxThatTheModemCannotTell_IsNoObstacle) {
  bench.modem.on("AT+CEDRXRDP", "ERROR");
  bench.modem.on("AT+CSCLK?", "+CSCLK: 0|OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(manager.edrxGranted(), std::nullopt);
  EXPECT_EQ(manager.slowClock(), false);
}

TEST_F(ModemManagerTest, SettingRefusedRightAfterAStart_IsRepeated) {
  bench.modem.on("AT+CEREG=0", "ERROR");
  bench.modem.on("AT+CEREG=0", "OK");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CEREG=0"), 2u) << "its URC would ring RI";
}

TEST_F(ModemManagerTest, Defect47BearerUrcMissed_IsFoundByAsking) {
  bench.modem.forget("AT+CNACT=0,1");
  bench.modem.on("AT+CNACT=0,1", "OK");
  bench.modem.forget("AT+CNACT?");
  bench.modem.on("AT+CNACT?", kInactive);
  bench.modem.on("AT+CNACT?", kActive);
  EXPECT_TRUE(connect().ok());
}

TEST_F(ModemManagerTest, Defect47BearerNeverComes_EndsAtTheDeadline) {
  bench.modem.forget("AT+CNACT=0,1");
  bench.modem.on("AT+CNACT=0,1", "OK");
  const Instant begun = bench.now;
  EXPECT_EQ(connectError(), ModemError::NoBearer);
  EXPECT_LE(bench.now - begun, 130s);
}

TEST_F(ModemManagerTest, BearerRefusedRightAfterRegistration_IsAskedForAgain) {
  bench.modem.forget("AT+CNACT=0,1");
  bench.modem.on("AT+CNACT=0,1", "+CME ERROR: 3");
  bench.modem.on("AT+CNACT=0,1", "OK|+APP PDP: 0,ACTIVE");
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CNACT=0,1"), 2u);
}

TEST_F(ModemManagerTest, Defect46BearerDropped_IsNoticedAndActivatedAgain) {
  ASSERT_TRUE(connect().ok());
  bench.modem.say(wire("+APP PDP: 0,DEACTIVE"));
  bench.runFor(1s);
  EXPECT_EQ(manager.state(), ModemState::Registered);
  EXPECT_FALSE(manager.connected());
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CNACT=0,1"), 2u);
  EXPECT_EQ(bench.modem.count("AT+CFGRI=1"), 1u);
}

TEST_F(ModemManagerTest, Defect63RestartWhileConnected_ConfiguresAgain) {
  ASSERT_TRUE(connect().ok());
  bench.runFor(60s);
  configured(false);
  bench.modem.say(wire("RDY|+CFUN: 1|+CPIN: READY"));
  bench.modem.say(wire("SMS Ready"), 4s);
  bench.runFor(1s);
  EXPECT_FALSE(manager.connected());
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CFGRI=1"), 2u);
  EXPECT_TRUE(manager.connected());
}

TEST_F(ModemManagerTest, Defect63RestartWithoutAWord_IsFoundAfterTheLinkFailed) {
  ASSERT_TRUE(connect().ok());
  configured(false);
  bearer(false);
  EXPECT_TRUE(manager.connected());
  manager.onLinkFailure(LinkTrouble::Refused);
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(bench.modem.count("AT+CFGRI=1"), 2u);
  EXPECT_EQ(bench.modem.count("AT+CNACT=0,1"), 2u);
}

TEST_F(ModemManagerTest, Defect63RestartInsideTheSearch_ConfiguresAgainInTheSameCall) {
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,2|OK");
  Task<ModemManager::Done> task = manager.connect();
  task.start();
  bench.runFor(50s);
  bench.modem.forget("AT+CEREG?");
  bench.modem.on("AT+CEREG?", "+CEREG: 0,1|OK");
  bench.modem.say(wire("RDY"));
  bench.finish(task);
  EXPECT_TRUE(task.result().ok());
  EXPECT_EQ(bench.modem.count("AT+CFGRI=1"), 2u);
}

TEST_F(ModemManagerTest, PulseThatSwitchedOffADeafModem_IsRepeated) {
  bench.modem.silent = true;
  int pulses = 0;
  pins.on_pulse = [&] { bench.modem.silent = ++pulses < 2; };
  EXPECT_TRUE(connect().ok());
  EXPECT_EQ(pulses, 2);
}

TEST_F(ModemManagerTest, WedgedModem_ReachesTheRailAndEveryCallEnds) {
  wedged = true;
  bench.modem.silent = true;
  int calls = 0;
  while (pins.rail_cuts == 0 && calls < 10) {
    const Instant begun = bench.now;
    EXPECT_EQ(connectError(), ModemError::NoAnswer);
    EXPECT_LE(bench.now - begun, 120s);
    ++calls;
  }
  EXPECT_EQ(pins.rail_cuts, 1);
  EXPECT_TRUE(pins.rail);
  wedged = false;
  while (calls++ < 20 && connectError()) continue;
  EXPECT_TRUE(manager.connected());
}

TEST_F(ModemManagerTest, Defect36FailingCalls_AreSpacedByTheBackOff) {
  bench.modem.forget("AT+CPIN?");
  bench.modem.on("AT+CPIN?", "+CPIN: SIM PIN|OK");
  connectError();
  connectError();
  const Instant failed_at = bench.now;
  Task<ModemManager::Done> task = manager.connect();
  task.start();
  const std::size_t before = sent().size();
  bench.runUntil(failed_at + 1s);
  EXPECT_EQ(sent().size(), before);
}

TEST_F(ModemManagerTest, CancelledWhilePulsing_ReleasesThePowerKey) {
  bench.modem.silent = true;
  Task<ModemManager::Done> task = manager.connect();
  task.start();
  bench.runFor(3s);
  ASSERT_TRUE(pins.power_key);
  task.cancel();
  EXPECT_FALSE(pins.power_key);
}

TEST_F(ModemManagerTest, CancelledPowerDown_IsNotTakenForAConnection) {
  ASSERT_TRUE(connect().ok());
  bench.modem.on("AT+CPOWD=1", "NORMAL POWER DOWN");
  Task<void> task = manager.powerDown();
  task.start();
  bench.runFor(60ms);
  task.cancel();
  EXPECT_FALSE(manager.connected());
}

TEST_F(ModemManagerTest, PrepareForSleep_WaitsForSilenceAndRaisesDtr) {
  ASSERT_TRUE(connect().ok());
  for (int i = 1; i <= 5; ++i) bench.modem.say(wire("+CSQN: 1"), i * 100ms);
  const Instant begun = bench.now;
  EXPECT_TRUE(bench.run(manager.prepareForSleep()).ok());
  EXPECT_TRUE(pins.dtr);
  EXPECT_GE(bench.now - begun, 700ms);
  configured(true);
  bearer(true);
  EXPECT_TRUE(connect().ok());
  EXPECT_FALSE(pins.dtr);
}

TEST_F(ModemManagerTest, PrepareForSleepWhileTheModemNeverStopsTalking_FailsAndKeepsItAwake) {
  ASSERT_TRUE(connect().ok());
  for (int i = 1; i <= 100; ++i) bench.modem.say("+CSQN: 1", i * 50ms);
  EXPECT_FALSE(bench.run(manager.prepareForSleep()).ok());
  EXPECT_FALSE(pins.dtr);
}

TEST_F(ModemManagerTest, PowerDown_IsGracefulBeforeTheSupplyIsCut) {
  ASSERT_TRUE(connect().ok());
  bench.modem.on("AT+CPOWD=1", "NORMAL POWER DOWN");
  Task<void> task = manager.powerDown();
  task.start();
  bench.finish(task);
  EXPECT_THAT(sent().back(), "AT+CPOWD=1");
  EXPECT_FALSE(pins.rail);
  EXPECT_EQ(manager.state(), ModemState::Off);
}

TEST_F(ModemManagerTest, Questions_AreAnsweredOrFail) {
  bench.modem.on("AT+CSQ", "+CSQ: 20,99|OK");
  bench.modem.on("AT+CSQ", "+CSQ: 99,99|OK");
  bench.modem.on("AT+CCID", "8949000000000000001F|OK");
  bench.modem.on("AT+CCID", "OK");
  EXPECT_EQ(*bench.run(manager.signal()), -74);
  EXPECT_FALSE(bench.run(manager.signal()).ok());
  EXPECT_EQ(*bench.run(manager.ccid()), sim7080::Ccid("8949000000000000001"));
  EXPECT_FALSE(bench.run(manager.ccid()).ok());
  bench.modem.on("AT+COPS?", "+COPS: 0,0,\"Tele\",7|OK");
  bench.modem.on("AT+COPS?", "+COPS: 0|OK");
  EXPECT_EQ(bench.run(manager.networkOperator())->name, "Tele");
  EXPECT_FALSE(bench.run(manager.networkOperator()).ok());
}

TEST(ModemState, EveryStateHasItsOwnName) {
  EXPECT_EQ(modemStateName(ModemState::NoSim), "no_sim");
  EXPECT_EQ(modemStateName(ModemState::Error), "error");
  EXPECT_EQ(modemErrorName(ModemError::NoBearer), "no_bearer");
  EXPECT_EQ(modemErrorName(ModemError::SimLocked), "sim_locked");
  EXPECT_EQ(modemErrorName(ModemError::SimFailed), "sim_failed");
}

}  // namespace
}  // namespace smartkar::device
