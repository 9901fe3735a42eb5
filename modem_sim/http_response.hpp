#pragma once

#include <http_parser.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace smartkar::modem_sim {

// Reads the answer to one HTTP/1.1 request from a stream.
class HttpResponse {
 public:
  // head: the request was HEAD, so no body follows. body_max: a longer body is an error.
  HttpResponse(bool head, std::size_t body_max);
  HttpResponse(const HttpResponse&) = delete;
  HttpResponse& operator=(const HttpResponse&) = delete;

  // False: this is not HTTP, or the body is too long (tooLong()); it takes nothing more.
  bool feed(std::string_view bytes);
  // The peer has closed: ends a body of unknown length. False as for feed().
  bool feedEnd();
  bool complete() const { return complete_; }
  bool tooLong() const { return too_long_; }
  // The peer keeps the connection for another request. Only if complete().
  bool keepAlive() const { return keep_alive_; }
  unsigned status() const { return parser_.status_code; }
  const std::string& body() const { return body_; }
  // The whole body's, if the head has said it.
  std::optional<std::uint64_t> expected() const { return expected_; }

 private:
  bool parse(std::string_view bytes);
  // Of http_parser. True: no body follows; false: too long.
  bool headComplete();
  bool append(std::string_view bytes);
  void messageComplete();

  http_parser parser_{};
  bool head_;
  std::size_t body_max_;
  std::string body_;
  std::optional<std::uint64_t> expected_;
  bool complete_ = false;
  bool keep_alive_ = false;
  bool too_long_ = false;
};

}  // namespace smartkar::modem_sim
