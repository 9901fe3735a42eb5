// AT+CAOPEN="UDP": AT Manual V1.05 §12.2.3.
#include <gmock/gmock.h>

#include "modem_sim/modem_bench_test.hpp"

namespace smartkar::modem_sim {
namespace {

struct UdpBench : ModemBench {
  explicit UdpBench(const std::string& mode = "") {
    network.speaks_mqtt = false;
    ready();
    command("AT+CNACT=0,1", 1s);
    opened = command("AT+CAOPEN=0,0,\"UDP\",\"host\",53" + mode, 1s);
  }
  std::string send(const std::string& content) {
    command("AT+CASEND=0," + std::to_string(content.size()));
    type(content);
    advance(50ms);
    return takeOutput();
  }
  // One datagram from the peer.
  void arrive(std::string_view datagram) {
    network.write(datagram);
    advance(500ms);
  }

  std::string opened;
};

TEST(UdpSocketTest, OpensWithoutAHandshake) {
  UdpBench bench;
  EXPECT_EQ(bench.opened, "\r\n+CAOPEN: 0,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.network.endpoints.at(0).transport, Transport::Udp);
  EXPECT_THAT(bench.command("AT+CAOPEN?"), testing::HasSubstr(R"("UDP","host",53)"));
}

TEST(UdpSocketTest, EachSendIsADatagramAndEachReadTakesOne) {
  UdpBench bench;
  EXPECT_EQ(bench.send("ask"), "\r\nOK\r\n");
  EXPECT_EQ(bench.network.takeBytes(), "ask");
  bench.arrive("one");
  bench.arrive("second");
  EXPECT_EQ(bench.takeOutput(), "\r\n+CADATAIND: 0\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), "\r\n+CARECV: 3,one\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,4"), "\r\n+CARECV: 4,seco\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), "\r\n+CARECV: 2,nd\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), "\r\n+CARECV: 0\r\n\r\nOK\r\n");
}

TEST(UdpSocketTest, DatagramWithoutRoomIsLost) {
  UdpBench bench;
  bench.command("AT+CACFG=\"RCVBUF\",5840");
  for (int i = 0; i < 5; ++i) bench.arrive(std::string(1200, 'x'));
  EXPECT_THAT(bench.command("AT+CARECV?"), testing::HasSubstr("+CARECV: 0,4800"));
  bench.command("AT+CARECV=0,1460");
  bench.arrive("fits");
  EXPECT_THAT(bench.command("AT+CARECV?"), testing::HasSubstr("+CARECV: 0,3604"));
}

TEST(UdpSocketTest, NothingBreaksWhenNobodyAnswers) {
  UdpBench bench;
  bench.modem.dropNat(bench.now);
  bench.send("lost");
  bench.advance(std::chrono::hours(3));
  EXPECT_EQ(bench.takeOutput(), "");
  EXPECT_EQ(bench.command("AT+CAACK=0"), "\r\n+CAACK: 4,0\r\n\r\nOK\r\n");
  EXPECT_EQ(bench.command("AT+CASTATE?"), "\r\n+CASTATE: 0,1\r\n\r\nOK\r\n");
}

TEST(UdpSocketTest, CasripShowsThePeer) {
  UdpBench bench;
  EXPECT_EQ(bench.command("AT+CASRIP=1"), "\r\nOK\r\n");
  bench.arrive("one");
  EXPECT_EQ(bench.takeOutput(), "\r\n+CADATAIND: 0\r\n");
  EXPECT_EQ(bench.command("AT+CARECV=0,1460"), "\r\n+CARECV: 192.0.2.1,53,3,one\r\n\r\nOK\r\n");
  UdpBench pushing(",1");
  pushing.command("AT+CASRIP=1");
  pushing.arrive("one");
  EXPECT_EQ(pushing.takeOutput(), "\r\n+CAURC: \"recv\",0,3,192.0.2.1,53\r\none\r\n");
}

}  // namespace
}  // namespace smartkar::modem_sim
