#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "server/http/api.hpp"
#include "server/http/broadcast.hpp"

namespace smartkar::server {

class HttpConnection;

struct HttpLimits {
  std::uint32_t header_bytes = 8 * 1024;
  std::uint64_t body_bytes = 64 * 1024;
  std::size_t connections = 256;  // beyond it new ones are closed at once
  std::size_t viewers = 64;       // of the live stream; beyond it 503
  Duration idle = 60s;            // between the requests of a connection, and for the first header
  Duration request = 10s;         // to receive a body, to take a response
  Duration stream_ping = 15s;     // a comment line at least this often, so that dead viewers are noticed
};

// The API on a TCP port. Used by one thread.
class HttpServer {
 public:
  struct Settings {
    std::string address = "127.0.0.1";  // IPv4 or IPv6
    std::uint16_t port = 8420;          // 0: any free one
    HttpLimits limits{};
  };

  // Opens the port and serves. api, broadcast, sink: outlive this; the io_context does not run after this is gone.
  // Fails with a sentence for people.
  static Result<std::unique_ptr<HttpServer>, std::string> listen(boost::asio::io_context& io, const Settings& settings,
                                                                 Api& api, Broadcast& broadcast, LogSink& sink);
  ~HttpServer();

  // Takes no new connections and requests, ends live streams and lets running requests finish. No work is left on the
  // io_context soon after.
  void stop();
  std::uint16_t port() const;

 private:
  friend class HttpConnection;
  HttpServer(boost::asio::io_context& io, const Settings& settings, Api& api, Broadcast& broadcast, LogSink& sink);
  boost::asio::awaitable<void> accept();
  void serve(boost::asio::ip::tcp::socket socket);

  boost::asio::io_context& io_;
  const HttpLimits limits_;
  Api& api_;
  Broadcast& broadcast_;
  const Log log_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::set<HttpConnection*> connections_;
  bool stopping_ = false;
};

}  // namespace smartkar::server
