#include "bench/support/http_client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace smartkar::bench {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

namespace {

// 0: there is none.
std::size_t contentLength(std::string_view header) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const std::size_t at = header.find(kName);
  std::size_t length = 0;
  if (at != std::string_view::npos) {
    std::from_chars(header.data() + at + kName.size(), header.data() + header.size(), length);
  }
  return length;
}

}  // namespace

asio::awaitable<void> HttpClient::open(std::uint16_t port) {
  co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
  socket_.set_option(tcp::no_delay(true));
}

asio::awaitable<void> HttpClient::send(std::string_view request) {
  co_await asio::async_write(socket_, asio::buffer(request), use_awaitable);
}

asio::awaitable<HttpAnswer> HttpClient::receive() {
  const std::string header = co_await readUntil("\r\n\r\n");
  constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
  HttpAnswer answer;
  std::from_chars(header.data() + kStatusAt, header.data() + header.size(), answer.status);
  const std::size_t length = contentLength(header);
  while (received_.size() < length) co_await readMore();
  answer.body = received_.substr(0, length);
  received_.erase(0, length);
  co_return answer;
}

asio::awaitable<std::string> HttpClient::readUntil(std::string_view mark) {
  std::size_t at = received_.find(mark);
  while (at == std::string::npos) {
    co_await readMore();
    at = received_.find(mark);
  }
  std::string text = received_.substr(0, at + mark.size());
  received_.erase(0, text.size());
  co_return text;
}

asio::awaitable<void> HttpClient::readMore() {
  const std::size_t count = co_await socket_.async_read_some(asio::buffer(buffer_), use_awaitable);
  received_.append(buffer_.data(), count);
}

}  // namespace smartkar::bench
