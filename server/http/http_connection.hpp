#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <string>

#include "server/http/http_server.hpp"

namespace smartkar::server {

// One connection: its requests, one after the other. Kept alive by its own coroutine.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // server: outlives the running of the io_context.
  HttpConnection(HttpServer& server, boost::asio::ip::tcp::socket socket);

  // Serves until either side ends it.
  boost::asio::awaitable<void> run();
  // Ends it, after the running request if there is one.
  void stop();

 private:
  enum class Next : std::uint8_t { Request, Close };
  enum class Phase : std::uint8_t { Idle, Busy, Streaming };

  boost::asio::awaitable<Next> serveRequest();
  boost::asio::awaitable<HttpAnswer> ask(const HttpRequest& request);
  boost::asio::awaitable<Next> send(HttpResponse answer, bool keep_alive, bool head);
  boost::asio::awaitable<Next> answer(const EventStream& wanted, bool head);
  boost::asio::awaitable<void> stream(const EventStream& wanted);
  boost::asio::awaitable<Next> answer(const Download& wanted, bool head, bool keep_alive, bool chunked);
  boost::asio::awaitable<bool> download(const Download& wanted, bool chunked);
  boost::asio::awaitable<bool> write(std::string text);
  boost::asio::awaitable<void> finish();
  void wake();

  HttpServer& server_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer wake_;  // expires or is cancelled when there is something to do
  std::shared_ptr<Broadcast::Viewer> viewer_;
  Phase phase_ = Phase::Idle;
  bool stopping_ = false;
};

}  // namespace smartkar::server
