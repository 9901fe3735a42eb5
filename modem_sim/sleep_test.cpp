#include "modem_sim/sleep.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

// CSCLK=1, CFGRI=1, connected and asleep.
struct SleepingBench : ModemBench {
  SleepingBench() {
    modem.setDtr(false, now);
    ready();
    command("AT+CSCLK=1");
    command("AT+CFGRI=1");
    modem.setDtr(true, now);
    advance(1s);
    takeOutput();
    ri_changes.clear();
  }
};

TEST(SleepTest, UartIsDeafWhileAsleepAndForTheFirst60MillisecondsAfterDtr) {
  SleepingBench bench;
  ASSERT_TRUE(bench.modem.state().asleep);
  EXPECT_EQ(bench.command("AT"), "");
  bench.modem.setDtr(false, bench.now);
  EXPECT_EQ(bench.command("AT", 59ms), "");
  bench.advance(2ms);
  EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
}

TEST(SleepTest, DtrThatBouncesWhileTheModemWakesDoesNotLeaveItDeaf) {
  SleepingBench bench;
  bench.modem.setDtr(false, bench.now);
  bench.modem.setDtr(true, bench.now);
  bench.modem.setDtr(false, bench.now);
  bench.advance(61ms);
  EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
}

TEST(SleepTest, DtrHasNoEffectWithoutSlowClock) {
  ModemBench bench;
  bench.ready();
  bench.modem.setDtr(true, bench.now);
  bench.advance(60s);
  EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
}

TEST(SleepTest, UrcRingsFor120MillisecondsThenPrintsAtOnce) {
  SleepingBench bench;
  const Instant at = bench.now;
  bench.modem.emitUrc("+SMSUB: \"t\",\"x\"", bench.now);
  bench.advance(200ms);
  ASSERT_EQ(bench.ri_changes.size(), 2U);
  EXPECT_EQ(bench.ri_changes[0].second, false);
  EXPECT_EQ(bench.ri_changes[1], std::pair(at + 120ms, true));
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSUB: \"t\",\"x\"\r\n");
}

TEST(SleepTest, TextIsLostWhenTheHostSleeps) {
  SleepingBench bench;
  bench.modem.setHostAwake(false, bench.now);
  bench.modem.emitUrc("+SMSUB: \"t\",\"x\"", bench.now);
  bench.advance(50ms);
  bench.modem.setHostAwake(true, bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "");
  EXPECT_EQ(bench.lost, "\r\n+SMSUB: \"t\",\"x\"\r\n");
}

TEST(SleepTest, BufferedTextComesAfterDtrLow) {
  SleepingBench bench;
  bench.modem.behaviour().urc_when_dtr_high = UrcWhenDtrHigh::Buffered;
  bench.modem.emitUrc("X", bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.ri_changes.size(), 2U);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.modem.setDtr(false, bench.now);
  bench.advance(100ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nX\r\n");
}

TEST(SleepTest, LostTextStillRings) {
  SleepingBench bench;
  bench.modem.behaviour().urc_when_dtr_high = UrcWhenDtrHigh::Lost;
  bench.modem.emitUrc("X", bench.now);
  bench.modem.setDtr(false, bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.ri_changes.size(), 2U);
  EXPECT_EQ(bench.takeOutput(), "");
}

TEST(RiTest, PulsesCloserThanTheirWidthMerge) {
  SleepingBench bench;
  const Instant at = bench.now;
  bench.modem.emitUrc("1", bench.now);
  bench.advance(50ms);
  bench.modem.emitUrc("2", bench.now);
  bench.advance(1s);
  ASSERT_EQ(bench.ri_changes.size(), 2U);
  EXPECT_EQ(bench.ri_changes[1].first, at + 170ms);
}

TEST(RiTest, UrcRingsOnlyWithCfgri1ButSmsAlways) {
  for (const auto& [cfgri, urc_rings] : {std::pair("AT+CFGRI=0", false), {"AT+CFGRI=1", true}, {"AT+CFGRI=2", false}}) {
    ModemBench bench;
    bench.ready();
    bench.command(cfgri);
    bench.ri_changes.clear();
    bench.modem.emitUrc("X", bench.now);
    bench.advance(1s);
    EXPECT_EQ(!bench.ri_changes.empty(), urc_rings) << cfgri;
    bench.ri_changes.clear();
    bench.modem.receiveSms("+491700000000", "WAKE", bench.now);
    bench.advance(1s);
    EXPECT_EQ(bench.ri_changes.size(), 2U) << cfgri;
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
