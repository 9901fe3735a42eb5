#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "modem_sim/data_path.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/receive_buffer.hpp"

namespace smartkar::modem_sim {

struct Core;

// Results of AT+CAOPEN (AT Manual V1.05 §12.2.3) that can happen here.
enum class OpenResult : std::uint8_t {
  Success = 0,
  SocketError = 1,  // also: the application network is not active (TinyGSM#829)
  NoMemory = 2,     // also: no data left on the SIM's account (LilyGo-T-SIM7080G#179)
  BadParameter = 4,
  NotSupported = 7,
  DnsFailed = 20,
  Refused = 23,
  CertificateTime = 24,
  CertificateName = 25,
  ConnectFailed = 27,
};

// What AT+CAOPEN names.
struct SocketTarget {
  enum class Type : std::uint8_t { Tcp, Udp, NonIp };

  int context = 0;  // application network
  Type type = Type::Tcp;
  std::string host;
  std::uint16_t port = 0;
  bool push = false;  // recv_mode 1: data are printed as they come, not announced

  // What is not IP the network carries in UDP (3GPP TS 23.401 §4.3.17.8.3.3.2), one datagram a packet.
  Transport transport() const { return type == Type::Tcp ? Transport::Tcp : Transport::Udp; }
};

// One connection of AT+CA…: buffers, keep-alive and the unsolicited lines about it. With UDP it has a peer, but nothing
// that could break.
class TcpSocket : public ConnectionUser {
 public:
  enum class State : std::uint8_t { Free, Opening, Connected, Closed };
  using Opened = std::function<void(OpenResult)>;

  // id: the number that the host knows it by.
  TcpSocket(Core& core, int id) : core_(core), id_(id) {}

  State state() const { return state_; }
  // Only if Free. tls: nothing: plain. opened: told once, later, unless close() is first.
  void open(const SocketTarget& target, const std::optional<TlsOptions>& tls, Opened opened);
  // Ends it in order and forgets it, with all that was not read.
  void close();

  // Only if Connected, and no more than freeBytes().
  void send(std::string_view bytes);
  std::size_t freeBytes() const;
  std::size_t sentBytes() const { return sent_; }
  std::size_t unacknowledged() const { return unacknowledged_; }
  // Takes at most max bytes of what has arrived.
  std::string read(std::size_t max);
  std::size_t unread() const { return in_.size(); }
  // "<remote IP>,<remote port>"
  std::string peer() const;
  bool isDatagram() const { return target_.transport() == Transport::Udp; }
  const SocketTarget& target() const { return target_; }

  // The network was switched off in order; or it broke and the connection is gone already. The host is not told.
  void bearerClosed();
  void bearerLost();
  // The firmware ended.
  void reset();

  void opened() override;
  void openFailed(OpenError error) override;
  void received(std::string bytes) override;
  void acknowledged(std::size_t size) override;
  void closed() override;
  std::size_t room() const override;

 private:
  void finishOpening(OpenResult result);
  void armKeepAlive();
  void keepAlive();
  void breakDown();  // ends without the peer's consent
  void end();        // Closed; the host is told
  void cancelTimers();
  void announce();
  std::size_t freeInBuffer() const;

  Core& core_;
  int id_;
  State state_ = State::Free;
  SocketTarget target_;
  Opened opened_;
  ConnectionId link_ = 0;
  std::string address_;  // the peer's; empty before it is known
  ReceiveBuffer in_;
  bool announced_ = false;       // +CADATAIND is out and nothing was read since
  bool full_announced_ = false;  // likewise
  std::size_t sent_ = 0;
  std::size_t unacknowledged_ = 0;
  int failed_probes_ = 0;
  EventQueue::Id open_timer_ = 0;
  EventQueue::Id keep_alive_timer_ = 0;
  EventQueue::Id give_up_timer_ = 0;
  EventQueue::Id close_timer_ = 0;  // ATOCLOSE
};

}  // namespace smartkar::modem_sim
