// The satellite receiver: AT Manual V1.05 chapter 8.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

constexpr GnssPosition kOslo{59.9139, 10.7522};
constexpr const char* kNoFix =
    "\r\n+CGNSINF: 1,,,0.000000,0.000000,-18.000,,,1,,0.1,0.1,0.1,,,,9999000.0,6144.0\r\n\r\nOK\r\n";

// Under the sky of Oslo, radio off, at known times to the first fix.
struct GnssBench : ModemBench {
  static Config config() {
    Config config = fastConfig();
    config.network_time = unixTime(1'770'817'056);  // 2026-02-11 13:37:36 UTC
    config.timing.gnss_cold = 40s;
    config.timing.gnss_warm = 20s;
    config.timing.gnss_hot = 2s;
    return config;
  }
  GnssBench() : ModemBench(config()) {
    ready();
    command("AT+CFUN=0");
    modem.setPosition(kOslo, now);
  }
  bool fixedAfter(Duration duration) {
    advance(duration);
    return command("AT+CGNSINF").find(": 1,1,") != std::string::npos;
  }
};

TEST(GnssTest, FirstFixTakesAsLongAsWhatIsKnownAllows) {
  GnssBench bench;
  EXPECT_EQ(bench.command("AT+CGNSINF"), "\r\n+CGNSINF: 0,,,,,,,,,,,,,,,,,,,,\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CGNSPWR=1"), "\r\nOK\r\n");
  EXPECT_FALSE(bench.fixedAfter(39s));
  EXPECT_TRUE(bench.fixedAfter(1s));
  bench.command("AT+CGNSPWR=0");
  bench.command("AT+CGNSPWR=1");
  EXPECT_TRUE(bench.fixedAfter(2s));
  bench.command("AT+CGNSPWR=0");
  bench.advance(std::chrono::hours(3));
  bench.command("AT+CGNSPWR=1");
  EXPECT_FALSE(bench.fixedAfter(19s));
  EXPECT_TRUE(bench.fixedAfter(1s));
  bench.command("AT+CGNSCOLD");
  EXPECT_FALSE(bench.fixedAfter(39s));
  EXPECT_TRUE(bench.fixedAfter(1s));
}

TEST(GnssTest, FixHasTimeAndPlaceInEighteenFields) {
  GnssBench bench;
  bench.command("AT+CGNSHOT");
  bench.advance(2s);
  EXPECT_EQ(bench.command("AT+CGNSINF"),
            "\r\n+CGNSINF: 1,1,20260211133739.000,59.913900,10.752200,18.990,0.00,0.0,1,,0.9,1.2,0.8,,8,,8.4,9.0\r\n"
            "\r\nOK\r\n");
}

TEST(GnssTest, NoSkyNoFix) {
  GnssBench bench;
  bench.command("AT+CGNSHOT");
  bench.advance(3s);
  bench.modem.setPosition(std::nullopt, bench.now);
  EXPECT_EQ(bench.command("AT+CGNSINF"), kNoFix);
  bench.modem.setPosition(kOslo, bench.now);
  EXPECT_TRUE(bench.fixedAfter(3s));
}

TEST(GnssTest, ReceiverWhileOnlineMakesTheRadioDeafUntilItIsOff) {
  ModemBench bench;
  bench.online();
  EXPECT_THAT(bench.command("AT+CGNSPWR=1"), HasSubstr("\r\n+APP PDP: 0,DEACTIVE\r\n"));
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 0\r\n\r\nOK\r\n");
  bench.advance(60s);
  EXPECT_THAT(bench.command("AT+CEREG?"), HasSubstr("+CEREG: 0,0"));
  bench.command("AT+CGNSPWR=0", 1s);
  EXPECT_THAT(bench.command("AT+CEREG?"), HasSubstr("+CEREG: 0,1"));
}

TEST(GnssTest, ConflictMayBeACrashOrNothing) {
  ModemBench bench;
  bench.online();
  bench.modem.behaviour().gnss_conflict = GnssConflict::None;
  EXPECT_EQ(bench.command("AT+CGNSPWR=1", 1s), "\r\nOK\r\n");
  bench.command("AT+CGNSPWR=0");
  bench.modem.behaviour().gnss_conflict = GnssConflict::Crash;
  EXPECT_THAT(bench.command("AT+CGNSPWR=1", 1s), HasSubstr("\r\nRDY\r\n"));
}

TEST(GnssTest, ReceiverDrawsItsCurrentAndKeepsTheModemAwake) {
  GnssBench bench;
  bench.modem.setDtr(false, bench.now);
  bench.command("AT+CSCLK=1");
  bench.command("AT+CGNSPWR=1");
  bench.modem.setDtr(true, bench.now);
  bench.advance(60s);
  EXPECT_FALSE(bench.modem.state().asleep);
  EXPECT_GE(bench.modem.charge(bench.now).timeOf(Load::Gnss), 60s);
}

TEST(GnssTest, SgnscmdReportsOnceAndSwitchesOff) {
  GnssBench bench;
  EXPECT_EQ(bench.command("AT+SGNSCMD=1,0"), "\r\nOK\r\n");
  bench.advance(31s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SGNSERR: 10\r\n");
  EXPECT_EQ(bench.command("AT+CGNSPWR?"), "\r\n+CGNSPWR: 0\r\n\r\nOK\r\n");
  bench.command("AT+SGNSCFG=\"TIMEOUT\",60000");
  bench.command("AT+SGNSCMD=1,0");
  bench.advance(41s);
  EXPECT_THAT(bench.takeOutput(), testing::StartsWith("\r\n+SGNSCMD: 1,13:38:"));
  bench.command("AT+SGNSCFG=\"EXTRAINFO\",1");
  bench.command("AT+SGNSCMD=1,0");
  bench.advance(3s);
  EXPECT_THAT(bench.takeOutput(),
              testing::MatchesRegex("\r\n.SGNSCMD: 1,2026-02-11,13:38:..,8,59.91390,10.75220,8.41,28.45,18.99,"
                                    "0.0,0.0,0x[0-9a-f]*,311\r\n"));
}

TEST(GnssTest, SgnscmdReportsAgainWhenThePlaceHasMovedFarEnough) {
  GnssBench bench;
  bench.command("AT+SGNSCMD=2,1000,100,0");
  bench.advance(50s);
  EXPECT_THAT(bench.takeOutput(), testing::StartsWith("\r\n+SGNSCMD: 2,"));
  bench.modem.setPosition(GnssPosition{59.9143, 10.7522}, bench.now);  // 44 m north
  bench.advance(3s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.modem.setPosition(GnssPosition{59.9150, 10.7522}, bench.now);  // 122 m
  bench.advance(3s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr(",59.91500,"));
  bench.command("AT+SGNSCMD=0");
  bench.modem.setPosition(kOslo, bench.now);
  bench.advance(10s);
  EXPECT_EQ(bench.takeOutput(), "");
}

TEST(GnssTest, OnlyOneConstellationBesideGpsAndItIsKept) {
  GnssBench bench;
  EXPECT_EQ(bench.command("AT+CGNSMOD=1,1,1,0,0"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+CGNSMOD=1,0,0,1,0"), "\r\nOK\r\n");
  bench.modem.setVbat(false, bench.now);
  bench.ready();
  EXPECT_EQ(bench.command("AT+CGNSMOD?"), "\r\n+CGNSMOD: 1,0,0,1,0\r\n\r\nOK\r\n");
}

TEST(GnssTest, RefusesWhatTheManualDoesNotAllow) {
  GnssBench bench;
  for (const char* line : {"AT+CGNSPWR=2", "AT+CGNSMOD=0,1,0,0,0", "AT+CGNSMOD=1,1", "AT+SGNSCMD=3", "AT+SGNSCMD=1,3",
                           "AT+SGNSCMD=2,999,0,0", "AT+SGNSCFG=\"TIMEOUT\",9999", "AT+SGNSCFG=\"NOTHING\",1",
                           "AT+SGNSCFG=\"NMEAOUTPORT\",2,4800", "AT+CGNSXTRA"}) {
    EXPECT_EQ(bench.command(line), "\r\nERROR\r\n") << line;
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
