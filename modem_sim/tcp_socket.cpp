#include "modem_sim/tcp_socket.hpp"

#include <algorithm>
#include <utility>

#include "modem_sim/core.hpp"

namespace smartkar::modem_sim {

using Owner = EventQueue::Owner;

namespace {

// Probing when CACFG="KEEPALIVE" gives no values: RFC 9293 §3.8.4 says at least two hours; Linux's interval and count.
constexpr std::array<int, 3> kStackKeepAlive = {7200, 75, 9};
// The longest piece that is printed at once, as CARECV's longest.
constexpr std::size_t kPieceMax = 1460;

OpenResult resultOf(OpenError error) {
  switch (error) {
    case OpenError::Dns:
      return OpenResult::DnsFailed;
    case OpenError::Refused:
      return OpenResult::Refused;
    case OpenError::CertificateTime:
      return OpenResult::CertificateTime;
    case OpenError::CertificateName:
      return OpenResult::CertificateName;
    case OpenError::Timeout:
    case OpenError::Tls:
      break;
  }
  return OpenResult::ConnectFailed;
}

}  // namespace

void TcpSocket::open(const SocketTarget& target, const std::optional<TlsOptions>& tls, Opened opened) {
  const Timing& timing = core_.config.timing;
  reset();
  state_ = State::Opening;
  target_ = target;
  opened_ = std::move(opened);
  const Duration handshake = tls ? timing.socket_open_tls : timing.socket_open_plain;
  const Duration before = isDatagram() ? Duration{0} : handshake;
  const Endpoint endpoint{target.host, target.port, tls, target.transport()};
  open_timer_ = core_.events.after(before, Owner::Firmware, [this, endpoint] {
    link_ = core_.data.open(endpoint, *this);
    open_timer_ = core_.events.after(core_.config.timing.socket_open_timeout, Owner::Firmware, [this] {
      core_.data.close(std::exchange(link_, 0));
      finishOpening(OpenResult::ConnectFailed);
    });
  });
}

void TcpSocket::finishOpening(OpenResult result) {
  core_.events.cancel(open_timer_);
  state_ = result == OpenResult::Success ? State::Connected : State::Free;
  if (const Opened told = std::exchange(opened_, nullptr)) told(result);
}

void TcpSocket::opened() {
  address_ = core_.data.address(link_);
  armKeepAlive();
  finishOpening(OpenResult::Success);
}

void TcpSocket::openFailed(OpenError error) {
  link_ = 0;
  finishOpening(resultOf(error));
}

void TcpSocket::close() {
  if (link_ != 0) core_.data.close(std::exchange(link_, 0));
  reset();
}

void TcpSocket::reset() {
  cancelTimers();
  state_ = State::Free;
  link_ = 0;
  opened_ = nullptr;
  address_.clear();
  in_.clear();
  announced_ = false;
  full_announced_ = false;
  sent_ = 0;
  unacknowledged_ = 0;
  failed_probes_ = 0;
}

void TcpSocket::cancelTimers() {
  for (EventQueue::Id* timer : {&open_timer_, &keep_alive_timer_, &give_up_timer_, &close_timer_}) {
    core_.events.cancel(std::exchange(*timer, 0));
  }
}

std::string TcpSocket::peer() const { return address_ + "," + std::to_string(target_.port); }

std::size_t TcpSocket::freeBytes() const {
  const auto size = static_cast<std::size_t>(*core_.settings.sockets.send_buffer);
  return size - std::min(size, unacknowledged_);
}

void TcpSocket::send(std::string_view bytes) {
  const Timing& timing = core_.config.timing;
  sent_ += bytes.size();
  if (isDatagram()) {
    core_.data.send(link_, bytes);
    return;
  }
  unacknowledged_ += bytes.size();
  const auto configured = core_.settings.sockets.give_up_ms;
  const Duration give_up = configured ? std::chrono::milliseconds(*configured) : timing.tcp_give_up;
  const auto acknowledged = core_.data.send(link_, bytes);
  if (acknowledged && *acknowledged <= give_up) {
    armKeepAlive();
    core_.events.after(*acknowledged, Owner::Firmware, [this, link = link_, size = bytes.size()] {
      if (link_ == link && link != 0) unacknowledged_ -= size;
    });
    return;
  }
  if (give_up_timer_ != 0) return;
  give_up_timer_ = core_.events.after(give_up, Owner::Firmware, [this] { breakDown(); });
}

void TcpSocket::acknowledged(std::size_t size) {
  unacknowledged_ -= std::min(unacknowledged_, size);
  if (unacknowledged_ == 0) core_.events.cancel(std::exchange(give_up_timer_, 0));
  armKeepAlive();
}

void TcpSocket::armKeepAlive() {
  core_.events.cancel(keep_alive_timer_);
  const SocketSettings& settings = core_.settings.sockets;
  if (settings.keep_alive == 0 || isDatagram()) return;
  const std::size_t which = failed_probes_ == 0 ? 0 : 1;
  const int given = settings.keep_alive_values[which];
  const bool milliseconds = core_.config.behaviour.keep_alive_unit == KeepAliveUnit::Milliseconds;
  const Duration unit = milliseconds ? Duration(1ms) : Duration(1s);
  keep_alive_timer_ = core_.events.after(given > 0 ? given * unit : std::chrono::seconds(kStackKeepAlive[which]),
                                         Owner::Firmware, [this] { keepAlive(); });
}

void TcpSocket::keepAlive() {
  const int given = core_.settings.sockets.keep_alive_values[2];
  if (failed_probes_ == (given > 0 ? given : kStackKeepAlive[2])) return breakDown();
  failed_probes_ = core_.data.probe(link_) ? 0 : failed_probes_ + 1;
  armKeepAlive();
}

void TcpSocket::breakDown() {
  core_.data.close(std::exchange(link_, 0));
  end();
}

void TcpSocket::closed() { breakDown(); }

void TcpSocket::end() {
  cancelTimers();
  state_ = State::Closed;
  if (core_.config.behaviour.unread_at_close == UnreadAtClose::Lost) in_.clear();
  core_.urc(UrcKind::Socket, "+CASTATE: " + std::to_string(id_) + ",0");
  const SocketSettings& settings = core_.settings.sockets;
  if (settings.auto_close != 1) return;
  close_timer_ = core_.events.after(std::chrono::seconds(settings.auto_close_s.value_or(0)), Owner::Firmware, [this] {
    close();
    core_.urc(UrcKind::Socket, "+CACLOSE: " + std::to_string(id_));
  });
}

std::size_t TcpSocket::freeInBuffer() const {
  const auto size = static_cast<std::size_t>(*core_.settings.sockets.receive_buffer);
  return size - std::min(size, in_.size());
}

// Nothing holds up a datagram: it is lost if there is no room.
std::size_t TcpSocket::room() const { return isDatagram() ? ConnectionUser::room() : freeInBuffer(); }

void TcpSocket::received(std::string bytes) {
  core_.sleep.touch();
  failed_probes_ = 0;
  armKeepAlive();
  if (bytes.size() <= freeInBuffer()) in_.put(std::move(bytes), isDatagram());
  announce();
}

void TcpSocket::announce() {
  while (target_.push && !in_.empty()) {
    const std::string piece = in_.take(kPieceMax);
    std::string head = "+CAURC: \"recv\"," + std::to_string(id_) + "," + std::to_string(piece.size());
    if (core_.settings.sockets.show_remote == 1) head.append(",").append(peer());
    core_.urc(UrcKind::Socket, head.append("\r\n").append(piece));
  }
  if (in_.empty()) return;
  if (!std::exchange(announced_, true)) core_.urc(UrcKind::Socket, "+CADATAIND: " + std::to_string(id_));
  if (freeInBuffer() == 0 && !std::exchange(full_announced_, true))
    core_.urc(UrcKind::Socket, "+CAURC: \"buffer full\"");
}

std::string TcpSocket::read(std::size_t max) {
  const bool was_full = room() == 0;
  std::string bytes = in_.take(max);
  announced_ = false;
  full_announced_ = false;
  if (was_full && link_ != 0) core_.data.receiveMore(link_);
  return bytes;
}

void TcpSocket::bearerClosed() {
  if (link_ != 0) core_.data.close(std::exchange(link_, 0));
  bearerLost();
}

void TcpSocket::bearerLost() {
  cancelTimers();
  link_ = 0;
  if (state_ == State::Opening) return finishOpening(OpenResult::ConnectFailed);
  if (state_ == State::Connected) state_ = State::Closed;
}

}  // namespace smartkar::modem_sim
