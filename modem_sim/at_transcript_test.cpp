// What the wire must look like, byte for byte.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;

struct Exchange {
  const char* command;
  const char* answer;
};

class TranscriptTest : public testing::TestWithParam<Exchange> {};

TEST_P(TranscriptTest, AnswerIsByteExact) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CMEE=2");
  EXPECT_EQ(bench.command(GetParam().command), GetParam().answer);
}

INSTANTIATE_TEST_SUITE_P(
    ReadyModem, TranscriptTest,
    testing::Values(
        Exchange{"AT", "\r\nOK\r\n"}, Exchange{"at+gsn", "\r\n860016049999999\r\n\r\nOK\r\n"},
        Exchange{"AT+CGMR", "\r\nRevision:1951B10 SIM7080\r\n\r\nOK\r\n"},
        Exchange{"AT+CGMM", "\r\nSIMCOM_SIM7080\r\n\r\nOK\r\n"},
        Exchange{"AT+CCID", "\r\n89470000000000000001\r\n\r\nOK\r\n"},
        Exchange{"AT+CICCID", "\r\n+CME ERROR: Unrecognized Command\r\n"},
        Exchange{"AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n"}, Exchange{"AT+CSQ", "\r\n+CSQ: 20,99\r\n\r\nOK\r\n"},
        Exchange{"AT+CEREG?", "\r\n+CEREG: 0,1\r\n\r\nOK\r\n"}, Exchange{"AT+CGATT?", "\r\n+CGATT: 1\r\n\r\nOK\r\n"},
        Exchange{"AT+COPS?", "\r\n+COPS: 0,0,\"Sim LTE-M\",7\r\n\r\nOK\r\n"},
        Exchange{"AT+CNACT?",
                 "\r\n+CNACT: 0,0,\"0.0.0.0\"\r\n+CNACT: 1,0,\"0.0.0.0\"\r\n+CNACT: 2,0,\"0.0.0.0\"\r\n+CNACT: "
                 "3,0,\"0.0.0.0\"\r\n\r\nOK\r\n"},
        Exchange{"AT+CEDRXRDP", "\r\n+CEDRXRDP: 0\r\n\r\nOK\r\n"},
        Exchange{"AT+CPSMS?", "\r\n+CPSMS: 0,,,\"01100000\",\"00000000\"\r\n\r\nOK\r\n"},
        Exchange{"AT+SMSTATE?", "\r\n+SMSTATE: 0\r\n\r\nOK\r\n"},
        Exchange{"AT+SMSTATE", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMCONN", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMDISC", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMPUB=\"a\",5,0,0", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMPUB=?", "\r\n+SMPUB: 128,(0-1024),(0-2),(0-1)\r\n\r\nOK\r\n"},
        Exchange{"AT+SMSSL=?", "\r\n+SMSSL: (0-6),20,20\r\n\r\nOK\r\n"},
        Exchange{"AT+SMSSL?", "\r\n+SMSSL: 0,\"\",\"\"\r\n\r\nOK\r\n"},
        Exchange{"AT+SMSSL=1,\"server-ca.crt\",\"\"", "\r\nOK\r\n"},
        Exchange{"AT+SMSSL=1,\"a-name-of-21-letters-\",\"\"", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMPUBHEX?", "\r\n+SMPUBHEX: 0\r\n\r\nOK\r\n"}, Exchange{"AT+SMRCVSLPTM=1,500", "\r\nOK\r\n"},
        Exchange{"AT+SMRCVSLPTM=1,501", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMCONF=\"PDP\",1", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMCONF=\"CLIENTID\",0", "\r\nOK\r\n"}, Exchange{"AT+SMCONF=\"keeptime\",65535", "\r\nOK\r\n"},
        Exchange{"AT+SMCONF=\"KEEPTIME\",65536", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+SMCONF=\"URL\",\"h\",\"1883\"", "\r\nOK\r\n"},
        Exchange{"AT+SMCONF=\"URL\",10.0.0.1,1883", "\r\nOK\r\n"},
        Exchange{"AT+SMCONF=\"QOS\",3", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+CSSLCFG=\"sslversion\",0,3", "\r\nOK\r\n"}, Exchange{"AT+CSSLCFG?", "\r\nOK\r\n"},
        Exchange{"AT+CSSLCFG=\"SSLVERSION\",6,3", "\r\n+CME ERROR: Param range\r\n"},
        Exchange{"AT+CFSTERM", "\r\n+CME ERROR: operation not allowed\r\n"}, Exchange{"AT+CNMI=2,2", "\r\nOK\r\n"},
        Exchange{"AT+CACID=12", "\r\nOK\r\n"}, Exchange{"AT+CACID=13", "\r\n+CME ERROR: Param range\r\n"},
        Exchange{"AT+CACID=?", "\r\n+CACID: (0-12)\r\n\r\nOK\r\n"},
        Exchange{"AT+CAOPEN=?",
                 "\r\n+CAOPEN: (0-12),(0-4),(\"TCP\",\"UDP\",\"NONIP\"),64,(1-65535),(0,1)\r\n\r\nOK\r\n"},
        Exchange{"AT+CAOPEN=0,0,\"TCP\",\"host\",1883", "\r\n+CAOPEN: 0,1\r\n\r\nOK\r\n"},
        Exchange{"AT+CAOPEN=0,0,\"UDP\",\"host\",1883", "\r\n+CAOPEN: 0,1\r\n\r\nOK\r\n"},
        Exchange{"AT+CAOPEN=0,0,\"TCP\",\"host\",0", "\r\n+CME ERROR: Param range\r\n"},
        Exchange{"AT+CASEND=0,5", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+CARECV=0,5", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+CAACK=0", "\r\n+CME ERROR: operation not allowed\r\n"},
        Exchange{"AT+CACLOSE=0", "\r\n+CME ERROR: operation not allowed\r\n"}, Exchange{"AT+CASTATE?", "\r\nOK\r\n"},
        Exchange{"AT+CASSLCFG=0,SSL,1", "\r\nOK\r\n"}, Exchange{"AT+CASSLCFG=0,\"cacert\",\"ca.crt\"", "\r\nOK\r\n"},
        Exchange{"AT+CASSLCFG=0,\"CRINDEX\",6", "\r\n+CME ERROR: Param range\r\n"},
        Exchange{"AT+CACFG=\"RCVBUF\",5839", "\r\n+CME ERROR: Param range\r\n"},
        Exchange{"AT+CACFG=\"KEEPALIVE\",1,30,30,1", "\r\nOK\r\n"},
        Exchange{"AT+CACFG=\"KEEPALIVE\",1,29,30,1", "\r\n+CME ERROR: Param range\r\n"},
        Exchange{"AT+CACFG=\"TIMEOUT\",12,60000", "\r\nOK\r\n"}, Exchange{"AT+CFGRI?", "\r\n+CFGRI: 0\r\n\r\nOK\r\n"},
        Exchange{"AT+CNMP=38;+CMNB=1", "\r\nOK\r\n"}));

TEST(AtChannelTest, EchoIsTheRawCommandBeforeTheAnswer) {
  ModemBench bench;
  bench.ready();
  bench.command("ATE1");
  bench.command("AT+CMEE=2");
  EXPECT_EQ(bench.command("AT+SMCONN"), "AT+SMCONN\r\r\n+CME ERROR: operation not allowed\r\n");
}

TEST(AtChannelTest, ErrorFormFollowsCmee) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+SMCONN"), "\r\nERROR\r\n");
  bench.command("AT+CMEE=1");
  EXPECT_EQ(bench.command("AT+SMCONN"), "\r\n+CME ERROR: 3\r\n");
}

TEST(AtChannelTest, LineOf559CharactersIsTakenAndOneMoreIsAnError) {
  ModemBench bench;
  bench.ready();
  const std::string head = "+CNCFG=0,1,\"a\"";
  EXPECT_EQ(bench.command("AT" + head + std::string(559 - head.size(), ' ')), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT" + head + std::string(560 - head.size(), ' ')), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT"), "\r\nOK\r\n");
}

TEST(AtChannelTest, CommandSentBeforeTheAnswerIsDropped) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+CSQ\rAT+CCID"), "\r\n+CSQ: 20,99\r\n\r\nOK\r\n");
}

TEST(AtChannelTest, BackspaceAndNoiseBeforeTheCommand) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("\xff\xff"
                          "ATX\b"),
            "\r\nOK\r\n");
  EXPECT_EQ(bench.command("noise"), "");
}

TEST(AtChannelTest, SmconfReadAndTestForms) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+SMCONF=\"CLIENTID\",\"Raspi\"");
  bench.command("AT+SMCONF=\"URL\",\"broker.example\",8883");
  EXPECT_THAT(
      bench.command("AT+SMCONF?", 200ms),
      testing::StartsWith("\r\n+SMCONF: \r\n\r\nCLIENTID: \"Raspi\"\r\n\r\nURL: \"broker.example\",8883\r\n\r\n"));
  EXPECT_THAT(bench.command("AT+SMCONF=?", 200ms),
              testing::StartsWith("\r\n+SMCONF: \"CLIENTID\",(0-128)\r\n+SMCONF: \"URL\",246,(0-65535)\r\n"));
}

TEST(AtChannelTest, UrcComesBetweenTheLinesOfAnAnswer) {
  ModemBench bench;
  bench.ready();
  bench.modem.timing().answer_gap = 20ms;
  bench.type("AT+SMSTATE?\r");
  bench.advance(10ms);
  bench.modem.emitUrc("+SMSUB: \"t\",\"x\"", bench.now);
  bench.advance(50ms);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSTATE: 0\r\n\r\n+SMSUB: \"t\",\"x\"\r\n\r\nOK\r\n");
}

TEST(AtChannelTest, FaultsMuteOrFailTheNextCommand) {
  ModemBench bench;
  bench.ready();
  bench.modem.failNext("+CSQ", true, bench.now);
  EXPECT_EQ(bench.command("AT+CSQ", 10s), "");
  bench.modem.failNext("+CSQ", false, bench.now);
  EXPECT_EQ(bench.command("AT+CSQ"), "\r\nERROR\r\n");
  EXPECT_THAT(bench.command("AT+CSQ"), HasSubstr("OK"));
}

}  // namespace
}  // namespace smartkar::modem_sim
