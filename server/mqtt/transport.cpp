#include "server/mqtt/transport.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace smartkar::server {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;

Transport::Transport(asio::io_context& io, asio::ssl::context* tls) : resolver_(io), socket_(io) {
  if (tls != nullptr) tls_.emplace(socket_, *tls);
}

asio::awaitable<std::optional<std::string>> Transport::open(std::string host, std::uint16_t port) {
  const auto self = shared_from_this();
  Error error;
  const auto addresses =
      co_await resolver_.async_resolve(host, std::to_string(port), redirect_error(use_awaitable, error));
  if (error) co_return "cannot find " + host + ": " + error.message();
  if (closed_) co_return "closed";

  co_await asio::async_connect(socket_, addresses, redirect_error(use_awaitable, error));
  if (error) co_return "cannot connect to " + host + " port " + std::to_string(port) + ": " + error.message();
  if (closed_) co_return "closed";
  socket_.set_option(tcp::no_delay(true), error);
  if (!tls_) co_return std::nullopt;

  Error not_an_address;
  asio::ip::make_address(host, not_an_address);
  // RFC 6066 section 3: addresses are not permitted as server names.
  if (not_an_address) SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str());
  tls_->set_verify_callback(asio::ssl::host_name_verification(host));
  co_await tls_->async_handshake(asio::ssl::stream_base::client, redirect_error(use_awaitable, error));
  if (error) co_return handshakeFailure(error);
  co_return std::nullopt;
}

std::string Transport::handshakeFailure(const Error& error) {
  const long verified = SSL_get_verify_result(tls_->native_handle());
  if (verified != X509_V_OK) return std::string("TLS: server certificate: ") + X509_verify_cert_error_string(verified);
  return "TLS: " + error.message();
}

asio::awaitable<std::size_t> Transport::read(std::span<std::uint8_t> memory) {
  const auto self = shared_from_this();
  const auto buffer = asio::buffer(memory.data(), memory.size());
  Error error;
  std::size_t count = 0;
  if (tls_) {
    count = co_await tls_->async_read_some(buffer, redirect_error(use_awaitable, error));
  } else {
    count = co_await socket_.async_read_some(buffer, redirect_error(use_awaitable, error));
  }
  co_return error ? 0 : count;
}

void Transport::write(std::vector<std::uint8_t> bytes, std::function<void()> done) {
  writing_ = std::move(bytes);
  auto finished = [self = shared_from_this(), done = std::move(done)](const Error&, std::size_t) { done(); };
  if (tls_) {
    asio::async_write(*tls_, asio::buffer(writing_), std::move(finished));
  } else {
    asio::async_write(socket_, asio::buffer(writing_), std::move(finished));
  }
}

void Transport::close() {
  closed_ = true;
  resolver_.cancel();
  Error ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace smartkar::server
