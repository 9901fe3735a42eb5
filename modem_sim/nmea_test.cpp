// The receiver's second port: AT Manual V1.05 §8.2.9, NMEA 0183.
#include "modem_sim/nmea.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

constexpr GnssPosition kOslo{59.9139, 10.7522};

TEST(NmeaTest, NothingIsSaidOfAPlaceBeforeTheFirstFix) {
  // Sentences and check sums as receivers print them.
  EXPECT_EQ(nmeaSentences(0xFF, std::nullopt, {}, true),
            "$GPGSV,1,1,00*79\r\n$GLGSV,1,1,00*65\r\n$GAGSV,1,1,00*68\r\n$BDGSV,1,1,00*68\r\n"
            "$GPGSA,A,1,,,,,,,,,,,,,,,*1E\r\n$GPVTG,,T,,M,,N,,K,N*2C\r\n$GPRMC,,V,,,,,,,,,,N*53\r\n"
            "$GPGGA,,,,,,0,,,,,,,,*66\r\n");
}

TEST(NmeaTest, FixIsGivenInDegreesAndMinutes) {
  const UnixTime time = unixTime(1'770'817'057);  // 2026-02-11 13:37:37 UTC
  EXPECT_THAT(nmeaSentences(0x40, kOslo, time, true),
              testing::StartsWith("$GNRMC,133737.00,A,5954.834000,N,01045.132000,E,0.0,0.0,110226,,,A*"));
  EXPECT_THAT(nmeaSentences(0x80, GnssPosition{-33.5, -70.25}, time, false),
              testing::StartsWith("$GPGGA,133737.00,3330.000000,S,07015.000000,W,1,08,0.9,19.0,M,,M,,*"));
}

TEST(NmeaTest, EachBitIsASentenceOfItsOwn) {
  EXPECT_EQ(nmeaSentences(0, kOslo, {}, true), "");
  for (const auto& [bit, head] :
       {std::pair(0, "$GPGSV"), {4, "$GPGSA,A,3,02"}, {5, "$GNVTG"}, {6, "$GNRMC"}, {7, "$GNGGA"}}) {
    EXPECT_THAT(nmeaSentences(1 << bit, kOslo, {}, true), testing::StartsWith(head));
  }
}

TEST(NmeaTest, PortSpeaksEverySecondWhileTheReceiverIsOnAndIsToldTo) {
  ModemBench bench;
  bench.ready();
  bench.modem.setPosition(kOslo, bench.now);
  bench.command("AT+CFUN=0");
  bench.command("AT+CGNSPWR=1");
  bench.advance(2s);
  EXPECT_EQ(bench.nmea, "") << "AT+CGNSPWR=1 alone says nothing (note of §8.2.1)";
  EXPECT_EQ(bench.command("AT+SGNSCFG=\"NMEAOUTPORT\",1"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SGNSCFG=\"NMEATYPE\",128"), "\r\nOK\r\n");
  bench.nmea.clear();
  bench.advance(3s);
  std::size_t sentences = 0;
  for (std::size_t at = bench.nmea.find("$GNGGA,"); at != std::string::npos; at = bench.nmea.find("$GNGGA,", at + 1)) {
    ++sentences;
  }
  EXPECT_EQ(sentences, 3U) << bench.nmea;
  EXPECT_EQ(bench.takeOutput(), "") << "not on the UART of the commands";
  bench.command("AT+CGNSPWR=0");
  bench.nmea.clear();
  bench.advance(3s);
  EXPECT_EQ(bench.nmea, "");
}

TEST(NmeaTest, RateOfTheThirdUartIsShownOnceGiven) {
  ModemBench bench;
  bench.ready();
  EXPECT_THAT(bench.command("AT+SGNSCFG?"), HasSubstr("\"NMEAOUTPORT\",0\r\n"));
  bench.command("AT+SGNSCFG=\"NMEAOUTPORT\",2,38400");
  EXPECT_THAT(bench.command("AT+SGNSCFG?"), HasSubstr("\"NMEAOUTPORT\",2,38400\r\n"));
}

}  // namespace
}  // namespace smartkar::modem_sim
