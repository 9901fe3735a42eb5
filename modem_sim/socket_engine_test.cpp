#include "modem_sim/socket_engine.hpp"

#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kOpen = "AT+CAOPEN=0,0,\"TCP\",\"host\",1883";

// Application network up, a peer that speaks no MQTT.
struct NetworkBench : ModemBench {
  NetworkBench() {
    network.speaks_mqtt = false;
    ready();
    command("AT+CNACT=0,1", 1s);
  }
  std::string send(const std::string& content) {
    command("AT+CASEND=0," + std::to_string(content.size()));
    type(content);
    advance(50ms);
    return takeOutput();
  }
  // Bytes arrive from the peer.
  void arrive(std::string_view bytes) {
    network.write(bytes);
    advance(500ms);
  }
};

// …and socket 0 connected.
struct SocketBench : NetworkBench {
  SocketBench() {
    command(kOpen, 1s);
    takeOutput();
  }
};

TEST(SocketEngineTest, ResultComesBeforeOkAndWithAsyncOpenAfterIt) {
  NetworkBench bench;
  EXPECT_EQ(bench.command(kOpen, 1s), "\r\n+CAOPEN: 0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.network.endpoints[0].host, "host");
  EXPECT_EQ(bench.network.endpoints[0].port, 1883);
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,1\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command(kOpen, 1s), "\r\nERROR\r\n");
  bench.command("AT+CACLOSE=0");
  bench.command("AT+CACFG=\"ASYNCOPEN\",1");
  EXPECT_EQ(bench.command(kOpen, 1s), "\r\nOK\r\n\r\n+CAOPEN: 0,0\r\n");
}

TEST(SocketEngineTest, EachFailureHasItsResult) {
  for (const auto& [error, result] : {std::pair(OpenError::Dns, "20"),
                                      {OpenError::Refused, "23"},
                                      {OpenError::CertificateTime, "24"},
                                      {OpenError::CertificateName, "25"},
                                      {OpenError::Tls, "27"}}) {
    NetworkBench bench;
    bench.network.reachable = false;
    bench.network.error = error;
    EXPECT_EQ(bench.command(kOpen, 1s), "\r\n+CAOPEN: 0," + std::string(result) + "\r\n\r\nOK\r\n");
    EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\nOK\r\n");
  }
}

TEST(SocketEngineTest, PeerThatNeverAnswersIsGivenUp) {
  NetworkBench bench;
  bench.modem.timing().latency = 100ms;
  bench.type(std::string(kOpen) + "\r");
  bench.advance(20ms);
  bench.modem.dropNat(bench.now);
  bench.advance(9s);
  EXPECT_EQ(bench.takeOutput(), "");
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CAOPEN: 0,27\r\n\r\nOK\r\n");
}

TEST(SocketEngineTest, TlsTakesContextAndConvertedFiles) {
  NetworkBench bench;
  bench.command("AT+CFSINIT");
  bench.command("AT+CFSWFILE=3,\"ca\",0,13,1000");
  bench.type("-----BEGIN ca");
  bench.advance(50ms);
  bench.command("AT+CFSTERM");
  bench.command("AT+CSSLCFG=\"CONVERT\",2,\"ca\"");
  bench.command("AT+CSSLCFG=\"SNI\",3,\"host.example\"");
  bench.command("AT+CASSLCFG=0,\"SSL\",1;+CASSLCFG=0,\"CRINDEX\",3;+CASSLCFG=0,\"CACERT\",\"ca\"");
  EXPECT_EQ(bench.command(kOpen, 1s), "\r\n+CAOPEN: 0,0\r\n\r\nOK\r\n");
  ASSERT_TRUE(bench.network.endpoints[0].tls);
  EXPECT_EQ(bench.network.endpoints[0].tls->ca, "-----BEGIN ca");
  EXPECT_EQ(bench.network.endpoints[0].tls->server_name, "host.example");
  bench.command("AT+CACLOSE=0");
  bench.command("AT+CASSLCFG=0,\"CACERT\",\"none\"");
  EXPECT_EQ(bench.command(kOpen, 1s), "\r\n+CAOPEN: 0,4\r\n\r\nOK\r\n");
}

TEST(SocketEngineTest, SendTakesExactlyTheStatedBytesWhateverTheyAre) {
  SocketBench bench;
  EXPECT_EQ(bench.command("AT+CASEND=0,6"), "\r\n>");
  bench.type(std::string("\0\x1a\r\n\">", 6));
  bench.type("\x1a");  // Zephyr's driver sends one more
  bench.advance(50ms);
  EXPECT_EQ(bench.takeOutput(), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.takeBytes(), std::string("\0\x1a\r\n\">", 6));
  EXPECT_EQ(bench.command("AT+CAACK=0"), "\r\n+CAACK: 6,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASEND=0,1461"), "\r\nERROR\r\n");
}

TEST(SocketEngineTest, SendWithTooFewBytesEndsInErrorAfterItsTime) {
  SocketBench bench;
  bench.command("AT+CASEND=0,5", 5ms);
  EXPECT_EQ((bench.type("1234"), bench.advance(4900ms), bench.takeOutput()), "");
  EXPECT_EQ((bench.advance(200ms), bench.takeOutput()), "\r\nERROR\r\n");
  bench.command("AT+CASEND=0,5,100", 5ms);
  bench.advance(150ms);
  EXPECT_THAT(bench.takeOutput(), testing::EndsWith("\r\nERROR\r\n"));
  EXPECT_EQ(bench.network.takeBytes(), "");
}

TEST(SocketEngineTest, ArrivalIsAnnouncedOnceUntilRead) {
  SocketBench bench;
  bench.arrive("hel");
  EXPECT_EQ(bench.takeOutput(), "\r\n+CADATAIND: 0\r\n");
  bench.arrive("lo");
  EXPECT_EQ(bench.takeOutput(), "");
  EXPECT_EQ(bench.command("AT+CARECV?"), "\r\n+CARECV: 0,5\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,4"), "\r\n+CARECV: 4,hell\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), "\r\n+CARECV: 1,o\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), "\r\n+CARECV: 0\r\n\r\nOK\r\n");
  bench.arrive(std::string("\r\n\0OK\r\n", 7));
  bench.takeOutput();
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), std::string("\r\n+CARECV: 7,\r\n\0OK\r\n\r\n\r\nOK\r\n", 28));
}

TEST(SocketEngineTest, PushModePrintsDataWithItsLength) {
  NetworkBench bench;
  bench.command(std::string(kOpen) + ",1", 1s);
  bench.arrive("hello");
  EXPECT_EQ(bench.takeOutput(), "\r\n+CAURC: \"recv\",0,5\r\nhello\r\n");
}

TEST(SocketEngineTest, FullBufferIsToldAndHoldsUpThePeerUntilRead) {
  SocketBench bench;
  bench.command("AT+CACFG=\"RCVBUF\",5840");
  std::string stream;
  for (int i = 0; i < 2000; ++i) stream += std::to_string(10000 + i);
  bench.arrive(stream);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CADATAIND: 0\r\n\r\n+CAURC: \"buffer full\"\r\n");
  EXPECT_EQ(bench.command("AT+CARECV?"), "\r\n+CARECV: 0,5840\r\n\r\nOK\r\n");
  bench.network.dropConnection();
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "") << "the end comes behind what is held up";
  std::string got;
  while (got.size() < stream.size()) {
    const std::string answer = bench.command("AT+CARECV=0,1460", 2s);
    const std::size_t comma = answer.find(',');
    ASSERT_NE(comma, std::string::npos) << answer;
    got += answer.substr(comma + 1, std::stoul(answer.substr(11)));
  }
  EXPECT_EQ(got, stream);
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,0\r\n\r\nOK\r\n");
}

TEST(SocketEngineTest, PeerThatClosesIsToldAndItsDataCanBeReadUntilClose) {
  SocketBench bench;
  bench.network.write("bye");
  bench.network.deliver();
  bench.network.dropConnection();
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CADATAIND: 0\r\n\r\n+CASTATE: 0,0\r\n");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASEND=0,1"), "\r\nERROR\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,9"), "\r\n+CARECV: 3,bye\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CACLOSE=0"), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CACLOSE=0"), "\r\nERROR\r\n");
}

TEST(SocketEngineTest, CloseEndsInOrderWithoutALine) {
  SocketBench bench;
  EXPECT_EQ(bench.command("AT+CACLOSE=0", 1s), "\r\nOK\r\n");
  EXPECT_TRUE(bench.network.closed_in_order);
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\nOK\r\n");
}

TEST(SocketEngineTest, LostNetworkClosesWithoutALineOfItsOwn) {
  SocketBench bench;
  bench.modem.dropPdp(bench.now);
  bench.advance(1s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+APP PDP: 0,DEACTIVE\r\n");
  EXPECT_TRUE(bench.network.abandoned);
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASEND=0,1"), "\r\nERROR\r\n");
}

TEST(SocketEngineTest, LostMappingShowsInAcknowledgementsAndBreaksLater) {
  SocketBench bench;
  bench.command("AT+CACFG=\"TCPOT\",60000");
  bench.modem.dropNat(bench.now);
  EXPECT_EQ(bench.send("hello"), "\r\nOK\r\n");
  bench.advance(10s);
  EXPECT_EQ(bench.command("AT+CAACK=0"), "\r\n+CAACK: 5,5\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASEND=0"), "\r\n+CASEND: 10235\r\n\r\nOK\r\n");
  EXPECT_EQ((bench.advance(40s), bench.takeOutput()), "");
  EXPECT_EQ((bench.advance(15s), bench.takeOutput()), "\r\n+CASTATE: 0,0\r\n");
  EXPECT_EQ(bench.network.takeBytes(), "");
}

TEST(SocketEngineTest, KeepAliveFindsALostMappingByItself) {
  NetworkBench bench;
  bench.command("AT+CACFG=\"KEEPALIVE\",1,60,30,2");
  bench.command(kOpen, 1s);
  bench.advance(300s);
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,1\r\n\r\nOK\r\n");
  bench.modem.dropNat(bench.now);
  bench.takeOutput();
  EXPECT_EQ((bench.advance(59s), bench.takeOutput()), "");
  EXPECT_EQ((bench.advance(62s), bench.takeOutput()), "\r\n+CASTATE: 0,0\r\n");
}

TEST(SocketEngineTest, NatForgetsAConnectionThatWasSilentForLonger) {
  SocketBench bench;
  bench.modem.timing().nat_timeout = 300s;
  for (int i = 0; i < 3; ++i) {
    bench.advance(290s);
    EXPECT_EQ(bench.send("x"), "\r\nOK\r\n");
  }
  bench.arrive("y");
  bench.takeOutput();
  EXPECT_EQ(bench.network.takeBytes(), "xxx");
  bench.advance(301s);
  bench.arrive("lost");
  EXPECT_EQ(bench.takeOutput(), "");
  EXPECT_EQ(bench.send("lost"), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.takeBytes(), "");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,1\r\n\r\nOK\r\n");
}

TEST(SocketEngineTest, KeepAliveProbesOfTheModemRenewTheNatWithoutTheHost) {
  NetworkBench bench;
  bench.modem.timing().nat_timeout = 300s;
  bench.command("AT+CACFG=\"KEEPALIVE\",1,280,30,3");
  bench.command(kOpen, 1s);
  bench.advance(3600s);
  bench.takeOutput();
  bench.arrive("there");
  EXPECT_EQ(bench.takeOutput(), "\r\n+CADATAIND: 0\r\n");
}

TEST(SocketEngineTest, NatThatResetsTellsAtTheFirstByte) {
  SocketBench bench;
  bench.modem.timing().nat_timeout = 300s;
  bench.modem.behaviour().nat_expiry = NatExpiry::Reset;
  bench.advance(301s);
  EXPECT_EQ(bench.send("x"), "\r\nOK\r\n\r\n+CASTATE: 0,0\r\n");
}

TEST(SocketEngineTest, ArrivalRingsWithCfgri1And2) {
  for (const auto& [cfgri, rings] : {std::pair("AT+CFGRI=0", false), {"AT+CFGRI=1", true}, {"AT+CFGRI=2", true}}) {
    SocketBench bench;
    bench.command(cfgri);
    bench.ri_changes.clear();
    bench.arrive("x");
    EXPECT_EQ(bench.ri_changes.size(), rings ? 2U : 0U) << cfgri;
  }
}

TEST(SocketEngineTest, ConnectionLetsTheModemSleepAndKeepsDataThatCameMeanwhile) {
  ModemBench bench;
  bench.network.speaks_mqtt = false;
  bench.modem.setDtr(false, bench.now);
  bench.ready();
  bench.command("AT+CSCLK=1;+CFGRI=2");
  bench.command("AT+CNACT=0,1", 1s);
  bench.command(kOpen, 1s);
  bench.modem.setDtr(true, bench.now);
  bench.modem.setHostAwake(false, bench.now);
  bench.advance(5s);
  ASSERT_TRUE(bench.modem.state().asleep);
  bench.ri_changes.clear();
  bench.network.write("wake");
  bench.advance(5s);
  EXPECT_EQ(bench.ri_changes.size(), 2U);
  EXPECT_EQ(bench.lost, "\r\n+CADATAIND: 0\r\n");
  bench.modem.setHostAwake(true, bench.now);
  bench.modem.setDtr(false, bench.now);
  bench.advance(100ms);
  EXPECT_EQ(bench.command("AT+CARECV=0,99"), "\r\n+CARECV: 4,wake\r\n\r\nOK\r\n");
}

TEST(SocketEngineTest, SocketsAreIndependentOfTheMqttClient) {
  ModemBench bench;
  bench.online();
  EXPECT_EQ(bench.command("AT+SMSTATE?"), "\r\n+SMSTATE: 1\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command(kOpen, 1s), "\r\n+CAOPEN: 0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+SMDISC", 1s), "\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,1\r\n\r\nOK\r\n");
}

TEST(SocketEngineTest, RestartForgetsSocketsAndSettings) {
  SocketBench bench;
  bench.command("AT+CACFG=\"RCVBUF\",29200");
  bench.modem.brownOut(bench.now);
  bench.advance(2s);
  bench.command("ATE0");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\nOK\r\n");
  EXPECT_THAT(bench.command("AT+CACFG?", 200ms), HasSubstr("\r\n+CACFG: \"RCVBUF\",10240\r\n"));
}

// ATOCLOSE: a while after the peer has closed, the number is free again.
TEST(SocketEngineTest, ClosedSocketClosesItselfIfTold) {
  SocketBench bench;
  EXPECT_EQ(bench.command("AT+CACFG=\"ATOCLOSE\",1"), "\r\nERROR\r\n") << "the delay cannot be omitted";
  EXPECT_EQ(bench.command("AT+CACFG=\"ATOCLOSE\",1,10"), "\r\nOK\r\n");
  bench.command(kOpen, 1s);
  bench.network.dropConnection();
  bench.advance(9s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CASTATE: 0,0\r\n");
  bench.advance(2s);
  EXPECT_EQ(bench.takeOutput(), "\r\n+CACLOSE: 0\r\n");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\nOK\r\n");
}

TEST(SocketEngineTest, ContextsWithoutIpCarryDatagramsOfTheirOwnTypeAlone) {
  ModemBench bench;
  bench.network.speaks_mqtt = false;
  bench.ready();
  bench.command("AT+CNCFG=1,3,\"nidd\"");
  bench.command("AT+CNACT=0,1", 1s);
  EXPECT_THAT(bench.command("AT+CNACT=1,1", 1s), HasSubstr("+APP PDP: 1,ACTIVE"));
  EXPECT_THAT(bench.command("AT+CNACT?"), HasSubstr("+CNACT: 1,1,\"0.0.0.0\""));
  EXPECT_THAT(bench.command("AT+CAOPEN=0,1,\"UDP\",\"host\",9", 1s), HasSubstr("+CAOPEN: 0,1"));
  EXPECT_THAT(bench.command("AT+CAOPEN=0,0,\"NONIP\",\"host\",9", 1s), HasSubstr("+CAOPEN: 0,7"));
  EXPECT_THAT(bench.command("AT+CAOPEN=0,1,\"NONIP\",\"host\",9", 1s), HasSubstr("+CAOPEN: 0,0"));
  EXPECT_EQ(bench.command("AT+CAOPEN?"), "\r\n+CAOPEN: 0,1,\"NONIP\",\"host\",9,0\r\n\r\nOK\r\n");
  bench.command("AT+CASEND=0,2");
  bench.type("hi");
  bench.advance(50ms);
  EXPECT_EQ(bench.network.takeBytes(), "hi");
  bench.command("AT+CNACT=0,0", 1s);
  EXPECT_THAT(bench.command("AT+CASTATE?"), HasSubstr("+CASTATE: 0,1")) << "another context";
  bench.command("AT+CNACT=1,0", 1s);
  EXPECT_THAT(bench.command("AT+CASTATE?"), HasSubstr("+CASTATE: 0,0"));
}

TEST(SocketEngineTest, NetworkMayHaveNoContextsWithoutIp) {
  ModemBench bench;
  bench.modem.behaviour().nonip_granted = false;
  bench.ready();
  bench.command("AT+CNCFG=0,4,\"nidd\"");
  EXPECT_THAT(bench.command("AT+CNACT=0,1", 1s), HasSubstr("+APP PDP: 0,DEACTIVE"));
}

}  // namespace
}  // namespace smartkar::modem_sim
