#include "modem_sim/program/socket_network.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>

namespace smartkar::modem_sim {
namespace {

// A UDP socket on the loopback interface, at a port that nobody else has.
struct UdpServer {
  UdpServer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
  }
  // Waits for a datagram; the next answer() goes to its sender.
  std::string receive() {
    std::array<char, 2048> buffer{};
    socklen_t size = sizeof client;
    const ssize_t count =
        ::recvfrom(socket.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&client), &size);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }
  void answer(std::string_view datagram) const {
    ::sendto(socket.get(), datagram.data(), datagram.size(), 0, reinterpret_cast<const sockaddr*>(&client),
             sizeof client);
  }

  FileDescriptor socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port = 0;
  sockaddr_in client{};
};

struct SocketNetworkTest : testing::Test, NetworkListener {
  void SetUp() override { network.setListener(*this); }
  void onOpened(ConnectionId) override { ++opened; }
  void onOpenFailed(ConnectionId, OpenError error) override { failed = error; }
  void onReadable(ConnectionId id) override { received.push_back(network.receive(id, 1)); }
  void onClosed(ConnectionId) override { ++closed; }

  // One round of the poll loop.
  void turn() {
    std::vector<pollfd> polled;
    network.addTo(polled);
    constexpr int kPatienceMs = 10'000;
    ::poll(polled.data(), polled.size(), network.pending() ? 0 : kPatienceMs);
    network.handle(polled);
  }
  ConnectionId openUdp(std::uint16_t port) {
    const ConnectionId id = network.open({"127.0.0.1", port, std::nullopt, Transport::Udp});
    turn();
    return id;
  }

  SocketNetwork network;
  int opened = 0;
  int closed = 0;
  std::optional<OpenError> failed;
  std::vector<std::string> received;
};

TEST_F(SocketNetworkTest, DatagramsKeepTheirEnds) {
  UdpServer server;
  const ConnectionId id = openUdp(server.port);
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(network.address(id), "127.0.0.1");
  network.send(id, "ask");
  EXPECT_EQ(server.receive(), "ask");
  server.answer("one");
  server.answer("second");
  while (received.size() < 2 && !HasFailure()) turn();
  EXPECT_THAT(received, testing::ElementsAre("one", "second"));
}

TEST_F(SocketNetworkTest, PortThatNobodyHasDoesNotEndAUdpSocket) {
  std::uint16_t port = 0;
  {
    const UdpServer gone;
    port = gone.port;
  }
  const ConnectionId id = openUdp(port);
  network.send(id, "ask");
  turn();
  EXPECT_EQ(closed, 0);
  EXPECT_FALSE(failed);
}

TEST_F(SocketNetworkTest, UnknownNameFailsToOpen) {
  network.open({"nobody.invalid", 53, std::nullopt, Transport::Udp});
  turn();
  EXPECT_EQ(failed, OpenError::Dns);
}

}  // namespace
}  // namespace smartkar::modem_sim
