#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/envelope.hpp"
#include "protocol/line_buffer.hpp"
#include "sim/sim_server.hpp"
#include "sim/virtual_network.hpp"

namespace smartkar::sim {

// The server's end of the TCP link, as docs/protocol.md has it, with one connection at a time. The certificate of a
// connection is not looked at, as there is one car.
class TcpGate : public Service, public CarGate {
 public:
  // Both outlive this. ccid: of the car.
  TcpGate(VirtualNetwork& network, SimServer& server, std::string_view ccid);

  // Well-formed lines of the car; any other aborts.
  int lines() const { return lines_; }
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
  void end(ConnectionId id);

  VirtualNetwork& network_;
  SimServer& server_;
  const std::string ccid_;
  std::map<ConnectionId, Line> cars_;
  int lines_ = 0;
};

}  // namespace smartkar::sim
