#include "test/support/file_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <list>
#include <optional>
#include <thread>
#include <utility>

namespace smartkar::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

using Request = http::request<http::empty_body>;
using Response = http::response<http::string_body>;

struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
};

// Of "bytes=FIRST-LAST" (RFC 9110 §14.1.2); nothing if the file does not have the first byte.
std::optional<Range> rangeIn(std::string_view text, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!text.starts_with(kUnit)) return std::nullopt;
  text.remove_prefix(kUnit.size());
  Range range;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.first);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto last = std::from_chars(first.ptr + 1, end, range.last);
  if (last.ec != std::errc{} || last.ptr != end || range.first >= size || range.last < range.first) return std::nullopt;
  range.last = std::min(range.last, size - 1);
  return range;
}

Response answerTo(const Request& request, const std::string& content) {
  Response response(http::status::ok, request.version(), content);
  const auto wanted = request.find(http::field::range);
  if (wanted != request.end()) {
    const std::string size = std::to_string(content.size());
    const auto range = rangeIn(std::string_view(wanted->value().data(), wanted->value().size()), content.size());
    response.result(range ? http::status::partial_content : http::status::range_not_satisfiable);
    response.body() = range ? content.substr(range->first, range->last - range->first + 1) : "";
    const std::string part = range ? std::to_string(range->first) + "-" + std::to_string(range->last) : "*";
    response.set(http::field::content_range, "bytes " + part + "/" + size);
  }
  response.keep_alive(request.keep_alive());
  response.prepare_payload();
  return response;
}

// Until the client goes away: then reading fails.
template <class Stream>
void serve(Stream& stream, const std::string& content) {
  beast::flat_buffer buffer;
  for (bool goes_on = true; goes_on;) {
    Request request;
    beast::error_code error;
    http::read(stream, buffer, request, error);
    if (error) return;
    const Response response = answerTo(request, content);
    http::write(stream, response, error);
    goes_on = !error && response.keep_alive();
  }
}

}  // namespace

struct FileServer::Parts {
  explicit Parts(std::string file) : content(std::move(file)) {}

  void accept() {
    for (;;) {
      beast::error_code error;
      acceptor.accept(connections.emplace_back(io).socket, error);
      if (error) return;
      connections.back().thread = std::thread([this, &socket = connections.back().socket] { answer(socket); });
    }
  }
  void answer(tcp::socket& socket) {
    if (tls) {
      asio::ssl::stream<tcp::socket&> stream(socket, *tls);
      beast::error_code error;
      stream.handshake(asio::ssl::stream_base::server, error);
      if (!error) serve(stream, content);
    } else {
      serve(socket, content);
    }
    ::shutdown(socket.native_handle(), SHUT_RDWR);
  }

  struct Connection {
    explicit Connection(asio::io_context& io) : socket(io) {}
    tcp::socket socket;
    std::thread thread;
  };

  const std::string content;
  std::optional<asio::ssl::context> tls;
  asio::io_context io;
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::list<Connection> connections;
  std::thread thread;
};

FileServer::FileServer(std::string content, const std::filesystem::path& certificates)
    : parts_(std::make_unique<Parts>(std::move(content))) {
  if (!certificates.empty()) {
    parts_->tls.emplace(asio::ssl::context::tls_server);
    parts_->tls->use_certificate_chain_file((certificates / "localhost.crt").string());
    parts_->tls->use_private_key_file((certificates / "localhost.key").string(), asio::ssl::context::pem);
  }
  parts_->thread = std::thread([this] { parts_->accept(); });
}

// The threads wait in system calls, which end when their sockets are shut down.
FileServer::~FileServer() {
  ::shutdown(parts_->acceptor.native_handle(), SHUT_RDWR);
  parts_->thread.join();
  for (Parts::Connection& connection : parts_->connections) {
    ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
    if (connection.thread.joinable()) connection.thread.join();
  }
}

std::string FileServer::url() const {
  return (parts_->tls ? "https://localhost:" : "http://localhost:") +
         std::to_string(parts_->acceptor.local_endpoint().port());
}

}  // namespace smartkar::test
