#include "modem_sim/mqtt_engine.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct OnlineBench : ModemBench {
  OnlineBench() {
    online();
    takeOutput();
  }
  std::string publish(const std::string& content, int qos, Duration wait = 1s) {
    command("AT+SMPUB=\"car/evt\"," + std::to_string(content.size()) + "," + std::to_string(qos) + ",0");
    type(content);
    advance(wait);
    return takeOutput();
  }
};

TEST(MqttEngineTest, ConnectNeedsTheApplicationNetwork) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+SMCONF=\"URL\",\"broker\",1883");
  EXPECT_EQ(bench.command("AT+SMCONN", 1s), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+CNACT=0,1", 1s), "\r\nOK\r\n\r\n+APP PDP: 0,ACTIVE\r\n");
  EXPECT_EQ(bench.command("AT+CNACT=0,1"), "\r\nERROR\r\n");
  bench.command("AT+SMCONF=\"CLIENTID\",\"c\"");
  EXPECT_EQ(bench.command("AT+SMCONN", 1s), "\r\nOK\r\n");
}

TEST(MqttEngineTest, ConnectUsesTheConfiguration) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+SMCONF=\"TOPIC\",\"car/status\"");
  bench.command("AT+SMCONF=\"MESSAGE\",\"offline\"");
  bench.online();
  EXPECT_EQ(bench.network.client_id, "car");
  EXPECT_EQ(bench.network.will, "car/status offline");
  ASSERT_EQ(bench.network.endpoints.size(), 1U);
  EXPECT_EQ(bench.network.endpoints[0].host, "broker");
  EXPECT_FALSE(bench.network.endpoints[0].tls);
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 1\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMCONN"), "\r\nERROR\r\n");
}

TEST(MqttEngineTest, SessionKeptByTheBrokerIsState2) {
  ModemBench bench;
  bench.network.session_present = true;
  bench.online();
  bench.command("AT+SMDISC");
  bench.command("AT+SMCONF=\"CLEANSS\",0");
  EXPECT_EQ(bench.command("AT+SMCONN", 1s), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 2\r\n\r\nOK\r\n");
}

TEST(MqttEngineTest, UnreachableBrokerIsAnError) {
  ModemBench bench;
  bench.network.reachable = false;
  bench.online();
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMCONN", 1s), "\r\nERROR\r\n");
}

TEST(MqttEngineTest, TlsTakesContextAndConvertedFilesAndChecksTheClockUnlessTold) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CFSINIT");
  for (const char* name : {"ca", "crt", "key"}) {
    bench.command("AT+CFSWFILE=3,\"" + std::string(name) + "\",0,13,1000");
    bench.type("-----BEGIN " + std::string(name).substr(0, 2));
    bench.advance(50ms);
  }
  bench.command("AT+CFSTERM");
  EXPECT_EQ(bench.command("AT+CSSLCFG=\"CONVERT\",2,\"ca\""), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CSSLCFG=\"CONVERT\",1,\"crt\",\"key\""), "\r\nOK\r\n");
  bench.command("AT+CSSLCFG=\"SNI\",1,\"broker.example\"");
  bench.command("AT+SMSSL=2,\"ca\",\"crt\"");
  bench.online();
  bench.command("AT+SMDISC");
  bench.command("AT+CSSLCFG=\"IGNORERTCTIME\",1,1");
  bench.command("AT+SMCONN", 1s);
  ASSERT_EQ(bench.network.endpoints.size(), 2U);
  const auto& tls = bench.network.endpoints[0].tls;
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->ca, "-----BEGIN ca");
  EXPECT_EQ(tls->key, "-----BEGIN ke");
  EXPECT_EQ(tls->server_name, "broker.example");
  EXPECT_TRUE(tls->check_time);
  EXPECT_FALSE(bench.network.endpoints[1].tls->check_time);
}

TEST(MqttEngineTest, UnknownCertificateNameFailsAtConnect) {
  ModemBench bench;
  bench.ready();
  EXPECT_EQ(bench.command("AT+SMSSL=1,\"none\",\"\""), "\r\nOK\r\n");
  bench.online();
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 0\r\n\r\nOK\r\n");
}

TEST(MqttEngineTest, PublishTakesExactlyTheStatedBytes) {
  OnlineBench bench;
  EXPECT_EQ(bench.command("AT+SMPUB=\"car/evt\",7,0,0"), "\r\n>");
  bench.type(
      "a\r\n\"\x1a"
      "b");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.type("cAT\r");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n");
  EXPECT_THAT(bench.network.published, ElementsAre("car/evt a\r\n\"\x1a"
                                                   "bc"));
}

TEST(MqttEngineTest, PublishEchoesItsContent) {
  OnlineBench bench;
  bench.command("ATE1");
  EXPECT_EQ(bench.command("AT+SMPUB=\"t\",5,0,0"), "AT+SMPUB=\"t\",5,0,0\r\r\n>");
  bench.type("hello");
  bench.advance(50ms);
  EXPECT_EQ(bench.takeOutput(), "hello\r\n\r\nOK\r\n");
}

TEST(MqttEngineTest, PublishWithTooFewBytesEndsInErrorAfterTenSeconds) {
  OnlineBench bench;
  bench.command("AT+SMPUB=\"t\",5,0,0", 5ms);
  bench.advance(9900ms);
  EXPECT_THAT(bench.takeOutput(), testing::Not(HasSubstr("ERROR")));
  bench.advance(200ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nERROR\r\n");
}

TEST(MqttEngineTest, PublishAtQos1WaitsForTheBroker) {
  OnlineBench bench;
  EXPECT_EQ(bench.publish("x", 1), "\r\nOK\r\n");
  bench.network.acknowledges = false;
  EXPECT_EQ(bench.publish("x", 1, 9s), "");
  EXPECT_EQ((bench.advance(2s), bench.takeOutput()), "\r\nERROR\r\n");
}

TEST(MqttEngineTest, PublishAtQos2EndsWithTheLastOfItsFourPackets) {
  OnlineBench bench;
  EXPECT_EQ(bench.publish("x", 2), "\r\nOK\r\n");
  EXPECT_THAT(bench.network.published, ElementsAre("car/evt x"));
  bench.network.acknowledges = false;
  EXPECT_EQ(bench.publish("y", 2, 9s), "");
  EXPECT_EQ((bench.advance(2s), bench.takeOutput()), "\r\nERROR\r\n");
}

TEST(MqttEngineTest, PublishArgumentsOutOfRange) {
  OnlineBench bench;
  for (const char* line :
       {"AT+SMPUB=\"t\",1025,0,0", "AT+SMPUB=\"t\",1,3,0", "AT+SMPUB=\"t\",1,0,2", "AT+SMPUB=\"\",1,0,0"}) {
    EXPECT_EQ(bench.command(line), "\r\nERROR\r\n") << line;
  }
}

TEST(MqttEngineTest, PublishInHexDigits) {
  OnlineBench bench;
  bench.command("AT+SMPUBHEX=1");
  EXPECT_EQ(bench.publish("6869", 0), "\r\nOK\r\n");
  EXPECT_EQ(bench.publish("686", 0), "\r\nERROR\r\n");
  EXPECT_THAT(bench.network.published, ElementsAre("car/evt hi"));
}

TEST(MqttEngineTest, SubscribeTwiceIsAnErrorUnlessAccepted) {
  OnlineBench bench;
  EXPECT_EQ(bench.command("AT+SMSUB=\"car/cmd\",1", 1s), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMSUB=\"car/cmd\",1", 1s), "\r\nERROR\r\n");
  bench.modem.behaviour().duplicate_subscribe = DuplicateSubscribe::Accept;
  EXPECT_EQ(bench.command("AT+SMSUB=\"car/cmd\",1", 1s), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMUNSUB=\"car/cmd\"", 1s), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMUNSUB=\"car/cmd\"", 1s), "\r\nERROR\r\n");
}

TEST(MqttEngineTest, MessageIsPrintedRawOrInHexAndAcknowledgedByTheModem) {
  OnlineBench bench;
  bench.network.publish("car/cmd", "{\"id\":7}\r\nx", mqtt::Qos::AtLeastOnce);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSUB: \"car/cmd\",\"{\"id\":7}\r\nx\"\r\n");
  EXPECT_EQ(bench.network.acknowledged, 1);
  bench.command("AT+SMCONF=\"SUBHEX\",1");
  bench.network.publish("car/cmd", "hello");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSUB: \"car/cmd\",\"68656C6C6F\"\r\n");
}

TEST(MqttEngineTest, OversizedMessageIsDroppedOrCut) {
  OnlineBench bench;
  bench.network.publish("t", std::string(1025, 'x'));
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.modem.behaviour().oversize = Oversize::Truncate;
  bench.network.publish("t", std::string(1025, 'x'));
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSUB: \"t\",\"" + std::string(1024, 'x') + "\"\r\n");
}

TEST(MqttEngineTest, DownlinkWaitsForPagingOnlyWhenTheRadioIsIdle) {
  Config config = ModemBench::fastConfig();
  config.timing.paging = 20s;
  ModemBench bench(config);
  bench.online();
  bench.network.publish("t", "1");
  bench.advance(100ms);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("\"1\""));
  bench.advance(5s);
  bench.network.publish("t", "2");
  bench.advance(19s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.advance(2s);
  EXPECT_THAT(bench.takeOutput(), HasSubstr("\"2\""));
}

TEST(MqttEngineTest, OwnTrafficBringsWhatWaitsForPaging) {
  Config config = ModemBench::fastConfig();
  config.timing.paging = 40s;
  ModemBench bench(config);
  bench.online();
  bench.advance(30s);
  bench.network.publish("t", "1");
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.command("AT+SMPUB=\"car/evt\",1,0,0");
  bench.type("x");
  bench.advance(100ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n\r\n+SMSUB: \"t\",\"1\"\r\n");
}

TEST(MqttEngineTest, BrokerDropIsReportedAndSwitchable) {
  OnlineBench bench;
  bench.network.dropConnection();
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSTATE: 0\r\n");
  EXPECT_EQ(bench.command("AT+SMDISC"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+SMCONN", 1s), "\r\nOK\r\n");
  bench.modem.behaviour().smstate_urc_on_close = false;
  bench.network.dropConnection();
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "");
}

TEST(MqttEngineTest, BrokerDropInsideAPublishEndsInOk) {
  OnlineBench bench;
  bench.network.acknowledges = false;
  bench.publish("x", 1, 100ms);
  bench.network.dropConnection();
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSTATE: 0\r\n\r\nOK\r\n");
}

TEST(MqttEngineTest, NatDropIsNoticedOnlyByKeepAlive) {
  OnlineBench bench;
  bench.modem.dropNat(bench.now);
  bench.advance(50s);
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 1\r\n\r\nOK\r\n");
  bench.advance(30s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+SMSTATE: 0\r\n");
  EXPECT_EQ(bench.network.pings, 0);
  EXPECT_TRUE(bench.network.abandoned);
  EXPECT_FALSE(bench.network.closed_in_order);
}

TEST(MqttEngineTest, KeepAlivePingsByItself) {
  OnlineBench bench;
  bench.advance(130s);
  EXPECT_EQ(bench.network.pings, 2);
  EXPECT_EQ(bench.takeOutput(), "");
}

TEST(MqttEngineTest, LongOutageEndsContextAndConnectionWithoutAWordToTheBroker) {
  OnlineBench bench;
  bench.command("AT+CEREG=1");
  bench.modem.setCoverage(false, bench.now);
  bench.advance(44s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CEREG: 2\r\n");
  EXPECT_FALSE(bench.network.abandoned);
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+APP PDP: 0,DEACTIVE\r\n\r\n+CEREG: 0\r\n");
  EXPECT_TRUE(bench.network.abandoned);
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 0\r\n\r\nOK\r\n");
}

TEST(MqttEngineTest, ShortOutageKeepsContextAndConnection) {
  OnlineBench bench;
  bench.command("AT+CEREG=1");
  bench.modem.setCoverage(false, bench.now);
  EXPECT_EQ(bench.publish("x", 1, 2s), "");
  EXPECT_TRUE(bench.network.published.empty()) << "nothing passes the air";
  bench.network.publish("car/cmd", "late");
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.modem.setCoverage(true, bench.now);
  bench.advance(5s);
  const std::string output = bench.takeOutput();
  EXPECT_THAT(output, testing::StartsWith("\r\n+CEREG: 1\r\n"));
  EXPECT_THAT(output, HasSubstr("\r\nOK\r\n"));
  EXPECT_THAT(output, HasSubstr("+SMSUB: \"car/cmd\",\"late\""));
  EXPECT_THAT(bench.network.published, ElementsAre("car/evt x"));
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 1\r\n\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+CNACT?"), HasSubstr("+CNACT: 0,1,"));
}

TEST(MqttEngineTest, SearchThatGaveUpStaysSoUntilTheRadioIsCycled) {
  OnlineBench bench;
  bench.modem.setCoverage(false, bench.now);
  bench.advance(50s);
  bench.modem.setCoverage(true, bench.now);
  bench.advance(60s);
  EXPECT_EQ(bench.command("AT+CEREG?"), (bench.takeOutput(), "\r\n+CEREG: 0,0\r\n\r\nOK\r\n"));
  bench.command("AT+CFUN=0", 1s);
  bench.command("AT+CFUN=1", 1s);
  EXPECT_EQ(bench.command("AT+CEREG?"), "\r\n+CEREG: 0,1\r\n\r\nOK\r\n");
}

TEST(MqttEngineTest, ContextWithAutomaticRetryComesBack) {
  ModemBench bench;
  bench.ready();
  bench.command("AT+CNACT=0,2", 1s);
  bench.modem.dropPdp(bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+APP PDP: 0,DEACTIVE\r\n\r\n+APP PDP: 0,ACTIVE\r\n");
}

TEST(MqttEngineTest, ConnectionKeepsTheModemAwakeUnlessReceiveSleepIsSet) {
  for (const bool sleeps : {false, true}) {
    ModemBench bench;
    bench.modem.setDtr(false, bench.now);
    bench.ready();
    bench.command("AT+CSCLK=1");
    if (sleeps) bench.command("AT+SMRCVSLPTM=1,500");
    bench.online();
    bench.modem.setDtr(true, bench.now);
    bench.advance(5s);
    EXPECT_EQ(bench.modem.state().asleep, sleeps);
  }
}

}  // namespace
}  // namespace smartkar::modem_sim
