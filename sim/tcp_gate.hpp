#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "protocol/envelope.hpp"
#include "protocol/line_buffer.hpp"
#include "protocol/topics.hpp"
#include "sim/broker_message.hpp"
#include "sim/sim_server.hpp"
#include "sim/virtual_network.hpp"

namespace smartkar::sim {

// The server's end of the TCP link of one car, as docs/protocol.md has it, with one connection at a time. Nobody else
// connects, so no certificate is looked at. While the server does not run it refuses all.
class TcpGate : public Service, public CarGate {
 public:
  // Both outlive this. ccid: of the car.
  TcpGate(VirtualNetwork& network, SimServer& server, std::string_view ccid);

  // Well-formed lines of the car; others are ignored.
  int lines() const { return lines_; }
  // Every message, from the car and to it.
  std::function<void(const BrokerMessage& message)> on_message = [](const BrokerMessage&) {};
  // To the car, wherever it is connected.
  void writeToAll(std::string_view payload);

  void opened(ConnectionId id) override;
  void received(ConnectionId id, std::string_view bytes) override;
  void closed(ConnectionId id) override { end(id); }

  void write(std::uint64_t connection, std::string_view payload) override;
  void closeAll() override;

 private:
  using Line = protocol::LineBuffer<protocol::kDeviceLineBytesMax>;

  void take(ConnectionId id, std::string_view line);
  void tell(protocol::Channel channel, std::string_view payload) const;
  void end(ConnectionId id);

  VirtualNetwork& network_;
  SimServer& server_;
  const std::string ccid_;
  std::map<ConnectionId, Line> cars_;
  int lines_ = 0;
};

}  // namespace smartkar::sim
