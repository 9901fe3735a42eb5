// CCLK, CLTS and CNTP: AT Manual V1.05 §3.2.20, §5.2.4 and chapter 16.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr std::int64_t kNow = 1'770'817'057;  // 2026-02-11 13:37:37 UTC

Config configWithTime() {
  Config config = ModemBench::fastConfig();
  config.network_time = unixTime(kNow);
  return config;
}

// 48 bytes of a server that knows the time; RFC 5905 §7.3.
std::string ntpAnswer(std::int64_t unix_seconds) {
  std::string packet(48, '\0');
  packet[0] = 0x24;
  packet[1] = 2;
  const auto seconds = static_cast<std::uint32_t>(unix_seconds + 2'208'988'800);
  for (std::size_t i = 0; i < 4; ++i) packet[40 + i] = static_cast<char>(seconds >> (24 - 8 * i) & 0xFFU);
  return packet;
}

struct NtpBench : ModemBench {
  explicit NtpBench(const std::string& settings = "\"ntp.example\",4,0,2") {
    network.speaks_mqtt = false;
    ready();
    command("AT+CNACT=0,1", 1s);
    command("AT+CNTP=" + settings);
  }
  std::string answer(std::string_view packet) {
    network.write(packet);
    advance(500ms);
    return takeOutput();
  }
};

TEST(ClockTest, KeepsTheTimeItIsGivenThroughARestartButNotAPowerCut) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+CCLK=\"18/07/09,12:00:00+32\""), "\r\nOK\r\n");
  bench.advance(4s);
  EXPECT_EQ(bench.command("AT+CCLK?"), "\r\n+CCLK: \"18/07/09,12:00:04+32\"\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CCLK=\"18/07/09,13:00:00\""), "\r\nOK\r\n");  // the zone stays
  bench.command("AT+CFUN=1,1", 1s);
  bench.command("ATE0");
  EXPECT_THAT(bench.command("AT+CCLK?"), testing::HasSubstr("\"18/07/09,13:00:01+32\""));
  bench.modem.setVbat(false, bench.now);
  bench.ready();
  EXPECT_THAT(bench.command("AT+CCLK?"), testing::HasSubstr("\"80/01/06,"));
}

TEST(ClockTest, RefusesWhatIsNoTime) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CMEE=2");
  for (const char* time : {"18/07/09", "18/07/09,12:00:00+", "18/07/09,12:00:00+32x", "2018/07/09,12:00:00", ""}) {
    EXPECT_EQ(bench.command("AT+CCLK=\"" + std::string(time) + "\""), "\r\n+CME ERROR: Param format invalid\r\n")
        << time;
  }
  for (const char* time : {"18/13/09,12:00:00", "18/02/30,12:00:00", "18/07/09,24:00:00", "18/07/09,12:00:00+97"}) {
    EXPECT_EQ(bench.command("AT+CCLK=\"" + std::string(time) + "\""), "\r\n+CME ERROR: Param range\r\n") << time;
  }
}

TEST(ClockTest, NetworkSetsItAtRegistrationAfterTheRestartThatCltsNeeds) {
  ModemBench bench(configWithTime());
  bench.modem.behaviour().network_zone = 8;
  bench.modem.behaviour().daylight_saving = 1;
  bench.ready();
  EXPECT_EQ(bench.command("AT+CLTS=1"), "\r\nOK\r\n");
  bench.command("AT+CFUN=1,1", 1s);
  EXPECT_THAT(bench.command("AT+CCLK?"), testing::HasSubstr("\"26/02/11,15:37:39+08\""));
}

TEST(ClockTest, NetworkTimeHasItsLines) {
  ModemBench bench(configWithTime());
  bench.modem.behaviour().network_zone = -14;
  bench.ready();
  bench.command("AT+CLTS=1");
  EXPECT_THAT(bench.command("AT+CFUN=1,1", 1s),
              testing::EndsWith("\r\n*PSNWID: \"242\",\"01\",\"Sim LTE-M\",0,\"Sim LTE-M\",0\r\n"
                                "\r\n*PSUTTZ: 2026,2,11,13,37,38,\"-14\",0\r\n"
                                "\r\n+CTZV: \"-14\"\r\n\r\nDST: 0\r\n"));
}

TEST(NtpTest, SetsTheClockAndPrintsTheTime) {
  NtpBench bench;
  EXPECT_EQ(bench.command("AT+CNTP?"), "\r\n+CNTP: ntp.example,4,0,2\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CNTP", 100ms), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.endpoints.at(0).host, "ntp.example");
  EXPECT_EQ(bench.network.endpoints.at(0).port, 123);
  EXPECT_EQ(bench.network.takeBytes(), "\x23" + std::string(47, '\0'));
  EXPECT_EQ(bench.answer(ntpAnswer(kNow)), "\r\n+CNTP: 1,\"2026/02/11,13:37:37\"\r\n");
  EXPECT_THAT(bench.command("AT+CCLK?"), testing::HasSubstr("\"26/02/11,14:37:37+04\""));
}

TEST(NtpTest, ModeSaysWhatBecomesOfTheTime) {
  NtpBench quiet("\"ntp.example\",0,0,0");
  quiet.command("AT+CNTP", 100ms);
  EXPECT_EQ(quiet.answer(ntpAnswer(kNow)), "\r\n+CNTP: 1\r\n");
  EXPECT_THAT(quiet.command("AT+CCLK?"), testing::HasSubstr("26/02/11"));
  NtpBench printing("\"ntp.example\",0,0,1");
  printing.command("AT+CNTP", 100ms);
  EXPECT_EQ(printing.answer(ntpAnswer(2'085'978'497)), "\r\n+CNTP: 1,\"2036/02/07,06:28:17\"\r\n");  // second era
  EXPECT_THAT(printing.command("AT+CCLK?"), testing::HasSubstr("80/01/06"));
}

TEST(NtpTest, EachFailureHasItsCode) {
  NtpBench bench;
  bench.command("AT+CNTP", 100ms);
  EXPECT_EQ(bench.answer("no time"), "\r\n+CNTP: 64\r\n");
  bench.command("AT+CNTP", 100ms);
  bench.advance(10s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CNTP: 65\r\n");
  bench.command("AT+CNTP", 100ms);
  bench.modem.dropPdp(bench.now);
  bench.advance(50ms);
  EXPECT_THAT(bench.takeOutput(), testing::HasSubstr("\r\n+CNTP: 61\r\n"));
  EXPECT_EQ(bench.command("AT+CNTP"), "\r\nOK\r\n\r\n+CNTP: 61\r\n");
  NtpBench nameless;
  nameless.network.reachable = false;
  nameless.network.error = OpenError::Dns;
  EXPECT_EQ(nameless.command("AT+CNTP", 200ms), "\r\nOK\r\n\r\n+CNTP: 62\r\n");
}

TEST(NtpTest, NeedsAServerAndAsksOneAtATime) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+CNTP"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+CNTP=\"ntp.example\",49"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+CNTP?"), "\r\n+CNTP: ,0,0,0\r\n\r\nOK\r\n");
  NtpBench busy;
  busy.command("AT+CNTP", 100ms);
  EXPECT_EQ(busy.command("AT+CNTP"), "\r\nERROR\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
