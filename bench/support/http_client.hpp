#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace smartkar::bench {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// A kept connection to an HTTP server on this machine that costs as little as possible: no more of HTTP than its
// answers need. Throws when the connection ends.
class HttpClient {
 public:
  explicit HttpClient(boost::asio::io_context& io) : socket_(io) {}

  boost::asio::awaitable<void> open(std::uint16_t port);
  boost::asio::awaitable<void> send(std::string_view request);
  // Reads the next answer, which tells its length.
  boost::asio::awaitable<HttpAnswer> receive();
  // Reads up to the end of the next `mark` and returns it all.
  boost::asio::awaitable<std::string> readUntil(std::string_view mark);

 private:
  boost::asio::awaitable<void> readMore();

  boost::asio::ip::tcp::socket socket_;
  std::array<char, 16 * 1024> buffer_;
  std::string received_;
};

}  // namespace smartkar::bench
