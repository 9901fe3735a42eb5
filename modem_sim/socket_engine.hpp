#pragma once

#include <vector>

#include "modem_sim/reply.hpp"
#include "modem_sim/tcp_socket.hpp"

namespace smartkar::modem_sim {

struct Core;

// The modem's TCP and UDP sockets behind AT+CA…, by their number.
class SocketEngine {
 public:
  static constexpr int kSockets = 13;  // CACID 0 … 12

  struct Peer {
    Transport transport = Transport::Tcp;
    std::string host;
    std::uint16_t port = 0;
    bool push = false;  // recv_mode 1
  };

  explicit SocketEngine(Core& core);

  // id: 0 … 12.
  TcpSocket& at(int id) { return sockets_[static_cast<std::size_t>(id)]; }
  // AT+CAOPEN. pdp: 0 … 4, an application network. Later, or the result at once.
  Reply open(int id, int pdp, const Peer& peer);

  int connected() const;
  // A connection that is being made; an idle one lets the modem sleep (botletics/SIM7000-LTE-Shield#209).
  bool keepsAwake() const;
  // See TcpSocket.
  void bearerClosed();
  void bearerLost();
  void reset();

 private:
  void report(int id, OpenResult result);
  Reply immediate(int id, OpenResult result);

  Core& core_;
  std::vector<TcpSocket> sockets_;
};

}  // namespace smartkar::modem_sim
