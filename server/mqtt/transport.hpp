#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace smartkar::server {

// One TCP connection, with TLS or without. Used by one thread. Held by shared_ptr: operations under way keep it alive.
class Transport : public std::enable_shared_from_this<Transport> {
 public:
  using Error = boost::system::error_code;

  // tls: nullptr for plain TCP; outlives this.
  Transport(boost::asio::io_context& io, boost::asio::ssl::context* tls);

  // Looks up, connects, disables Nagle's algorithm (it made a loopback round trip 86 ms instead of 0.3 ms) and, with
  // TLS, checks that the certificate is the host's. Nothing, or why it failed.
  boost::asio::awaitable<std::optional<std::string>> open(std::string host, std::uint16_t port);
  // Waits for bytes and returns how many were read into `memory`; 0: the connection has ended.
  boost::asio::awaitable<std::size_t> read(std::span<std::uint8_t> memory);
  // Writes all bytes, then calls done, also after an error. One at a time.
  void write(std::vector<std::uint8_t> bytes, std::function<void()> done);
  // Ends what is under way. May be called again.
  void close();

 private:
  std::string handshakeFailure(const Error& error);

  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  // Reads and writes through the socket.
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  std::vector<std::uint8_t> writing_;
  bool closed_ = false;
};

}  // namespace smartkar::server
