// Names of hosts: AT Manual V1.05 chapter 19.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

struct DnsBench : ModemBench {
  DnsBench() {
    network.speaks_mqtt = false;
    ready();
    command("AT+CNACT=0,1", 1s);
  }
  std::string resolve(const std::string& parameters = "\"host.example\",0,5000", Duration wait = 1s) {
    return command("AT+CDNSGIP=" + parameters, wait);
  }
};

constexpr const char* kFound = "\r\nOK\r\n\r\n+CDNSGIP: 1,\"host.example\",\"192.0.2.1\"\r\n";

TEST(DnsTest, NameIsFoundOverTheAirAndLeavesNothingBehind) {
  DnsBench bench;
  EXPECT_EQ(bench.resolve(), kFound);
  EXPECT_EQ(bench.network.endpoints.at(0).host, "host.example");
  EXPECT_EQ(bench.network.takeBytes(), "");
  EXPECT_TRUE(bench.network.closed_in_order);
  EXPECT_EQ(bench.resolve(), kFound);
}

TEST(DnsTest, UnknownNameHasItsCode) {
  DnsBench bench;
  bench.modem.behaviour().dns_works = false;
  EXPECT_EQ(bench.resolve(), "\r\nOK\r\n\r\n+CDNSGIP: 0,8\r\n");
}

TEST(DnsTest, ContextIsTheOneChosen) {
  DnsBench bench;
  bench.command("AT+CDNSPDPID=1");
  EXPECT_EQ(bench.resolve(), "\r\nOK\r\n\r\n+CDNSGIP: 0,3\r\n");
  bench.command("AT+CNACT=1,1", 1s);
  EXPECT_EQ(bench.resolve(), kFound);
  bench.modem.brownOut(bench.now);
  bench.advance(2s);
  bench.command("ATE0");
  EXPECT_THAT(bench.command("AT+CDNSPDPID?"), HasSubstr("+CDNSPDPID: 4"));
}

// So many tries, so long each.
TEST(DnsTest, SilenceEndsWhenAllTriesAreOver) {
  DnsBench bench;
  bench.modem.timing().latency = 1min;
  EXPECT_EQ(bench.resolve("\"host.example\",2,1000", 2900ms), "\r\nOK\r\n");
  EXPECT_EQ(bench.resolve("\"other.example\",0,1000", 50ms), "\r\nERROR\r\n") << "one at a time";
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CDNSGIP: 0,5\r\n");
  bench.advance(2min);
  EXPECT_EQ(bench.takeOutput(), "") << "an answer that comes too late";
}

TEST(DnsTest, LossOfTheContextIsToldAtOnce) {
  DnsBench bench;
  bench.modem.timing().latency = 1min;
  bench.resolve();
  bench.modem.dropPdp(bench.now);
  bench.advance(1s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("+CDNSGIP: 0,3"));
}

TEST(DnsTest, ServersAreTwoAddresses) {
  DnsBench bench;
  for (const char* line :
       {"AT+CDNSCFG=\"9.9.9.9\"", "AT+CDNSCFG=\"9.9.9\",\"9.9.9.9\"", "AT+CDNSCFG=\"a.b.c.d\",\"9.9.9.9\"",
        "AT+CDNSCFG=\"9.9.9.9.9\",\"9.9.9.9\"", "AT+CDNSCFG=\"2620:fg::1\",\"::1\""}) {
    EXPECT_EQ(bench.command(line), "\r\nERROR\r\n") << line;
  }
  EXPECT_EQ(bench.command("AT+CDNSCFG=\"9.9.9.9\",\"2620:fe::9\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CDNSCFG?"),
            "\r\nIpv4PrimaryDns: 9.9.9.9\r\nIpv4SecondaryDns: \r\nIpv6PrimaryDns: \r\nIpv6SecondaryDns: "
            "2620:fe::9\r\n\r\nOK\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
