// The least that an HTTP server on Beast can do: answers every request with the same JSON.
// usage: smartkar-bench-fixed-json BYTES
// BYTES: of the body. Prints "listening PORT".
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

// Ends with an exception when the client has gone, which co_spawn drops.
asio::awaitable<void> serve(tcp::socket socket, const std::string& body) {
  socket.set_option(tcp::no_delay(true));
  boost::beast::flat_buffer buffer;
  while (true) {
    http::request<http::string_body> request;
    co_await http::async_read(socket, buffer, request, use_awaitable);
    http::response<http::string_body> response(http::status::ok, request.version());
    response.set(http::field::content_type, "application/json");
    response.body() = body;
    response.prepare_payload();
    co_await http::async_write(socket, response, use_awaitable);
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, const std::string& body) {
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), body), asio::detached);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: smartkar-bench-fixed-json BYTES\n");
    return 2;
  }
  constexpr std::size_t kAroundText = 11;  // {"text":""} without its text
  const std::size_t bytes = std::strtoull(arguments[1], nullptr, 10);
  const std::string body = "{\"text\":\"" + std::string(bytes > kAroundText ? bytes - kAroundText : 0, 'x') + "\"}";
  asio::io_context io(1);
  tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
  std::printf("listening %u\n", unsigned{acceptor.local_endpoint().port()});
  std::fflush(stdout);
  asio::co_spawn(io, accept(acceptor, body), asio::detached);
  io.run();
  return 0;
}
