#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace smartkar::server {

// One accepted TCP connection, with TLS or without. Used by one thread. Held by shared_ptr: operations under way keep
// it alive.
class LineConnection : public std::enable_shared_from_this<LineConnection> {
 public:
  // tls: nullptr for plain TCP.
  LineConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> tls);

  // Waits until the connection is secured and returns the common name of the other end's certificate. Fails with a
  // sentence for people. With TLS, once, before all else.
  boost::asio::awaitable<Result<std::string, std::string>> handshake();
  // Waits for bytes and returns how many were read into `memory`; 0: the connection has ended.
  boost::asio::awaitable<std::size_t> read(std::span<char> memory);
  // Sends the line, in one piece. A connection that does not take what it is sent is closed.
  void write(std::string line);

  // The connection is closed unless this is called again within `time`.
  void closeAfter(Duration time);
  void neverClose();
  // Ends what is under way, at once. May be called again.
  void close();
  // Closes once what was written before has been sent.
  void closeWhenSent();

  // After read() has returned 0: not the other end has ended it.
  bool broken() const { return broken_; }
  // "192.0.2.7"; "?": unknown.
  const std::string& peer() const { return peer_; }

 private:
  using Error = boost::system::error_code;
  using Tls = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

  std::string handshakeFailure(const Error& error);
  void sendNext();
  void onSent(const Error& error);

  boost::asio::ip::tcp::socket socket_;
  const std::shared_ptr<boost::asio::ssl::context> context_;
  std::optional<Tls> tls_;  // reads and writes through the socket
  boost::asio::steady_timer deadline_;
  std::deque<std::string> unsent_;  // the first is being sent
  std::string peer_ = "?";
  bool broken_ = true;
  bool closing_ = false;
  bool closed_ = false;
};

}  // namespace smartkar::server
