#include "server/tcp/line_connection.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace smartkar::server {

namespace asio = boost::asio;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

// Lines that may wait to be sent. A car gets a few in a contact; one that takes none is not there.
constexpr std::size_t kUnsentMax = 64;

// What was written before the connection is closed should be sent by then.
constexpr Duration kSendTime = 5s;

std::string commonName(SSL* tls) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(tls), &X509_free);
  if (!certificate) return {};
  char name[64] = "";
  const int size =
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name, sizeof(name));
  return size > 0 ? std::string(name, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

LineConnection::LineConnection(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls)
    : socket_(std::move(socket)), context_(std::move(tls)), deadline_(socket_.get_executor()) {
  if (context_) tls_.emplace(socket_, *context_);
  Error error;
  const auto endpoint = socket_.remote_endpoint(error);
  if (!error) peer_ = endpoint.address().to_string();
  socket_.set_option(tcp::no_delay(true), error);
}

asio::awaitable<Result<std::string, std::string>> LineConnection::handshake() {
  const auto self = shared_from_this();
  Error error;
  co_await tls_->async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, error));
  if (error) co_return Failure{handshakeFailure(error)};
  co_return commonName(tls_->native_handle());
}

std::string LineConnection::handshakeFailure(const Error& error) {
  const long verified = SSL_get_verify_result(tls_->native_handle());
  if (verified != X509_V_OK) return std::string("TLS: certificate: ") + X509_verify_cert_error_string(verified);
  return "TLS: " + error.message();
}

asio::awaitable<std::size_t> LineConnection::read(std::span<char> memory) {
  const auto self = shared_from_this();
  const auto buffer = asio::buffer(memory.data(), memory.size());
  Error error;
  std::size_t count = 0;
  if (tls_) {
    count = co_await tls_->async_read_some(buffer, redirect_error(use_awaitable, error));
  } else {
    count = co_await socket_.async_read_some(buffer, redirect_error(use_awaitable, error));
  }
  // A modem ends its connection without the goodbye of TLS.
  broken_ = closed_ || (error != asio::error::eof && error != asio::ssl::error::stream_truncated);
  co_return error || closed_ ? 0 : count;
}

void LineConnection::write(std::string line) {
  if (closed_ || closing_) return;
  if (unsent_.size() >= kUnsentMax) return close();
  unsent_.push_back(std::move(line));
  if (unsent_.size() == 1) sendNext();
}

void LineConnection::sendNext() {
  const auto buffer = asio::buffer(unsent_.front());
  auto sent = [self = shared_from_this()](const Error& error, std::size_t) { self->onSent(error); };
  if (tls_) {
    asio::async_write(*tls_, buffer, std::move(sent));
  } else {
    asio::async_write(socket_, buffer, std::move(sent));
  }
}

void LineConnection::onSent(const Error& error) {
  if (error) return close();
  unsent_.pop_front();
  if (!unsent_.empty()) return sendNext();
  if (closing_) close();
}

void LineConnection::closeAfter(Duration time) {
  deadline_.expires_after(time);
  deadline_.async_wait([self = shared_from_this()](const Error& error) {
    if (!error) self->close();
  });
}

void LineConnection::neverClose() { deadline_.cancel(); }

void LineConnection::close() {
  closed_ = true;
  deadline_.cancel();
  Error ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void LineConnection::closeWhenSent() {
  closing_ = true;
  if (unsent_.empty()) return close();
  closeAfter(kSendTime);
}

}  // namespace smartkar::server
