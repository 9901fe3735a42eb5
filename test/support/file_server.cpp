#include "test/support/file_server.hpp"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <charconv>
#include <optional>
#include <thread>
#include <utility>

namespace smartkar::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::use_awaitable;
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

template <class Stream>
asio::awaitable<void> serve(Stream& stream, const std::string& content) {
  beast::flat_buffer buffer;
  for (bool goes_on = true; goes_on;) {
    Request request;
    co_await http::async_read(stream, buffer, request, use_awaitable);
    Response response = answerTo(request, content);
    goes_on = response.keep_alive();
    co_await http::async_write(stream, response, use_awaitable);
  }
}

asio::awaitable<void> servePlain(tcp::socket socket, const std::string& content) { co_await serve(socket, content); }

asio::awaitable<void> serveTls(tcp::socket socket, asio::ssl::context& context, const std::string& content) {
  asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
  co_await stream.async_handshake(asio::ssl::stream_base::server, use_awaitable);
  co_await serve(stream, content);
}

}  // namespace

struct FileServer::Parts {
  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
      // A client that goes away ends its connection with an exception: nothing to do.
      if (tls) {
        asio::co_spawn(io, serveTls(std::move(socket), *tls, content), asio::detached);
      } else {
        asio::co_spawn(io, servePlain(std::move(socket), content), asio::detached);
      }
    }
  }

  const std::string content;
  std::optional<asio::ssl::context> tls;
  asio::io_context io{1};
  tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::thread thread;
};

FileServer::FileServer(std::string content, const std::filesystem::path& certificates)
    : parts_(new Parts{.content = std::move(content), .tls = {}, .thread = {}}) {
  if (!certificates.empty()) {
    parts_->tls.emplace(asio::ssl::context::tls_server);
    parts_->tls->use_certificate_chain_file((certificates / "localhost.crt").string());
    parts_->tls->use_private_key_file((certificates / "localhost.key").string(), asio::ssl::context::pem);
  }
  asio::co_spawn(parts_->io, parts_->accept(), asio::detached);
  parts_->thread = std::thread([this] { parts_->io.run(); });
}

FileServer::~FileServer() {
  parts_->io.stop();
  parts_->thread.join();
}

std::string FileServer::url() const {
  return (parts_->tls ? "https://localhost:" : "http://localhost:") +
         std::to_string(parts_->acceptor.local_endpoint().port());
}

}  // namespace smartkar::test
