#include "modem_sim/fault_injector.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"
#include "modem_sim/quirks.hpp"
#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(FaultTest, EveryFaultHasARateAndRefusesWhatIsNone) {
  FaultRates rates;
  for (const FaultSpec& spec : faults()) {
    EXPECT_TRUE(rates.set(spec.name, "0.5")) << spec.name;
    for (const char* wrong : {"", "-1", "much", "0.5x", "3601", "nan"})
      EXPECT_FALSE(rates.set(spec.name, wrong)) << wrong;
  }
  EXPECT_FALSE(rates.set("uart", "0.5"));
  EXPECT_EQ(rates[Fault::CellOutage], 0.5);
}

TEST(FaultTest, CommandsAreNotAnsweredOrFail) {
  ModemBench bench;
  bench.ready();
  ASSERT_TRUE(bench.modem.setFault("never-answer", "1", bench.now));
  EXPECT_EQ(bench.command("AT+CSQ", 10s), "");
  bench.modem.stopFaults(bench.now);
  ASSERT_TRUE(bench.modem.setFault("error-instead-of-ok", "1", bench.now));
  EXPECT_EQ(bench.command("AT+CSQ"), "\r\nERROR\r\n");
  bench.modem.stopFaults(bench.now);
  EXPECT_THAT(bench.command("AT+CSQ"), HasSubstr("OK"));
}

TEST(FaultTest, BytesAreDamagedOrLostBothWays) {
  ModemBench bench;
  bench.ready();
  bench.modem.setFault("uart-loss", "1", bench.now);
  EXPECT_EQ(bench.command("AT"), "");
  bench.modem.stopFaults(bench.now);
  bench.type("AT\r");
  bench.modem.setFault("uart-noise", "1", bench.now);
  bench.advance(50ms);
  EXPECT_EQ(bench.output.size(), 6U);
  EXPECT_THAT(bench.takeOutput(), Not(HasSubstr("O")));
}

TEST(FaultTest, FirstBytesAfterAWakeAreLost) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CSCLK=1");
  bench.modem.setFault("byte-loss-after-wake", "1", bench.now);
  bench.modem.setDtr(true, bench.now);
  bench.advance(10s);
  bench.modem.setDtr(false, bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.command("A"), "");
  bench.command("AAAAAAAA");
  EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
}

TEST(FaultTest, SupplyFailsInTheMiddleOfALine) {
  ModemBench bench;
  bench.ready();
  bench.modem.setFault("power-cut", "3600", bench.now);
  bench.advance(1min);
  const std::string half = bench.command("AT+CNACT?", 2s);
  EXPECT_THAT(half, testing::StartsWith("\r\n+CNACT: 0"));
  EXPECT_THAT(half, Not(HasSubstr("OK")));
  EXPECT_EQ(bench.modem.state().power, "no_supply");
  bench.modem.stopFaults(bench.now);
  bench.advance(3s);
  EXPECT_EQ(bench.modem.state().power, "off");
}

TEST(FaultTest, OutageEndsByItself) {
  ModemBench bench;
  bench.ready();
  bench.modem.setFault("cell-outage", "3600", bench.now);
  bench.advance(1min);
  EXPECT_FALSE(bench.modem.state().coverage);
  bench.modem.stopFaults(bench.now);
  bench.advance(11min);
  EXPECT_TRUE(bench.modem.state().coverage);
}

TEST(FaultTest, HourlyFaultsComeAboutAsOftenAsTheirRate) {
  ModemBench bench;
  bench.ready();
  bench.modem.setFault("urc-storm", "6", bench.now);
  bench.advance(24h);
  const std::string output = bench.takeOutput();
  std::size_t lines = 0;
  for (std::size_t at = output.find("\r\n"); at != std::string::npos; at = output.find("\r\n", at + 2)) ++lines;
  // 144 storms of 50 lines are expected; four standard deviations are a third of that.
  EXPECT_NEAR(static_cast<double>(lines) / 2 / 50, 144, 48);
}

TEST(FaultTest, FaultsOfOneSeedHappenAgain) {
  const auto session = [] {
    ModemBench bench;
    bench.ready();
    bench.modem.setFault("uart-noise", "0.1", bench.now);
    bench.modem.setFault("urc-storm", "60", bench.now);
    return bench.command("AT+CNACT?", 10min);
  };
  EXPECT_EQ(session(), session());
}

TEST(QuirkTest, EveryQuirkIsMadeOfSettingsThatExist) {
  for (const Quirk& quirk : quirks()) {
    Config config;
    EXPECT_TRUE(applyQuirk(config, quirk.name));
    std::string_view rest = quirk.settings;
    while (!rest.empty()) {
      const std::string_view setting = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(setting.size() + 1, rest.size()));
      const std::size_t equals = setting.find('=');
      Config other;
      EXPECT_TRUE(setSwitch(other, setting.substr(0, equals), setting.substr(equals + 1)) ||
                  other.faults.set(setting.substr(0, equals), setting.substr(equals + 1)))
          << setting;
    }
  }
  Config config;
  EXPECT_FALSE(applyQuirk(config, "none"));
}

TEST(QuirkTest, DisconnectIsStuckUntilTheContextEnds) {
  ModemBench bench;
  bench.online();
  ASSERT_TRUE(bench.modem.applyQuirk("stuck-smdisc", bench.now));
  EXPECT_EQ(bench.command("AT+SMDISC", 1s), "\r\nERROR\r\n");
  bench.command("AT+CNACT=0,0", 1s);
  EXPECT_THAT(bench.command("AT+SMSTATE?"), HasSubstr("+SMSTATE: 0"));
}

TEST(QuirkTest, ContextAndEdrxAreRefusedAfterEachBoot) {
  ModemBench bench;
  bench.ready();
  bench.modem.applyQuirk("cnact-retries", bench.now);
  bench.modem.applyQuirk("edrx-refused-after-boot", bench.now);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(bench.command("AT+CNACT=0,1"), "\r\nERROR\r\n");
  EXPECT_THAT(bench.command("AT+CNACT=0,1", 1s), HasSubstr("OK"));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(bench.command("AT+CEDRXS=1,4,\"0010\""), "\r\nERROR\r\n");
  EXPECT_THAT(bench.command("AT+CEDRXS=1,4,\"0010\""), HasSubstr("OK"));
}

TEST(QuirkTest, ConnectIsSilent) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CNACT=0,1", 1s);
  bench.modem.applyQuirk("silent-connect", bench.now);
  EXPECT_EQ(bench.command("AT+SMCONN", 200s), "");
  EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
