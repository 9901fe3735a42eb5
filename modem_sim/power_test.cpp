#include "modem_sim/power.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

constexpr const char* kBootUrcs = "\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\nSMS Ready\r\n";

struct TypicalBench : ModemBench {
  TypicalBench() : ModemBench(Config{}) { modem.setVbat(true, now); }
};

TEST(PowerTest, PulseStartsWithDocumentedOrderAndTimes) {
  TypicalBench bench;
  bench.pressPowerKey(1500ms);
  ASSERT_EQ(bench.ri_changes.size(), 1U);
  EXPECT_EQ(bench.ri_changes[0], std::pair(Instant{64ms}, true));  // VDD_EXT
  bench.advance(900ms);
  bench.type("AT\r");  // 2.4 s after PWRKEY: not yet
  bench.advance(250ms);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.advance(8s);
  EXPECT_EQ(bench.takeOutput(), kBootUrcs);
}

TEST(PowerTest, PulseUnderOneSecondDoesNothing) {
  TypicalBench bench;
  bench.pressPowerKey(900ms);
  bench.advance(10s);
  EXPECT_EQ(bench.takeOutput(), "");
  EXPECT_FALSE(bench.modem.ri());
}

TEST(PowerTest, PulseOnRunningModemSwitchesOffAndRiGoesLow) {
  TypicalBench bench;
  bench.modem.powerUpNow(bench.now);
  bench.advance(30s);
  bench.takeOutput();
  bench.pressPowerKey(1300ms);
  bench.advance(100ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nNORMAL POWER DOWN\r\n");
  EXPECT_TRUE(bench.modem.ri());
  bench.advance(1800ms);
  EXPECT_FALSE(bench.modem.ri());
  EXPECT_EQ(bench.modem.state().power, "off");
}

TEST(PowerTest, CommandUnderWayGetsNoAnswerOncePowerDownIsAnnounced) {
  TypicalBench bench;
  bench.modem.powerUpNow(bench.now);
  bench.advance(30s);
  bench.takeOutput();
  // Three commands on one line, the modem going down while the second waits for the network.
  bench.type("AT+CGATT=0;+CGATT=1;+CSQ\r");
  bench.advance(100ms);
  bench.takeOutput();
  bench.modem.powerDownUnasked(bench.now);
  bench.type("AT+CGATT=1\r");
  bench.advance(1500ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nNORMAL POWER DOWN\r\n");
}

// What the data of a command brings is on its way when the modem goes down.
TEST(PowerTest, DataUnderWayGetNoAnswerOncePowerDownIsAnnounced) {
  TypicalBench bench;
  bench.modem.powerUpNow(bench.now);
  bench.advance(30s);
  bench.command("AT+CFSINIT");
  bench.type("AT+CFSWFILE=3,\"a\",0,2,1000\r");
  bench.advance(100ms);
  bench.takeOutput();
  bench.type("ab");
  bench.takeOutput();
  bench.modem.powerDownUnasked(bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "ab\r\nNORMAL POWER DOWN\r\n");
}

TEST(PowerTest, PulseOnRunningModemUpTo1200MillisecondsDoesNothing) {
  TypicalBench bench;
  bench.modem.powerUpNow(bench.now);
  bench.advance(30s);
  bench.pressPowerKey(1200ms);
  EXPECT_EQ(bench.modem.state().power, "running");
}

TEST(PowerTest, TwelveSecondsReset) {
  TypicalBench bench;
  bench.modem.powerUpNow(bench.now);
  bench.advance(30s);
  bench.takeOutput();
  bench.pressPowerKey(12500ms);
  bench.advance(10s);
  EXPECT_EQ(bench.takeOutput(), kBootUrcs);
}

TEST(PowerTest, CpowdSaysSoWithoutOkAndRebootKeepsSavedSettingsOnly) {
  ModemBench bench;
  bench.ready();
  for (const char* line : {"AT+CSCLK=1", "AT+CFGRI=1", "AT+CMEE=2", "AT+SMCONF=\"CLIENTID\",\"x\""})
    bench.command(line);
  bench.modem.setDtr(false, bench.now);
  EXPECT_EQ(bench.command("AT+CPOWD=1"), "\r\nNORMAL POWER DOWN\r\n");
  bench.advance(5s);
  EXPECT_EQ(bench.command("AT"), "");
  bench.pressPowerKey(1500ms);
  bench.advance(2s);
  EXPECT_EQ(bench.command("AT"), "AT\r\r\nOK\r\n");  // echo is back
  EXPECT_THAT(bench.command("AT+CSCLK?"), HasSubstr("+CSCLK: 1"));
  EXPECT_THAT(bench.command("AT+CFGRI?"), HasSubstr("+CFGRI: 0"));
  EXPECT_THAT(bench.command("AT+CMEE?"), HasSubstr("+CMEE: 0"));
  EXPECT_THAT(bench.command("AT+SMCONF?", 200ms), HasSubstr("CLIENTID: \"\""));
}

TEST(PowerTest, SoftwareRestartAnswersThenBoots) {
  for (const char* line : {"AT+CREBOOT", "AT+CFUN=1,1", "AT+CFUN=6"}) {
    ModemBench bench;
    bench.ready();
    EXPECT_EQ(bench.command(line, 1s), std::string("\r\nOK\r\n") + kBootUrcs) << line;
  }
}

TEST(PowerTest, RadioOffAndOnOrderOfLines) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+CFUN=0"), "\r\n+CPIN: NOT READY\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CFUN=1", 80ms), "\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nSMS Ready\r\n");
}

TEST(PowerTest, PowerCutEndsInTheMiddleOfALine) {
  ModemBench bench;
  bench.ready();
  bench.modem.emitUrc(std::string(200, 'x'), bench.now);
  bench.advance(10ms);
  bench.modem.setVbat(false, bench.now);
  bench.advance(1s);
  const std::string half = bench.takeOutput();
  EXPECT_GT(half.size(), 50U);
  EXPECT_LT(half.size(), 150U);
}

TEST(PowerTest, WedgedModemRevivesOnlyBySupply) {
  ModemBench bench;
  bench.ready();
  bench.modem.wedge(bench.now);
  bench.pressPowerKey(1500ms);
  bench.advance(5s);
  EXPECT_EQ(bench.command("AT"), "");
  bench.modem.setVbat(false, bench.now);
  bench.advance(2s);
  bench.modem.setVbat(true, bench.now);
  bench.pressPowerKey(1500ms);
  bench.advance(2s);
  EXPECT_THAT(bench.command("AT"), HasSubstr("OK"));
}

TEST(PowerTest, AutobaudGivesNoRdyAndWaitsForAt) {
  Config config = ModemBench::fastConfig();
  config.factory_baud = 0;
  ModemBench bench(config);
  bench.modem.powerUpNow(bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CPIN: READY\r\n\r\nSMS Ready\r\n");
  EXPECT_THAT(bench.command("AT"), HasSubstr("OK"));
}

TEST(PowerTest, BootUrcsCanBeSwitchedOffForGood) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CURCCFG=\"SYS\",0");
  EXPECT_EQ(bench.command("AT+CREBOOT", 1s), "\r\nOK\r\n\r\n+CPIN: READY\r\n\r\nSMS Ready\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
