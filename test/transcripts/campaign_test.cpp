// A day of many modems with every fault there is: none may stay stuck.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

#include "sim/broker.hpp"
#include "sim/sim_modem.hpp"

namespace smartkar::modem_sim {
namespace {

constexpr const char* kHost = R"(
-- dtr low
-- wait 200
-> AT\r
-- wait 300
-> AT\r
<- OK\r\n
-> ATE0\r
<- OK\r\n
-> AT+CSCLK=1\r
<- OK\r\n
-> AT+SMRCVSLPTM=1,500\r
<- OK\r\n
-> AT+CEREG=1\r
<- OK\r\n
-> AT+CFUN=0\r
<- OK\r\n
-- within 40000
-> AT+CFUN=1\r
<- +CEREG: 1\r\n
-> AT+CNACT=0,1\r
<- 0,ACTIVE\r\n
-> AT+SMCONF="URL","broker",1883\r
<- OK\r\n
-> AT+SMCONF="CLIENTID","car{index}"\r
<- OK\r\n
-> AT+SMCONF="CLEANSS",1\r
<- OK\r\n
-- within 80000
-> AT+SMCONN\r
<- OK\r\n
-- loop
-- within 35000
-> AT+SMPUB="car/{index}",5,1,0\r
<- >
-> hello
<- OK\r\n
-> AT+SMSTATE?\r
<- +SMSTATE: 1\r\n
-- dtr high
-- wait 600000
-- dtr low
-- wait 200
-> AT\r
-- wait 300
-> AT\r
<- OK\r\n
)";

// By name; those by hour come every few hours.
constexpr std::pair<const char*, const char*> kFaultRates[] = {
    {"uart-noise", "0.0003"},
    {"uart-loss", "0.0003"},
    {"never-answer", "0.003"},
    {"brown-out", "0.01"},
    {"error-instead-of-ok", "0.003"},
    {"byte-loss-after-wake", "0.2"},
    {"boot-noise", "0.5"},
    {"urc-storm", "0.5"},
    {"spontaneous-reboot", "0.2"},
    {"wedge", "0.1"},
    {"power-down-unasked", "0.2"},
    {"power-cut", "0.2"},
    {"pdp-drop", "0.3"},
    {"nat-drop", "0.3"},
    {"cell-outage", "0.3"},
};

Transcript script(std::size_t index) { return *parseTranscript(kHost, {{"index", std::to_string(index)}}); }

// All 100 only where there is time for them.
std::size_t modems() {
  const char* const text = std::getenv("SMARTKAR_CAMPAIGN_MODEMS");
  return text == nullptr ? 10 : std::strtoull(text, nullptr, 10);
}

TEST(CampaignTest, NoModemStaysStuckAfterADayOfEveryFault) {
  static_assert(std::size(kFaultRates) == kFaults);
  sim::VirtualTime time;
  sim::VirtualNetwork network(time, 1);
  sim::Broker broker(time, network);
  network.serve("broker", 1883, broker);
  time.add(broker);
  std::vector<std::unique_ptr<sim::ScriptedSimModem>> hosts;
  for (std::size_t i = 0; i < modems(); ++i) {
    hosts.push_back(std::make_unique<sim::ScriptedSimModem>(time, network, i, script(i)));
    for (const auto& [name, rate] : kFaultRates)
      ASSERT_TRUE(hosts.back()->modem().setFault(name, rate, time.now())) << name;
  }
  time.runFor(24h);
  std::vector<std::uint64_t> rounds;
  for (const auto& host : hosts) {
    host->modem().stopFaults(time.now());
    rounds.push_back(host->script().rounds());
    EXPECT_GT(rounds.back(), 24U) << "the host recovers most of the day";
    EXPECT_GT(host->script().failures(), 0U);
  }
  // The latest outage, a sleep, the whole ladder.
  time.runFor(1h);
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    EXPECT_GT(hosts[i]->script().rounds(), rounds[i]) << "modem " << i << " " << hosts[i]->modem().state().power;
    EXPECT_TRUE(broker.connected("car" + std::to_string(i)));
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
