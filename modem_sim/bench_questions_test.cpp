// Each answer to what no document says about the modem changes what the host sees in the way that the switch names.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"
#include "modem_sim/switches.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct QuestionBench : ModemBench {
  explicit QuestionBench(std::initializer_list<std::pair<const char*, const char*>> answers) {
    for (const auto& [name, value] : answers) EXPECT_TRUE(setSwitch(modem.config(), name, value)) << name;
  }
  QuestionBench& connect() {
    online();
    takeOutput();
    return *this;
  }
  // SMPUB at QoS 1 of some bytes, of which `content` is typed.
  std::string publish(std::size_t size, std::string_view content, Duration wait = 1s) {
    command("AT+SMPUB=\"t\"," + std::to_string(size) + ",1,0");
    type(content);
    advance(wait);
    return takeOutput();
  }
  std::string arrives(std::string_view payload) {
    network.publish("t", payload, mqtt::Qos::AtLeastOnce);
    advance(1s);
    return takeOutput();
  }
  std::string smstate() { return command("AT+SMSTATE?"); }
};

std::string smstateAnswer(int state) { return "\r\n+SMSTATE: " + std::to_string(state) + "\r\n\r\nOK\r\n"; }

TEST(BenchQuestionsTest, MessageRingsOrNot) {
  for (const auto& [value, changes] : {std::pair("true", 2U), {"false", 0U}}) {
    QuestionBench bench({{"ri_on_smsub", value}});
    bench.connect();
    bench.command("AT+CFGRI=1");
    bench.ri_changes.clear();
    bench.arrives("x");
    EXPECT_EQ(bench.ri_changes.size(), changes);
  }
}

TEST(BenchQuestionsTest, ConnectedClientLetsTheModemSleepOrNot) {
  for (const auto& [value, receive_sleep, sleeps] : {std::tuple("without_smrcvsleep", false, false),
                                                     {"without_smrcvsleep", true, true},
                                                     {"always", true, false},
                                                     {"never", false, true}}) {
    QuestionBench bench({{"mqtt_blocks_sleep", value}});
    bench.modem.setDtr(false, bench.now);
    bench.ready();
    bench.command("AT+CSCLK=1");
    if (receive_sleep) bench.command("AT+SMRCVSLPTM=1,500");
    bench.connect();
    bench.modem.setDtr(true, bench.now);
    bench.advance(5s);
    EXPECT_EQ(bench.modem.state().asleep, sleeps) << value;
  }
}

TEST(BenchQuestionsTest, GrantedCycleAndPagingWindowAreShown) {
  QuestionBench bench({{"edrx_cycle", "3"}, {"paging_window", "1"}});
  bench.ready();
  bench.command("AT+CEDRXS=1,4,\"0010\"");
  EXPECT_EQ(bench.command("AT+CEDRXRDP"), "\r\n+CEDRXRDP: 4,\"0010\",\"0011\",\"0001\"\r\n\r\nOK\r\n");
}

// A message to an idle radio waits at most for the granted cycle, and some wait long.
TEST(BenchQuestionsTest, DownlinkWaitsForTheGrantedCycle) {
  QuestionBench bench({{"edrx_cycle", "3"}, {"paging_ms", "-1"}});
  bench.modem.timing().paging.reset();
  bench.connect();
  bench.command("AT+CEDRXS=1,4,\"0000\"");
  Duration longest{0};
  for (int i = 0; i < 20; ++i) {
    bench.advance(30s);
    bench.takeOutput();
    bench.network.publish("t", "x");
    const Instant sent = bench.now;
    while (bench.output.empty() && bench.now - sent < 60s) bench.advance(100ms);
    longest = std::max(longest, bench.now - sent);
  }
  EXPECT_GT(longest, 20s);
  EXPECT_LT(longest, 44s);
}

TEST(BenchQuestionsTest, LossOfTheContextIsALineOfItsOwnOrNot) {
  for (const auto& [value, line] : {std::pair("false", ""), {"true", "\r\n+SMSTATE: 0\r\n"}}) {
    QuestionBench bench({{"smstate_urc_on_pdp_loss", value}});
    bench.connect();
    bench.modem.dropPdp(bench.now);
    bench.advance(1s);
    EXPECT_EQ(bench.takeOutput(), std::string(line) + "\r\n+APP PDP: 0,DEACTIVE\r\n");
    EXPECT_EQ(bench.smstate(), smstateAnswer(0));
  }
}

TEST(BenchQuestionsTest, UnansweredPingsAreToldOrNot) {
  for (const auto& [value, line] : {std::pair("false", ""), {"true", "\r\n+SMSTATE: 0\r\n"}}) {
    QuestionBench bench({{"smstate_urc_on_silence", value}});
    bench.connect();
    bench.modem.dropNat(bench.now);
    bench.advance(90s);
    EXPECT_EQ(bench.takeOutput(), line);
    EXPECT_EQ(bench.smstate(), smstateAnswer(0));
  }
}

TEST(BenchQuestionsTest, StateStays1ForAWhileAfterTheLoss) {
  for (const bool context : {false, true}) {
    QuestionBench bench({{"smstate_delay_ms", "20000"}});
    bench.connect();
    if (context) {
      bench.modem.dropPdp(bench.now);
    } else {
      bench.network.dropConnection();
    }
    bench.network.acknowledges = false;
    bench.advance(19s);
    EXPECT_EQ(bench.smstate(), smstateAnswer(1));
    EXPECT_EQ(bench.publish(1, "x", 100ms), "") << "nobody acknowledges";
    bench.advance(2s);
    EXPECT_THAT(bench.takeOutput(), context ? HasSubstr("ERROR") : HasSubstr("+SMSTATE: 0"));
    EXPECT_EQ(bench.smstate(), smstateAnswer(0));
    EXPECT_EQ(bench.command("AT+CNACT=0,1", 1s).empty(), false);
    EXPECT_EQ(bench.command("AT+SMCONN", 1s), "\r\nOK\r\n");
  }
}

TEST(BenchQuestionsTest, BackslashInAWill) {
  for (const auto& [value, will] :
       {std::pair("kept", R"(w {\"a\":1})"), {"removed", R"(w {"a":1})"}, {"ordinary", "w "}}) {
    QuestionBench bench({{"backslash", value}});
    bench.ready();
    bench.command("AT+SMCONF=\"TOPIC\",\"w\"");
    bench.command(R"(AT+SMCONF="MESSAGE","{\"a\":1}")");
    bench.connect();
    EXPECT_EQ(bench.network.will, will);
  }
}

TEST(BenchQuestionsTest, PublishWithTooFewBytesWaitsAsLongAsItIsToldTo) {
  QuestionBench bench({{"publish_edit_timeout_ms", "0"}});
  bench.connect();
  EXPECT_EQ(bench.publish(3, "ab", 3600s), "");
  bench.type("c");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n");
  ASSERT_TRUE(setSwitch(bench.modem.config(), "publish_edit_timeout_ms", "2000"));
  EXPECT_EQ(bench.publish(3, "ab", 3s), "\r\nERROR\r\n");
  EXPECT_THAT(bench.network.published, ElementsAre("t abc"));
}

TEST(BenchQuestionsTest, ControlCharacterEndsTheContentOrIsPartOfIt) {
  for (const auto& [name, character] : {std::pair("publish_ends_at_nul", '\0'), {"publish_ends_at_ctrl_z", '\x1a'}}) {
    const std::string content = std::string("a") + character + "b";
    QuestionBench transparent({{name, "false"}});
    transparent.connect();
    EXPECT_EQ(transparent.publish(3, content), "\r\nOK\r\n");
    EXPECT_THAT(transparent.network.published, ElementsAre("t " + content));
    QuestionBench ending({{name, "true"}});
    ending.connect();
    EXPECT_EQ(ending.publish(3, content.substr(0, 2)), "\r\nOK\r\n");
    EXPECT_THAT(ending.network.published, ElementsAre("t a"));
  }
}

TEST(BenchQuestionsTest, LargestInboundMessage) {
  QuestionBench bench({{"inbound_max", "512"}});
  bench.connect();
  EXPECT_THAT(bench.arrives(std::string(512, 'x')), HasSubstr("+SMSUB"));
  EXPECT_EQ(bench.arrives(std::string(513, 'x')), "");
}

TEST(BenchQuestionsTest, CaseOfHexDigits) {
  QuestionBench bench({{"sub_hex_case", "lower"}});
  bench.connect();
  bench.command("AT+SMCONF=\"SUBHEX\",1");
  EXPECT_EQ(bench.arrives("\xab"), "\r\n+SMSUB: \"t\",\"ab\"\r\n");
}

TEST(BenchQuestionsTest, KeptSessionIsState2Or1) {
  for (const auto& [value, state] : {std::pair("true", 2), {"false", 1}}) {
    QuestionBench bench({{"smstate_tells_session", value}});
    bench.network.session_present = true;
    bench.connect();
    bench.command("AT+SMDISC", 1s);
    bench.command("AT+SMCONF=\"CLEANSS\",0");
    bench.command("AT+SMCONN", 1s);
    EXPECT_EQ(bench.smstate(), smstateAnswer(state));
  }
}

TEST(BenchQuestionsTest, OkBeforeOrAfterPuback) {
  for (const auto& [value, answer] : {std::pair("after_puback", ""), {"before_puback", "\r\nOK\r\n"}}) {
    QuestionBench bench({{"publish_ok", value}});
    bench.connect();
    bench.network.acknowledges = false;
    EXPECT_EQ(bench.publish(1, "x"), answer);
    EXPECT_THAT(bench.network.published, ElementsAre("t x"));
  }
}

TEST(BenchQuestionsTest, InboundMessageIsAcknowledgedAtOnceOrWhenTheHostIsThere) {
  for (const auto& [value, while_away] : {std::pair("at_once", 1), {"host_present", 0}}) {
    QuestionBench bench({{"inbound_puback", value}});
    bench.modem.setDtr(false, bench.now);
    bench.connect();
    bench.command("AT+CSCLK=1");
    bench.modem.setDtr(true, bench.now);
    bench.arrives("x");
    EXPECT_EQ(bench.network.acknowledged, while_away);
    bench.modem.setDtr(false, bench.now);
    bench.advance(1s);
    EXPECT_EQ(bench.network.acknowledged, 1);
    bench.arrives("x");
    EXPECT_EQ(bench.network.acknowledged, 2);
  }
}

TEST(BenchQuestionsTest, LengthOfHexContentCountsDigitsOrBytes) {
  for (const auto& [value, size] : {std::pair("digits", 4U), {"bytes", 2U}}) {
    QuestionBench bench({{"pub_hex_length", value}});
    bench.connect();
    bench.command("AT+SMPUBHEX=1");
    EXPECT_EQ(bench.publish(size, "6869"), "\r\nOK\r\n");
    EXPECT_THAT(bench.network.published, ElementsAre("t hi"));
  }
}

TEST(BenchQuestionsTest, BootTakesAsLongAsItIsToldTo) {
  QuestionBench bench({{"boot_ms", "5000"}, {"rdy_ms", "1000"}});
  bench.modem.setVbat(true, bench.now);
  bench.pressPowerKey(1500ms);
  bench.advance(3400ms);
  EXPECT_EQ(bench.command("AT"), "");
  bench.advance(100ms);
  EXPECT_THAT(bench.command("AT"), HasSubstr("OK"));
  bench.advance(2s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("\r\nRDY\r\n"));
}

TEST(BenchQuestionsTest, SmsThatNeverReachTheSim) {
  QuestionBench bench({{"sms_available", "false"}});
  bench.ready();
  bench.ri_changes.clear();
  bench.modem.receiveSms("+491700000000", "WAKE", bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "");
  EXPECT_TRUE(bench.ri_changes.empty());
}

// What is subscribed, active, named or left over.

TEST(BenchQuestionsTest, UnsubscribingFromNothing) {
  for (const auto& [value, answer] : {std::pair("error", "\r\nERROR\r\n"), {"accept", "\r\nOK\r\n"}}) {
    QuestionBench bench({{"unknown_unsubscribe", value}});
    bench.connect();
    EXPECT_EQ(bench.command("AT+SMUNSUB=\"t\"", 1s), answer);
  }
}

TEST(BenchQuestionsTest, UnreadBytesOfAClosedSocketCanBeReadOrAreGone) {
  for (const auto& [value, answer] :
       {std::pair("kept", "\r\n+CARECV: 2,ab\r\n\r\nOK\r\n"), {"lost", "\r\n+CARECV: 0\r\n\r\nOK\r\n"}}) {
    QuestionBench bench({{"unread_at_close", value}});
    bench.network.speaks_mqtt = false;
    bench.ready();
    bench.command("AT+CNACT=0,1", 1s);
    bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1", 1s);
    bench.network.write("ab");
    bench.advance(1s);
    bench.network.dropConnection();
    bench.advance(1s);
    EXPECT_EQ(bench.command("AT+CARECV=0,10"), answer) << value;
  }
}

TEST(BenchQuestionsTest, BytesBeforeThePromptAreLostOrKept) {
  for (const auto& [value, published] : {std::pair("lost", "t cd"), {"kept", "t ab"}}) {
    QuestionBench bench({{"early_data", value}});
    bench.connect();
    bench.type("AT+SMPUB=\"t\",2,1,0\r");
    bench.type("ab");
    bench.advance(1s);
    if (value == std::string_view("lost")) bench.type("cd");
    bench.advance(1s);
    EXPECT_THAT(bench.network.published, ElementsAre(published));
  }
}

TEST(BenchQuestionsTest, NameOfACertificateThatDoesNotExist) {
  for (const auto& [value, answer] : {std::pair("accept", "\r\nOK\r\n"), {"error", "\r\nERROR\r\n"}}) {
    QuestionBench bench({{"smssl_unknown_name", value}});
    bench.ready();
    EXPECT_EQ(bench.command("AT+SMSSL=1,\"ca.crt\",\"\""), answer);
    EXPECT_EQ(bench.command("AT+SMSSL=1,\"\",\"\""), "\r\nOK\r\n");
  }
}

TEST(BenchQuestionsTest, WillWithoutATopic) {
  for (const auto& [value, state] : {std::pair("none", 1), {"refused", 0}}) {
    QuestionBench bench({{"topicless_will", value}});
    bench.ready();
    bench.command("AT+SMCONF=\"MESSAGE\",\"gone\"");
    bench.connect();
    EXPECT_EQ(bench.smstate(), smstateAnswer(state));
    EXPECT_EQ(bench.network.will, "");
  }
}

TEST(BenchQuestionsTest, TlsWithoutACaTrustsEverybodyOrFails) {
  for (const auto& [value, state] : {std::pair("trusted", 1), {"refused", 0}}) {
    QuestionBench bench({{"empty_ca", value}});
    bench.ready();
    bench.command("AT+SMSSL=1,\"\",\"\"");
    bench.connect();
    EXPECT_EQ(bench.smstate(), smstateAnswer(state));
  }
}

TEST(BenchQuestionsTest, CpinBeforeTheSimHasBeenRead) {
  for (const auto& [value, answer] : {std::pair("sim_busy", "\r\n+CME ERROR: 14\r\n"),
                                      {"not_inserted", "\r\n+CME ERROR: 10\r\n"},
                                      {"not_ready", "\r\n+CPIN: NOT READY\r\n\r\nOK\r\n"}}) {
    QuestionBench bench({{"early_cpin", value}, {"sim_ms", "1000"}, {"sms_ready_ms", "2000"}});
    bench.modem.powerUpNow(bench.now);
    bench.command("ATE0");
    bench.command("AT+CMEE=1");
    EXPECT_EQ(bench.command("AT+CPIN?"), answer);
    bench.advance(1s);
    EXPECT_EQ(bench.command("AT+CPIN?"), "\r\n+CPIN: READY\r\n\r\nOK\r\n");
  }
}

TEST(BenchQuestionsTest, PublishOfNothing) {
  for (const auto& [value, answer, published] : {std::tuple("prompt", "\r\n>\r\nOK\r\n", 1U),
                                                 {"no_prompt", "\r\nOK\r\n", 1U},
                                                 {"refused", "\r\nERROR\r\n", 0U}}) {
    QuestionBench bench({{"publish_empty", value}});
    bench.connect();
    EXPECT_EQ(bench.command("AT+SMPUB=\"t\",0,1,0", 1s), answer);
    EXPECT_EQ(bench.network.published.size(), published);
    EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
  }
}

TEST(BenchQuestionsTest, SocketWithTooFewBytesInTimeFailsOrSendsThem) {
  for (const auto& [value, answer, sent] : {std::tuple("error", "\r\nERROR\r\n", ""), {"sent", "\r\nOK\r\n", "abc"}}) {
    QuestionBench bench({{"casend_slow", value}});
    bench.network.speaks_mqtt = false;
    bench.ready();
    bench.command("AT+CNACT=0,1", 1s);
    bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1", 1s);
    EXPECT_EQ(bench.command("AT+CASEND=0,5,200"), "\r\n>");
    bench.type("abc");
    bench.advance(1s);
    EXPECT_EQ(bench.takeOutput(), answer);
    EXPECT_EQ(bench.network.takeBytes(), sent);
  }
}

TEST(BenchQuestionsTest, SilentClientPingsOrNot) {
  for (const auto& [value, pings] : {std::pair("true", 2), {"false", 0}}) {
    QuestionBench bench({{"keeptime_pings", value}});
    bench.connect();
    bench.advance(130s);
    EXPECT_EQ(bench.network.pings, pings);
    EXPECT_EQ(bench.smstate(), smstateAnswer(1));
  }
}

TEST(BenchQuestionsTest, WildcardsInSubscriptions) {
  for (const auto& [value, answer] : {std::pair("true", "\r\nOK\r\n"), {"false", "\r\nERROR\r\n"}}) {
    QuestionBench bench({{"wildcards", value}});
    bench.connect();
    EXPECT_EQ(bench.command("AT+SMSUB=\"car/#\",1", 1s), answer);
    EXPECT_EQ(bench.command("AT+SMSUB=\"car/cmd\",1", 1s), "\r\nOK\r\n");
  }
}

TEST(BenchQuestionsTest, MessageAtQos2IsAcknowledgedInFullAndShownOnceOrNot) {
  for (const auto& [value, shown] : {std::pair("shown", "\r\n+SMSUB: \"t\",\"x\"\r\n"), {"dropped", ""}}) {
    QuestionBench bench({{"inbound_qos2", value}});
    bench.connect();
    bench.network.publish("t", "x", mqtt::Qos::ExactlyOnce);
    bench.network.publish("t", "x", mqtt::Qos::ExactlyOnce);  // with the same packet id: a repetition
    bench.advance(1s);
    EXPECT_EQ(bench.takeOutput(), shown);
    EXPECT_GT(bench.network.completed, 0);
  }
}

TEST(BenchQuestionsTest, MessageWithALongTopic) {
  const std::string topic(129, 't');
  for (const auto& [value, shown] : {std::pair("shown", "\r\n+SMSUB: \"" + topic + "\",\"x\"\r\n"), {"dropped", ""}}) {
    QuestionBench bench({{"inbound_long_topic", value}});
    bench.connect();
    bench.network.publish(topic, "x");
    bench.advance(1s);
    EXPECT_EQ(bench.takeOutput(), shown);
  }
}

// Nobody answers the probes of a forgotten connection: found out after 60 s and 3 probes, or at once.
TEST(BenchQuestionsTest, UnitOfTheKeepAliveTimes) {
  for (const auto& [value, after] : {std::pair("seconds", Duration(3min + 5s)), {"milliseconds", Duration(1s)}}) {
    QuestionBench bench({{"keep_alive_unit", value}});
    bench.network.speaks_mqtt = false;
    bench.ready();
    bench.command("AT+CNACT=0,1", 1s);
    bench.command("AT+CACFG=\"KEEPALIVE\",1,60,60,2");
    bench.command("AT+CAOPEN=0,0,\"TCP\",\"host\",1", 100ms);
    bench.modem.dropNat(bench.now);
    bench.advance(after);
    EXPECT_THAT(bench.takeOutput(), HasSubstr("+CASTATE: 0,0")) << value;
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
