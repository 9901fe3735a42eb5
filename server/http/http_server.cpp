#include "server/http/http_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "server/http/http_connection.hpp"

namespace smartkar::server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// When no more connections can be accepted (file descriptors are used up), before the next attempt.
constexpr Duration kAcceptPause = 100ms;

}  // namespace

HttpServer::HttpServer(asio::io_context& io, const Settings& settings, Api& api, Broadcast& broadcast, LogSink& sink)
    : io_(io),
      limits_(settings.limits),
      api_(api),
      broadcast_(broadcast),
      log_(sink, "http"),
      acceptor_(io),
      pause_(io) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>, std::string> HttpServer::listen(asio::io_context& io, const Settings& settings,
                                                                    Api& api, Broadcast& broadcast, LogSink& sink) {
  const auto failed = [&settings](const boost::system::error_code& error) {
    return Failure{"cannot listen on " + settings.address + " port " + std::to_string(settings.port) + ": " +
                   error.message()};
  };
  boost::system::error_code error;
  const auto address = asio::ip::make_address(settings.address, error);
  if (error) return failed(error);
  std::unique_ptr<HttpServer> server(new HttpServer(io, settings, api, broadcast, sink));
  const tcp::endpoint endpoint(address, settings.port);
  auto& acceptor = server->acceptor_;
  if (acceptor.open(endpoint.protocol(), error); error) return failed(error);
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (acceptor.bind(endpoint, error); error) return failed(error);
  if (acceptor.listen(asio::socket_base::max_listen_connections, error); error) return failed(error);
  asio::co_spawn(io, server->accept(), [](const std::exception_ptr& thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  return server;
}

std::uint16_t HttpServer::port() const {
  boost::system::error_code ignored;
  return acceptor_.local_endpoint(ignored).port();
}

void HttpServer::stop() {
  stopping_ = true;
  pause_.cancel();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  const auto connections = connections_;
  for (HttpConnection* connection : connections) connection->stop();
}

asio::awaitable<void> HttpServer::accept() {
  while (!stopping_) {
    boost::system::error_code error;
    tcp::socket socket(io_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (stopping_) break;
    if (!error) {
      serve(std::move(socket));
      continue;
    }
    log_.warning("cannot accept a connection: %s", error.message().c_str());
    pause_.expires_after(kAcceptPause);
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void HttpServer::serve(tcp::socket socket) {
  if (connections_.size() >= limits_.connections) {
    log_.warning("connection refused: there are %zu already", connections_.size());
    return;
  }
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  auto connection = std::make_shared<HttpConnection>(*this, std::move(socket));
  connections_.insert(connection.get());
  asio::co_spawn(io_, connection->run(), [this, connection](const std::exception_ptr& thrown) {
    connections_.erase(connection.get());
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      log_.error("connection dropped: %s", error.what());
    }
  });
}

}  // namespace smartkar::server
