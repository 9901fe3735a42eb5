#include "modem_sim/socket_engine.hpp"

#include <algorithm>

#include "modem_sim/core.hpp"
#include "modem_sim/tls_context.hpp"

namespace smartkar::modem_sim {
namespace {

std::string resultLine(int id, OpenResult result) {
  return "+CAOPEN: " + std::to_string(id) + "," + std::to_string(static_cast<int>(result));
}

}  // namespace

SocketEngine::SocketEngine(Core& core) : core_(core) {
  sockets_.reserve(kSockets);
  for (int id = 0; id < kSockets; ++id) sockets_.emplace_back(core, id);
}

// ASYNCOPEN=0: the result, then OK. 1: OK has gone, the result comes by itself.
void SocketEngine::report(int id, OpenResult result) {
  if (core_.settings.sockets.async_open == 1) {
    core_.urc(UrcKind::Socket, resultLine(id, result));
  } else {
    core_.at.finish(Reply::ok().line(resultLine(id, result)));
  }
}

Reply SocketEngine::immediate(int id, OpenResult result) {
  Reply reply;
  if (core_.settings.sockets.async_open != 1) return reply.line(resultLine(id, result));
  reply.after = [this, id, result] { report(id, result); };
  return reply;
}

// Nothing: the way to the target can be tried.
std::optional<OpenResult> SocketEngine::obstacle(const SocketTarget& target) const {
  const auto context = static_cast<std::size_t>(target.context);
  if (context >= Radio::kContexts || core_.radio.pdp(context) != Radio::Pdp::On) return OpenResult::SocketError;
  const bool non_ip = target.type == SocketTarget::Type::NonIp;
  if (core_.radio.carriesIp(context) == non_ip) return non_ip ? OpenResult::NotSupported : OpenResult::SocketError;
  return core_.config.behaviour.data_left ? std::nullopt : std::optional(OpenResult::NoMemory);
}

Reply SocketEngine::open(int id, const SocketTarget& target) {
  if (at(id).state() != TcpSocket::State::Free) return Reply::failed();
  if (const auto result = obstacle(target)) return immediate(id, *result);
  std::optional<TlsOptions> options;
  const SocketTls& tls = core_.settings.socket_tls[static_cast<std::size_t>(id)];
  if (tls.enabled == 1) {
    if (target.transport() == Transport::Udp) return immediate(id, OpenResult::NotSupported);  // DTLS
    options = tlsOptions(core_, tls.context, tls.ca, tls.certificate);
    if (!options) return immediate(id, OpenResult::BadParameter);
  }
  at(id).open(target, options, [this, id](OpenResult result) { report(id, result); });
  return core_.settings.sockets.async_open == 1 ? Reply::ok() : Reply::later();
}

int SocketEngine::connected() const {
  return static_cast<int>(std::ranges::count(sockets_, TcpSocket::State::Connected, &TcpSocket::state));
}

bool SocketEngine::keepsAwake() const {
  return std::ranges::find(sockets_, TcpSocket::State::Opening, &TcpSocket::state) != sockets_.end();
}

void SocketEngine::contextClosed(std::size_t context) {
  for (TcpSocket& socket : sockets_) {
    const bool uses_it = static_cast<std::size_t>(socket.target().context) == context;
    if (uses_it && socket.state() != TcpSocket::State::Free) socket.bearerClosed();
  }
}

void SocketEngine::bearerLost() {
  for (TcpSocket& socket : sockets_) socket.bearerLost();
}

void SocketEngine::reset() {
  for (TcpSocket& socket : sockets_) socket.reset();
}

}  // namespace smartkar::modem_sim
