// What is known of this modem family from the field, and what has to be measured on a bench, can be had from the
// simulator: each has a quirk, a switch or a fault.
#include <gmock/gmock.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "modem_sim/modem_bench_test.hpp"
#include "modem_sim/quirks.hpp"
#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

// One of the numbered lists: what it says, and the names by which the simulator has it.
struct Row {
  std::string_view what;
  std::vector<std::string_view> names;
};

// Numbered from 1.
const std::vector<Row> kFieldReports = {
    {"no RDY and no answer in autobaud", {"autobaud-silence", "factory_ipr"}},
    {"PWRKEY toggles", {"pwrkey-toggle"}},
    {"no context after PSM", {"psm-without-context"}},
    {"first command or prompt lost after DTR", {"deaf-after-wake", "dtr_wake_ms"}},
    {"DTR held after the host's deep sleep", {"dtr-floats-high"}},
    {"sleep is not reached", {"sleep-not-reached", "usb_attached"}},
    {"registration refused or never", {"registration-denied", "search-gives-up", "slow-registration"}},
    {"APN to be set with the radio off", {"apn-before-attach"}},
    {"SMCONN silent or slow", {"silent-connect", "slow-tls"}},
    {"MQTT commands in a wrong state", {"one-error-text"}},
    {"broker drops inside a publish", {"ok-on-drop"}},
    {"dead after months", {"wedge-after", "wedge"}},
    {"destroyed by power events", {"power-cut"}},
    {"brown-out", {"brown-out"}},
    {"order and interleaving of unsolicited lines", {"urc-order", "sms-ready-in-answer"}},
    {"payloads are not escaped", {"smsub-crlf"}},
    {"SMDISC stuck", {"stuck-smdisc"}},
    {"already subscribed", {"already-subscribed"}},
    {"answers back to back", {"answer_ms"}},
    {"out of data", {"no-data"}},
    {"RI low without power", {"ri-low-unpowered"}},
    {"RI invisible in PSM", {"ri-dead-in-psm"}},
    {"noise at boot and at a wrong rate", {"boot-noise", "uart-noise"}},
    {"TLS fails on the clock", {"clock-of-1980"}},
    {"files not terminated", {"cfsinit-twice"}},
    {"CNACT needs tries", {"cnact-retries", "cnact_failures"}},
    {"attaching takes long", {"slow-attach"}},
    {"GNSS beside the radio", {"gnss-crash", "gnss_conflict"}},
    {"PSM ends early or late", {"psm-wakes-early", "psm-wakes-late", "psm-refused"}},
    {"no use for CMUX", {"no-cmux"}},
    {"eDRX that saves nothing", {"edrx-saves-nothing"}},
    {"MQTT settings are volatile", {"volatile-mqtt"}},
    {"+SMSUB inside an answer", {"sms-ready-in-answer", "answer_gap_ms"}},
    {"never recovers without its supply cut", {"wedge-after"}},
    {"CEDRXS refused after boot", {"edrx-refused-after-boot"}},
};
constexpr std::size_t kKnownReports = 35;

// Numbered from 1: those of questions(), of which the last is a collection.
const std::vector<Row> kBenchQuestions = {
    {"RI on +SMSUB and its text with DTR high", {"ri_on_smsub", "urc_when_dtr_high"}},
    {"sleep of a connected client", {"mqtt_blocks_sleep"}},
    {"eDRX currents, granted window", {"edrx_current_ua", "edrx_cycle", "paging_window"}},
    {"the carrier's NAT", {"nat_timeout_ms", "nat_expiry"}},
    {"SMSTATE on each kind of loss, and when",
     {"smstate_urc_on_close", "smstate_urc_on_pdp_loss", "smstate_urc_on_silence", "smstate_delay_ms"}},
    {"JSON in a will", {"backslash"}},
    {"SMPUB with fewer bytes, 0x00 and 0x1A",
     {"publish_edit_timeout_ms", "publish_ends_at_nul", "publish_ends_at_ctrl_z"}},
    {"largest +SMSUB", {"inbound_max", "oversize"}},
    {"SUBHEX, subscribing twice, SMSTATE 2", {"sub_hex_case", "duplicate_subscribe", "smstate_tells_session"}},
    {"OK and PUBACK, both ways", {"publish_ok", "inbound_puback"}},
    {"unit of SMPUBHEX", {"pub_hex_length"}},
    {"boot time", {"boot_ms"}},
    {"SMS on the SIM", {"sms_available"}},
};

const Switch* switchNamed(std::string_view name) {
  const auto found = std::ranges::find(switches(), name, &Switch::name);
  return found == switches().end() ? nullptr : &*found;
}

bool exists(std::string_view name) {
  return switchNamed(name) != nullptr || std::ranges::find(quirks(), name, &Quirk::name) != quirks().end() ||
         std::ranges::find(faults(), name, &FaultSpec::name) != faults().end();
}

TEST(FieldReportsTest, EachIsAQuirkASwitchOrAFault) {
  EXPECT_EQ(kFieldReports.size(), kKnownReports);
  for (const Row& row : kFieldReports) {
    EXPECT_FALSE(row.names.empty()) << row.what;
    for (const std::string_view name : row.names) EXPECT_TRUE(exists(name)) << row.what << ": " << name;
  }
}

TEST(FieldReportsTest, EachBenchQuestionHasSwitchesThatAnswerIt) {
  ASSERT_EQ(kBenchQuestions.size() + 1, questions().size());
  for (std::size_t i = 0; i < kBenchQuestions.size(); ++i) {
    const auto& [what, names] = kBenchQuestions[i];
    EXPECT_FALSE(names.empty()) << what;
    for (const std::string_view name : names) {
      const Switch* const answer = switchNamed(name);
      ASSERT_NE(answer, nullptr) << what << ": " << name;
      EXPECT_EQ(answer->question, static_cast<int>(i) + 1) << name;
    }
  }
}

TEST(FieldReportsTest, SomeHabitsCannotBeSwitched) {
  ModemBench bench;
  EXPECT_FALSE(bench.modem.ri()) << "low without power";
  EXPECT_TRUE(bench.modem.state().dtr_high) << "until the host drives it";
  bench.ready();
  EXPECT_TRUE(bench.modem.ri());
  EXPECT_EQ(bench.command("AT+CMUX=0"), "\r\nERROR\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
