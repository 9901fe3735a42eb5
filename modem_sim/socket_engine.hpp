#pragma once

#include <vector>

#include "modem_sim/reply.hpp"
#include "modem_sim/settings.hpp"
#include "modem_sim/tcp_socket.hpp"

namespace smartkar::modem_sim {

struct Core;

// The modem's TCP and UDP sockets behind AT+CA…, by their number.
class SocketEngine {
 public:
  static constexpr int kSockets = static_cast<int>(SocketSettings::kConnections);  // CACID 0 … 12

  explicit SocketEngine(Core& core);

  // id: 0 … 12.
  TcpSocket& at(int id) { return sockets_[static_cast<std::size_t>(id)]; }
  // AT+CAOPEN. Later, or the result at once.
  Reply open(int id, const SocketTarget& target);

  int connected() const;
  // A connection that is being made; an idle one lets the modem sleep (botletics/SIM7000-LTE-Shield#209).
  bool keepsAwake() const;
  // An application network was switched off in order.
  void contextClosed(std::size_t context);
  // See TcpSocket.
  void bearerLost();
  void reset();

 private:
  std::optional<OpenResult> obstacle(const SocketTarget& target) const;
  void report(int id, OpenResult result);
  Reply immediate(int id, OpenResult result);

  Core& core_;
  std::vector<TcpSocket> sockets_;
};

}  // namespace smartkar::modem_sim
