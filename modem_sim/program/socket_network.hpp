#pragma once

#include <poll.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "modem_sim/network.hpp"
#include "modem_sim/program/file_descriptor.hpp"
#include "modem_sim/program/redirection.hpp"
#include "modem_sim/program/tls_stream.hpp"
#include "modem_sim/receive_buffer.hpp"

namespace smartkar::modem_sim {

// The real internet: non-blocking sockets for one poll loop.
class SocketNetwork : public Network {
 public:
  explicit SocketNetwork(Redirections redirections = {}) : redirections_(std::move(redirections)) {}

  void setListener(NetworkListener& listener) override { listener_ = &listener; }
  ConnectionId open(const Endpoint& endpoint) override;
  void send(ConnectionId id, std::string_view bytes) override;
  std::string receive(ConnectionId id, std::size_t max) override;
  std::string address(ConnectionId id) const override;
  void close(ConnectionId id) override;
  void abandon(ConnectionId id) override;

  // Adds what to wait for.
  void addTo(std::vector<pollfd>& polled) const;
  // Does what poll() found for its sockets, and tells the listener.
  void handle(const std::vector<pollfd>& polled);
  // There is something to tell without waiting.
  bool pending() const;

 private:
  enum class State { Connecting, Handshake, Open, Ended };
  struct Connection {
    FileDescriptor socket;
    std::unique_ptr<TlsStream> tls;  // gone before its socket
    Endpoint endpoint;
    State state = State::Connecting;
    OpenError error = OpenError::Refused;
    bool was_open = false;
    bool told = false;       // the end
    bool abandoned = false;  // our end no longer exists: only kept so that the peer is not told
    bool want_write = false;
    std::string address;
    ReceiveBuffer in;
    std::string out;
  };
  void startConnect(Connection& connection);
  void advance(ConnectionId id, Connection& connection);
  void finishConnect(Connection& connection);
  void handshake(ConnectionId id, Connection& connection);
  void opened(ConnectionId id, Connection& connection);
  void read(ConnectionId id, Connection& connection);
  static TlsStream::Status readTls(Connection& connection);
  static TlsStream::Status readPlain(Connection& connection);
  void readDatagrams(ConnectionId id, Connection& connection);
  static void flush(Connection& connection);
  static void fail(Connection& connection, OpenError error);
  void tellEnd(ConnectionId id);

  const Redirections redirections_;
  NetworkListener* listener_ = nullptr;
  std::map<ConnectionId, Connection> connections_;
  ConnectionId last_id_ = 0;
};

}  // namespace smartkar::modem_sim
