#include "modem_sim/current_ledger.hpp"

#include <gtest/gtest.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

// A modem whose host is away for an hour.
struct AwayBench : ModemBench {
  AwayBench() {
    modem.setDtr(false, now);
    online();
    command("AT+CSCLK=1");
  }
  Charge hourAway() {
    modem.setDtr(true, now);
    advance(1min);
    const Charge before = modem.charge(now);
    advance(1h);
    Charge spent = modem.charge(now);
    for (std::size_t i = 0; i < kLoads; ++i) spent.mah[i] -= before.mah[i];
    spent.total_mah -= before.total_mah;
    return spent;
  }
};

TEST(CurrentLedgerTest, SleepCostsWhatTheProfileSays) {
  for (const auto& [profile, mah] : {std::pair(CurrentProfile::Spec, 0.6), {CurrentProfile::Conservative, 1.2}}) {
    AwayBench bench;
    bench.command("AT+SMDISC", 1s);
    bench.modem.behaviour().current_profile = profile;
    const Charge hour = bench.hourAway();
    EXPECT_NEAR(hour.mahOf(Load::Sleep), mah, 1e-9);
    EXPECT_NEAR(hour.total_mah, mah, 1e-9);
  }
}

TEST(CurrentLedgerTest, EdrxCostsWhatWasMeasured) {
  AwayBench bench;
  bench.command("AT+SMDISC", 1s);
  bench.command("AT+CEDRXS=1,4,\"0010\"");
  bench.modem.behaviour().edrx_current_ua = 700;
  EXPECT_NEAR(bench.hourAway().mahOf(Load::SleepEdrx), 0.7, 1e-9);
}

// Field reports of 11 to 20 mA (botletics/SIM7000-LTE-Shield#253, #209).
TEST(CurrentLedgerTest, MqttClientAndUsbKeepTheModemIdleInsteadOfAsleep) {
  AwayBench mqtt;
  EXPECT_GT(mqtt.hourAway().mahOf(Load::Idle), 10.0);
  AwayBench usb;
  usb.command("AT+SMDISC", 1s);
  usb.modem.behaviour().usb_attached = true;
  EXPECT_NEAR(usb.hourAway().mahOf(Load::Idle), 18.0, 1e-9);
}

// A ping a minute, each with a radio connection of its own and its tail.
TEST(CurrentLedgerTest, EachPingCostsARadioConnection) {
  AwayBench bench;
  const Duration tail = bench.modem.timing().rrc_tail;
  bench.modem.behaviour().mqtt_blocks_sleep = MqttBlocksSleep::Never;
  const Charge before = bench.modem.charge(bench.now);
  const int pings = bench.network.pings;
  bench.hourAway();
  const Duration connected = bench.modem.charge(bench.now).timeOf(Load::Connected) - before.timeOf(Load::Connected);
  EXPECT_GE(bench.network.pings - pings, 55);
  EXPECT_GE(connected, (bench.network.pings - pings) * tail);
  EXPECT_LE(connected, (bench.network.pings - pings + 1) * (tail + 100ms));
}

TEST(CurrentLedgerTest, NothingIsDrawnWithoutSupply) {
  ModemBench bench;
  bench.advance(1h);
  EXPECT_EQ(bench.modem.charge(bench.now).total_mah, 0);
  bench.modem.setVbat(true, bench.now);
  bench.advance(1h);
  EXPECT_EQ(bench.modem.charge(bench.now).timeOf(Load::Off), 1h);
}

}  // namespace
}  // namespace smartkar::modem_sim
