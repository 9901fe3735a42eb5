#include "modem_sim/psm.hpp"

#include <gmock/gmock.h>

#include "modem_sim/gprs_timer.hpp"
#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

// The examples of the AT manual (§5.2.18) and of the Low Power Mode App Note.
TEST(GprsTimerTest, CodesOfTheManuals) {
  EXPECT_EQ(updateTime("01000111"), std::optional<Duration>(70h));
  EXPECT_EQ(updateTime("00100010"), std::optional<Duration>(2h));
  EXPECT_EQ(updateTime("10100010"), std::optional<Duration>(2min));
  EXPECT_EQ(updateTime("11100001"), std::nullopt);
  EXPECT_EQ(activeTime("00100100"), std::optional<Duration>(4min));
  EXPECT_EQ(activeTime("00001111"), std::optional<Duration>(30s));
  EXPECT_EQ(activeTime("11100000"), std::nullopt);
}

// Online with T3324 = 30 s and T3412 = 2 h.
struct PsmBench : ModemBench {
  PsmBench() {
    online();
    command("AT+CPSMSTATUS=1");
    command("AT+CPSMS=1,,,\"00100010\",\"00001111\"");
  }
  // Goes into the mode; without the pings of an MQTT client, which keep it out.
  void enter() {
    command("AT+SMDISC", 1s);
    advance(1min);
    ASSERT_EQ(modem.state().power, "psm");
    takeOutput();
  }
};

TEST(PsmTest, IsEnteredAfterTheActiveTimeAndSaysSo) {
  PsmBench bench;
  bench.command("AT+SMDISC", 1s);
  bench.advance(29s);
  EXPECT_EQ(bench.modem.state().power, "running");
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CPSMSTATUS: \"ENTER PSM\"\r\n");
  EXPECT_EQ(bench.modem.state().power, "psm");
}

TEST(PsmTest, TrafficPutsItOff) {
  PsmBench bench;
  bench.command("AT+SMCONF=\"KEEPTIME\",60");
  for (int i = 0; i < 10; ++i) {
    bench.advance(25s);
    bench.network.publish("t", "x");
  }
  EXPECT_EQ(bench.modem.state().power, "running");
}

TEST(PsmTest, InItTheWiresAreDeadAndTheBrokerIsNotTold) {
  PsmBench bench;
  bench.advance(2min);  // one ping a minute: the radio is idle for longer than T3324
  ASSERT_EQ(bench.modem.state().power, "psm");
  EXPECT_FALSE(bench.modem.ri()) << "VDD_EXT is off, so the level shifter pulls RI low";
  bench.takeOutput();
  EXPECT_EQ(bench.command("AT"), "");
  bench.modem.setDtr(false, bench.now);
  bench.modem.receiveSms("+491700000000", "WAKE", bench.now);
  bench.network.publish("t", "x");
  EXPECT_EQ(bench.command("AT", 1min), "");
  EXPECT_TRUE(bench.network.abandoned);
  EXPECT_FALSE(bench.network.closed_in_order);
}

// TinyGSM#829: attached at once, but without a context; sockets and MQTT are gone.
TEST(PsmTest, EndsByTheUpdateTimerAttachedButWithoutAContext) {
  PsmBench bench;
  bench.enter();
  bench.advance(2h - 45s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("+CPSMSTATUS: \"EXIT PSM\""));
  EXPECT_THAT(bench.command("AT+CGATT?"), HasSubstr("+CGATT: 1"));
  EXPECT_THAT(bench.command("AT+CEREG?"), HasSubstr(",1"));
  EXPECT_THAT(bench.command("AT+CNACT?"), HasSubstr("+CNACT: 0,0,"));
  EXPECT_THAT(bench.command("AT+SMSTATE?"), HasSubstr("+SMSTATE: 0"));
  EXPECT_THAT(bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1"), HasSubstr("+CAOPEN: 0,1"));
  EXPECT_THAT(bench.command("AT+CNACT=0,1", 1s), HasSubstr("+APP PDP: 0,ACTIVE"));
  bench.advance(1min);
  EXPECT_EQ(bench.modem.state().power, "psm") << "again";
}

TEST(PsmTest, EndsByPwrkey) {
  PsmBench bench;
  bench.enter();
  bench.pressPowerKey(1500ms);
  bench.advance(500ms);
  EXPECT_THAT(bench.command("AT"), HasSubstr("OK"));
}

TEST(PsmTest, EndsLikeABootIfTheModemDoesSo) {
  PsmBench bench;
  bench.modem.behaviour().psm_exit = PsmExit::Boot;
  bench.enter();
  bench.pressPowerKey(1500ms);
  bench.advance(500ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nRDY\r\n\r\n+CFUN: 1\r\n");
  EXPECT_EQ(bench.command("AT"), "AT\r\r\nOK\r\n") << "echo is back";
}

// LilyGO-T-SIM7000G#134: it wakes after seconds, or after 10 minutes, whatever was granted.
TEST(PsmTest, MayEndWhenItWants) {
  PsmBench bench;
  bench.modem.timing().psm_wake = 10s;
  bench.command("AT+SMDISC", 1s);
  bench.advance(33s);
  ASSERT_EQ(bench.modem.state().power, "psm");
  bench.advance(10s);
  EXPECT_EQ(bench.modem.state().power, "running");
}

TEST(PsmTest, IsAskedForOnlyOnTheChangeFromOffToOn) {
  PsmBench bench;
  bench.command("AT+CPSMS=1,,,\"00100011\",\"00000001\"");
  EXPECT_EQ(bench.command("AT+CPSMRDP"), "\r\n+CPSMRDP: 1,2,10800,30,7200,3240\r\n\r\nOK\r\n");
  bench.command("AT+CPSMS=0");
  bench.command("AT+CPSMS=1");
  EXPECT_EQ(bench.command("AT+CPSMRDP"), "\r\n+CPSMRDP: 1,2,10800,2,10800,3240\r\n\r\nOK\r\n");
}

TEST(PsmTest, IsNotEnteredForLessThanTheThresholdNorIfRefused) {
  PsmBench brief;
  brief.command("AT+SMDISC", 1s);
  brief.command("AT+CPSMCFG=7200");
  brief.command("AT+CPSMS=0");
  brief.command("AT+CPSMS=1");
  brief.advance(1h);
  EXPECT_EQ(brief.modem.state().power, "running");
  ModemBench refused;
  refused.modem.behaviour().psm_granted = false;
  refused.ready();
  refused.command("AT+CPSMS=1,,,\"00100010\",\"00001111\"");
  refused.advance(1h);
  EXPECT_EQ(refused.modem.state().power, "running");
  EXPECT_THAT(refused.command("AT+CPSMRDP"), HasSubstr("+CPSMRDP: 1,30,7200,0,0,"));
}

TEST(PsmTest, CostsMicroamperes) {
  PsmBench bench;
  bench.enter();
  const double before = bench.modem.charge(bench.now).mahOf(Load::Psm);
  bench.advance(1h);
  EXPECT_NEAR(bench.modem.charge(bench.now).mahOf(Load::Psm) - before, 0.0035, 1e-9);
}

}  // namespace
}  // namespace smartkar::modem_sim
