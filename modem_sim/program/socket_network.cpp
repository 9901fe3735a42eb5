#include "modem_sim/program/socket_network.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace smartkar::modem_sim {

using Status = TlsStream::Status;

namespace {
// Bytes that wait for receive(); with more, TCP's flow control stops the peer.
constexpr std::size_t kUnreadMax = 4096;
constexpr std::size_t kDatagramMax = 65535;
}  // namespace

ConnectionId SocketNetwork::open(const Endpoint& endpoint) {
  const ConnectionId id = ++last_id_;
  Connection& connection = connections_[id];
  connection.endpoint = endpoint;
  for (const Redirection& redirection : redirections_) {
    if (redirection.host != endpoint.host || redirection.port != endpoint.port) continue;
    connection.endpoint.host = redirection.new_host;
    connection.endpoint.port = redirection.new_port;
  }
  startConnect(connection);
  return id;
}

void SocketNetwork::startConnect(Connection& connection) {
  const bool datagrams = connection.endpoint.transport == Transport::Udp;
  addrinfo hints{};
  hints.ai_socktype = datagrams ? SOCK_DGRAM : SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(connection.endpoint.port);
  if (getaddrinfo(connection.endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) {
    return fail(connection, OpenError::Dns);
  }
  // A broker on "localhost" may listen on one address family only: the first that does not refuse at once is taken,
  // IPv4 first, as the modem's context has an IPv4 address.
  const addrinfo* chosen = found;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET) {
      chosen = entry;
      break;
    }
  }
  std::array<char, NI_MAXHOST> address{};
  getnameinfo(chosen->ai_addr, chosen->ai_addrlen, address.data(), address.size(), nullptr, 0, NI_NUMERICHOST);
  connection.address = address.data();
  const int type = hints.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC;
  connection.socket = FileDescriptor(::socket(chosen->ai_family, type, 0));
  const int on = 1;
  if (!datagrams) setsockopt(connection.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int result = ::connect(connection.socket.get(), chosen->ai_addr, chosen->ai_addrlen);
  freeaddrinfo(found);
  if (result != 0 && errno != EINPROGRESS) fail(connection, OpenError::Refused);
}

void SocketNetwork::fail(Connection& connection, OpenError error) {
  connection.error = error;
  connection.state = State::Ended;
}

void SocketNetwork::send(ConnectionId id, std::string_view bytes) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  if (connection.endpoint.transport == Transport::Udp) {
    ::send(connection.socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);  // nobody tells if it is lost
    return;
  }
  connection.out += bytes;
  if (connection.state == State::Open) flush(connection);
}

std::string SocketNetwork::receive(ConnectionId id, std::size_t max) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return {};
  const bool whole = found->second.endpoint.transport == Transport::Udp;
  return found->second.in.take(whole ? kDatagramMax : max);
}

std::string SocketNetwork::address(ConnectionId id) const {
  const auto found = connections_.find(id);
  return found != connections_.end() ? found->second.address : std::string();
}

void SocketNetwork::close(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (found->second.tls && found->second.state == State::Open) found->second.tls->close();
  connections_.erase(found);
}

void SocketNetwork::abandon(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (found->second.state == State::Open && found->second.endpoint.transport == Transport::Tcp) {
    found->second.abandoned = true;
  } else {
    connections_.erase(found);
  }
}

void SocketNetwork::addTo(std::vector<pollfd>& polled) const {
  for (const auto& [id, connection] : connections_) {
    if (connection.state == State::Ended) continue;
    const bool writes = connection.state == State::Connecting || connection.want_write || !connection.out.empty();
    const bool reads = connection.in.size() < kUnreadMax;
    const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
    if (events != 0) polled.push_back({connection.socket.get(), static_cast<short>(events), 0});
  }
}

bool SocketNetwork::pending() const {
  for (const auto& [id, connection] : connections_) {
    if (connection.state == State::Ended && !connection.told) return true;
  }
  return false;
}

void SocketNetwork::handle(const std::vector<pollfd>& polled) {
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const ConnectionId id : ids) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) continue;
    for (const pollfd& entry : polled) {
      if (entry.fd == found->second.socket.get() && entry.revents != 0) {
        advance(id, found->second);
        break;
      }
    }
    tellEnd(id);
  }
}

void SocketNetwork::tellEnd(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second.state != State::Ended || found->second.told) return;
  Connection& connection = found->second;
  connection.told = true;
  if (connection.abandoned) {
    connections_.erase(found);
  } else if (connection.was_open) {
    listener_->onClosed(id);
  } else {
    const OpenError error = connection.error;
    connections_.erase(found);
    listener_->onOpenFailed(id, error);
  }
}

void SocketNetwork::advance(ConnectionId id, Connection& connection) {
  if (connection.state == State::Connecting) finishConnect(connection);
  if (connection.state == State::Handshake) handshake(id, connection);
  if (connection.state == State::Open) {
    flush(connection);
    read(id, connection);
  }
}

void SocketNetwork::finishConnect(Connection& connection) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection.socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return fail(connection, OpenError::Refused);
  if (connection.endpoint.tls) {
    connection.tls = TlsStream::make(*connection.endpoint.tls, connection.socket.get());
    if (!connection.tls) return fail(connection, OpenError::Tls);
  }
  connection.state = State::Handshake;
}

void SocketNetwork::handshake(ConnectionId id, Connection& connection) {
  const Status status = connection.tls ? connection.tls->handshake() : Status::Done;
  connection.want_write = status == Status::WantWrite;
  if (status == Status::Done) return opened(id, connection);
  if (status == Status::Failed || status == Status::Closed) fail(connection, connection.tls->openError());
}

void SocketNetwork::opened(ConnectionId id, Connection& connection) {
  connection.state = State::Open;
  connection.was_open = true;
  listener_->onOpened(id);
}

void SocketNetwork::read(ConnectionId id, Connection& connection) {
  if (connection.endpoint.transport == Transport::Udp) return readDatagrams(id, connection);
  const Status status = connection.tls ? readTls(connection) : readPlain(connection);
  if (status == Status::Closed || status == Status::Failed) connection.state = State::Ended;
  if (connection.abandoned) {
    connection.in.clear();
  } else if (!connection.in.empty()) {
    listener_->onReadable(id);
  }
}

Status SocketNetwork::readTls(Connection& connection) {
  std::string bytes;
  const std::size_t unread = connection.in.size();
  const Status status = connection.tls->read(bytes, kUnreadMax - std::min(kUnreadMax, unread));
  connection.in.put(std::move(bytes), false);
  return status;
}

Status SocketNetwork::readPlain(Connection& connection) {
  std::array<char, 4096> buffer{};
  while (connection.in.size() < kUnreadMax) {
    const ssize_t count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (count == 0) return Status::Closed;
    if (count < 0) return errno == EAGAIN || errno == EINTR ? Status::WantRead : Status::Failed;
    connection.in.put({buffer.data(), static_cast<std::size_t>(count)}, false);
  }
  return Status::WantRead;
}

// A refusal is about a datagram sent before, which is lost; the socket goes on.
void SocketNetwork::readDatagrams(ConnectionId id, Connection& connection) {
  std::array<char, kDatagramMax> buffer{};
  while (connection.in.size() < kUnreadMax) {
    const ssize_t count = ::recv(connection.socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno != ECONNREFUSED) return;
    if (count <= 0 || connection.abandoned) continue;
    connection.in.put({buffer.data(), static_cast<std::size_t>(count)}, true);
    listener_->onReadable(id);
  }
}

void SocketNetwork::flush(Connection& connection) {
  if (connection.tls) {
    connection.want_write = connection.tls->write(connection.out) == Status::WantWrite;
    return;
  }
  while (!connection.out.empty()) {
    const ssize_t count = ::send(connection.socket.get(), connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (count <= 0) return;  // poll() says when to go on, or that it has ended
    connection.out.erase(0, static_cast<std::size_t>(count));
  }
}

}  // namespace smartkar::modem_sim
