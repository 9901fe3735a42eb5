// Short messages: AT Manual V1.05 chapter 4.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"
#include "modem_sim/sms_store.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

constexpr const char* kSender = "+491700000000";
constexpr const char* kHead = ",\"+491700000000\",,\"26/02/11,15:37:3";

struct SmsBench : ModemBench {
  static Config config() {
    Config config = fastConfig();
    config.network_time = unixTime(1'770'817'057);  // 2026-02-11 13:37:37 UTC
    config.behaviour.network_zone = 8;
    return config;
  }
  SmsBench() : ModemBench(config()) {
    ready();
    command("AT+CMGF=1");
  }
  // What the modem prints when a message arrives.
  std::string arrive(std::string_view text) {
    modem.receiveSms(kSender, text, now);
    advance(500ms);
    return takeOutput();
  }
  std::string type(const std::string& line, const std::string& text) {
    command(line);
    ModemBench::type(text);
    advance(500ms);
    return takeOutput();
  }
};

TEST(SmsTest, StoredMessageIsAnnouncedReadAndDeleted) {
  SmsBench bench;
  EXPECT_EQ(bench.arrive("WAKE"), "\r\n+CMTI: \"SM\",1\r\n");
  EXPECT_EQ(bench.command("AT+CMGR=1,1"),
            "\r\n+CMGR: \"REC UNREAD\"" + std::string(kHead) + "8+08\"\r\nWAKE\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+CMGR=1"), HasSubstr("REC UNREAD"));
  EXPECT_THAT(bench.command("AT+CMGR=1"), HasSubstr("REC READ"));
  EXPECT_EQ(bench.command("AT+CMGD=1"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CMGR=1"), "\r\nOK\r\n");
}

TEST(SmsTest, CnmiChoosesBetweenTextIndexAndSilence) {
  SmsBench bench;
  EXPECT_EQ(bench.command("AT+CNMI=2,2"), "\r\nOK\r\n");
  EXPECT_EQ(bench.arrive("WAKE"), "\r\n+CMT: \"+491700000000\",,\"26/02/11,15:37:38+08\"\r\nWAKE\r\n");
  bench.command("AT+CNMI=2,0");
  EXPECT_EQ(bench.arrive("QUIET"), "");
  EXPECT_EQ(bench.command("AT+CPMS?"), "\r\n+CPMS: \"SM\",1,50,\"SM\",1,50,\"SM\",1,50\r\n\r\nOK\r\n");
  bench.command("AT+CNMI=2,3");
  EXPECT_EQ(bench.arrive("NO CLASS"), "\r\n+CMTI: \"SM\",2\r\n");
}

TEST(SmsTest, CnmiMode0HoldsIndicationsUntilAnotherModeFlushesOrForgetsThem) {
  SmsBench bench;
  bench.command("AT+CNMI=0,1");
  EXPECT_EQ(bench.arrive("A"), "");
  EXPECT_EQ(bench.command("AT+CNMI=2,1"), "\r\nOK\r\n\r\n+CMTI: \"SM\",1\r\n");
  bench.command("AT+CNMI=0,1");
  bench.arrive("B");
  EXPECT_EQ(bench.command("AT+CNMI=2,1,0,0,1"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CNMI?"), "\r\n+CNMI: 2,1,0,0,1\r\n\r\nOK\r\n");
}

TEST(SmsTest, CnmiRefusesWhatTheManualRefuses) {
  SmsBench bench;
  for (const char* line : {"AT+CNMI=2,1,0,1,0", "AT+CNMI=3", "AT+CNMI=2,4", "AT+CNMI=2,1,1"}) {
    EXPECT_EQ(bench.command(line), "\r\n+CMS ERROR: 303\r\n") << line;
  }
  bench.modem.behaviour().cnmi_strict = true;
  EXPECT_EQ(bench.command("AT+CNMI=2,2"), "\r\n+CMS ERROR: 303\r\n");
  EXPECT_EQ(bench.command("AT+CNMI=1,2"), "\r\nOK\r\n");
}

TEST(SmsTest, FullSimBlocksReceptionWithoutAWordUntilSomethingIsDeleted) {
  SmsBench bench;
  for (int i = 0; i < SmsStore::kCapacity; ++i) bench.arrive("X");
  EXPECT_EQ(bench.arrive("LATE"), "");
  EXPECT_EQ(bench.command("AT+CMGD=7", 500ms), "\r\nOK\r\n\r\n+CMTI: \"SM\",7\r\n");
  EXPECT_THAT(bench.command("AT+CMGR=7"), HasSubstr("LATE"));
}

TEST(SmsTest, NetworkKeepsMessagesWhileTheModemCannotBeReached) {
  SmsBench bench;
  bench.modem.setCoverage(false, bench.now);
  EXPECT_EQ(bench.arrive("WAKE"), "");
  bench.modem.setCoverage(true, bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CMTI: \"SM\",1\r\n");
}

TEST(SmsTest, SleepingModemIsPaged) {
  SmsBench bench;
  bench.modem.setDtr(false, bench.now);
  bench.command("AT+CSCLK=1");
  bench.modem.setDtr(true, bench.now);
  bench.modem.timing().paging = 20s;
  bench.advance(30s);
  ASSERT_TRUE(bench.modem.state().asleep);
  bench.ri_changes.clear();
  bench.modem.receiveSms(kSender, "WAKE", bench.now);
  bench.advance(19s);
  EXPECT_TRUE(bench.ri_changes.empty());
  bench.advance(2s);
  EXPECT_EQ(bench.ri_changes.size(), 2U);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CMTI: \"SM\",1\r\n");
}

TEST(SmsTest, ListsByStatusAndMarksAsRead) {
  SmsBench bench;
  bench.arrive("A");
  EXPECT_EQ(bench.command("AT+CMGL=\"REC UNREAD\",1"),
            "\r\n+CMGL: 1,\"REC UNREAD\"" + std::string(kHead) + "8+08\"\r\nA\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+CMGL"), HasSubstr("REC UNREAD"));
  EXPECT_EQ(bench.command("AT+CMGL"), "\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+CMGL=\"ALL\""), HasSubstr("REC READ"));
  EXPECT_EQ(bench.command("AT+CMGL=\"SOME\""), "\r\n+CMS ERROR: 323\r\n");
}

TEST(SmsTest, DeleteFlagsSpareWhatTheManualSays) {
  SmsBench bench;
  bench.arrive("READ");
  bench.command("AT+CMGR=1");
  bench.arrive("UNREAD");
  bench.type("AT+CMGW=\"123\"", "UNSENT\x1a");
  bench.type("AT+CMGW=\"123\",129,\"STO SENT\"", "SENT\x1a");
  const auto left = [&bench] { return bench.command("AT+CMGL=\"ALL\",1"); };
  EXPECT_EQ(bench.command("AT+CMGD=,1"), "\r\nOK\r\n");
  EXPECT_THAT(left(), testing::Not(HasSubstr("REC READ")));
  bench.command("AT+CMGD=,2");
  EXPECT_THAT(left(), testing::AllOf(testing::Not(HasSubstr("STO SENT")), HasSubstr("STO UNSENT")));
  bench.command("AT+CMGD=,3");
  EXPECT_THAT(left(), testing::AllOf(testing::Not(HasSubstr("STO")), HasSubstr("REC UNREAD")));
  bench.command("AT+CMGD=,4");
  EXPECT_EQ(left(), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CMGD=1,5"), "\r\n+CMS ERROR: 323\r\n");
  EXPECT_EQ(bench.command("AT+CMGD=51"), "\r\n+CMS ERROR: 321\r\n");
}

TEST(SmsTest, SendsAfterCtrlZAndNotAfterEscape) {
  SmsBench bench;
  EXPECT_EQ(bench.command("AT+CMGS=\"+4915112345\""), "\r\n> ");
  bench.ModemBench::type("hello\x1a");
  bench.advance(500ms);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CMGS: 0\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.sms_sent, testing::ElementsAre("+4915112345 hello"));
  EXPECT_EQ(bench.type("AT+CMGS=\"+4915112345\"", "never\x1b"), "\r\nOK\r\n");
  EXPECT_EQ(bench.sms_sent.size(), 1U);
  EXPECT_THAT(bench.type("AT+CMGS=\"+4915112345\"", "again\x1a"), HasSubstr("+CMGS: 1"));
}

TEST(SmsTest, SendingFailsWithItsCause) {
  SmsBench bench;
  EXPECT_EQ(bench.command("AT+CMGS=\"nobody\""), "\r\n+CMS ERROR: 323\r\n");
  EXPECT_EQ(bench.type("AT+CMGS=\"123\"", std::string(161, 'x') + "\x1a"), "\r\n+CMS ERROR: 513\r\n");
  bench.modem.behaviour().sms_available = false;
  EXPECT_EQ(bench.type("AT+CMGS=\"123\"", "x\x1a"), "\r\n+CMS ERROR: 50\r\n");
  bench.modem.setCoverage(false, bench.now);
  EXPECT_EQ(bench.type("AT+CMGS=\"123\"", "x\x1a"), "\r\n+CMS ERROR: 331\r\n");
  EXPECT_TRUE(bench.sms_sent.empty());
}

TEST(SmsTest, StoredMessageIsSentLater) {
  SmsBench bench;
  EXPECT_EQ(bench.type("AT+CMGW=\"123\"", "ABCD\x1a"), "\r\n+CMGW: 1\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CMGR=1"), "\r\n+CMGR: \"STO UNSENT\",\"123\",\r\nABCD\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CMSS=1,\"456\"", 500ms), "\r\n+CMSS: 0\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.sms_sent, testing::ElementsAre("456 ABCD"));
  EXPECT_THAT(bench.command("AT+CMGR=1"), HasSubstr("STO SENT"));
  EXPECT_EQ(bench.command("AT+CMSS=2"), "\r\n+CMS ERROR: 321\r\n");
}

TEST(SmsTest, DetailsShowTypesCentreAndLength) {
  SmsBench bench;
  bench.command("AT+CSDH=1");
  EXPECT_EQ(bench.command("AT+CSCA=\"+8613800210500\""), "\r\nOK\r\n");
  bench.arrive("WAKE");
  EXPECT_THAT(bench.command("AT+CMGR=1,1"), HasSubstr("+08\",145,4,0,0,\"+8613800210500\",145,4\r\nWAKE\r\n"));
  EXPECT_THAT(bench.command("AT+CMGL=\"ALL\""), HasSubstr("+08\",145,4\r\nWAKE\r\n"));
  // As in the manual's example (§4.2.12) but for the scheme, which CSMP has.
  bench.type("AT+CMGW=\"13816692204\"", "ABCD\x1a");
  EXPECT_EQ(bench.command("AT+CMGR=2"),
            "\r\n+CMGR: \"STO UNSENT\",\"13816692204\",,129,17,0,0,167,\"+8613800210500\",145,4\r\nABCD\r\n\r\nOK\r\n");
}

TEST(SmsTest, OnlyTheFirstOctetOfCsmpIsKept) {
  SmsBench bench;
  EXPECT_EQ(bench.command("AT+CSMP=49,\"26/02/11,15:37:38+08\",0,8"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CSMP?"), "\r\n+CSMP: 49,\"26/02/11,15:37:38+08\",0,8\r\n\r\nOK\r\n");
  for (const char* line : {"AT+CSMP=256", "AT+CSMP=17,\"tomorrow\"", "AT+CSMP=17,167,0,0,0"}) {
    EXPECT_EQ(bench.command(line), "\r\n+CMS ERROR: 323\r\n") << line;
  }
  bench.modem.brownOut(bench.now);
  bench.advance(2s);
  bench.command("ATE0");
  EXPECT_EQ(bench.command("AT+CSMP?"), "\r\n+CSMP: 49,167,0,0\r\n\r\nOK\r\n");
}

TEST(SmsTest, MessagesAndCentreSurviveAPowerCutButNotTheMode) {
  SmsBench bench;
  bench.command("AT+CSCA=\"+8613800210500\"");
  bench.arrive("WAKE");
  bench.modem.setVbat(false, bench.now);
  bench.ready();
  EXPECT_EQ(bench.command("AT+CMGF?"), "\r\n+CMGF: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CSCA?"), "\r\n+CSCA: \"+8613800210500\",145\r\n\r\nOK\r\n");
  bench.command("AT+CMGF=1");
  EXPECT_THAT(bench.command("AT+CMGR=1"), HasSubstr("WAKE"));
}

}  // namespace
}  // namespace smartkar::modem_sim
