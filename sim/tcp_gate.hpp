#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/envelope.hpp"
#include "protocol/line_buffer.hpp"
#include "sim/broker.hpp"
#include "sim/virtual_network.hpp"

namespace smartkar::sim {

// The server's end of the TCP link, as docs/protocol.md has it: carries what one car says to the broker, where the
// server is, and commands the other way. The certificate of a connection is not looked at, as there is one car.
class TcpGate : public Service, private LocalClient {
 public:
  // Both outlive this. ccid: of the car.
  TcpGate(VirtualNetwork& network, Broker& broker, std::string_view ccid);

  // Well-formed lines of the car; any other aborts.
  int lines() const { return lines_; }

  void opened(ConnectionId id) override { cars_[id]; }
  void received(ConnectionId id, std::string_view bytes) override;
  void closed(ConnectionId id) override { cars_.erase(id); }

 private:
  using Line = protocol::LineBuffer<protocol::kDeviceLineBytesMax>;

  void take(std::string_view line);
  void onMessage(const BrokerMessage& message) override;

  VirtualNetwork& network_;
  Broker& broker_;
  const std::string ccid_;
  std::map<ConnectionId, Line> cars_;
  int lines_ = 0;
};

}  // namespace smartkar::sim
