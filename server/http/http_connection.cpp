#include "server/http/http_connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "server/http/http_date.hpp"
#include "server/http/negotiation.hpp"
#include "server/http/problem.hpp"
#include "server/http/target.hpp"

namespace smartkar::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

// How long a client that was refused may go on sending before the connection is cut, so that it reads why.
constexpr Duration kLinger = 1s;

// As Beast counts versions. Older clients know no chunks.
constexpr unsigned kHttp11 = 11;

// RFC 9112 section 7.1. An empty one is the last.
std::string chunkOf(std::string_view piece) {
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
  std::string chunk(size.data(), end);
  return chunk.append("\r\n").append(piece).append("\r\n");
}

std::string text(beast::string_view view) { return {view.data(), view.size()}; }

Method methodOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::Get;
    case http::verb::head:
      return Method::Head;
    case http::verb::post:
      return Method::Post;
    case http::verb::delete_:
      return Method::Delete;
    case http::verb::options:
      return Method::Options;
    default:
      return Method::Other;
  }
}

HttpRequest convert(http::request<http::string_body>& message, const tcp::endpoint& peer) {
  const std::string target = text(message.target());
  return {.method = methodOf(message.method()),
          .path = pathOf(target),
          .query = queryOf(target),
          .authorization = text(message[http::field::authorization]),
          .content_type = text(message[http::field::content_type]),
          .idempotency_key = text(message["Idempotency-Key"]),
          .accept_encoding = text(message[http::field::accept_encoding]),
          .if_none_match = text(message[http::field::if_none_match]),
          .last_event_id = text(message["Last-Event-ID"]),
          .origin = text(message[http::field::origin]),
          .requested_method = text(message[http::field::access_control_request_method]),
          .peer = peer.address().to_string(),
          .body = std::move(message.body())};
}

// What to tell a client whose request cannot be read; nothing if nobody is there to be told.
std::optional<HttpResponse> complaint(const error_code& error, const HttpLimits& limits) {
  if (error == http::error::header_limit) return problem(431, "the header is too large");
  if (error == http::error::body_limit) {
    return problem(413, "the body may have " + std::to_string(limits.body_bytes) + " bytes");
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) {
    return problem(400, "this is not HTTP: " + error.message());
  }
  return std::nullopt;
}

}  // namespace

HttpConnection::HttpConnection(HttpServer& server, tcp::socket socket)
    : server_(server), stream_(std::move(socket)), wake_(stream_.get_executor()) {}

asio::awaitable<void> HttpConnection::run() {
  Next next = Next::Request;
  while (next == Next::Request && !stopping_) next = co_await serveRequest();
  co_await finish();
}

void HttpConnection::stop() {
  stopping_ = true;
  wake_.cancel();
  if (phase_ != Phase::Busy) stream_.cancel();
}

asio::awaitable<HttpConnection::Next> HttpConnection::serveRequest() {
  phase_ = Phase::Idle;
  http::request_parser<http::string_body> parser;
  parser.header_limit(server_.limits_.header_bytes);
  parser.body_limit(server_.limits_.body_bytes);
  error_code error;
  stream_.expires_after(server_.limits_.idle);
  co_await http::async_read_header(stream_, buffer_, parser, redirect_error(use_awaitable, error));
  phase_ = Phase::Busy;
  if (!error && !parser.is_done()) {
    stream_.expires_after(server_.limits_.request);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      const bool written = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!written) co_return Next::Close;
    }
    co_await http::async_read(stream_, buffer_, parser, redirect_error(use_awaitable, error));
  }
  if (error) {
    auto refusal = complaint(error, server_.limits_);
    if (refusal) co_await send(*std::move(refusal), false, false);
    co_return Next::Close;
  }

  const bool keep_alive = parser.keep_alive();
  const HttpRequest request = convert(parser.get(), stream_.socket().remote_endpoint(error));
  const bool chunked = parser.get().version() >= kHttp11;
  HttpAnswer reply = co_await ask(request);
  if (auto* response = std::get_if<HttpResponse>(&reply)) {
    negotiate(request, *response);
    const Next next = co_await send(std::move(*response), keep_alive, request.method == Method::Head);
    co_return next;
  }
  const bool head = request.method == Method::Head;
  if (const auto* wanted = std::get_if<EventStream>(&reply)) {
    const Next next = co_await answer(*wanted, head);
    co_return next;
  }
  const Next next = co_await answer(std::get<Download>(reply), head, keep_alive, chunked);
  co_return next;
}

asio::awaitable<HttpConnection::Next> HttpConnection::answer(const EventStream& wanted, bool head) {
  if (server_.broadcast_.viewers() >= server_.limits_.viewers) {
    HttpResponse refusal = problem(503, "there are too many live streams already");
    co_await send(std::move(refusal), false, false);
  } else if (head) {
    HttpResponse response{.content_type = "text/event-stream", .body = {}, .fields = {}};
    co_await send(std::move(response), false, true);
  } else {
    co_await stream(wanted);
  }
  co_return Next::Close;
}

asio::awaitable<HttpConnection::Next> HttpConnection::answer(const Download& wanted, bool head, bool keep_alive,
                                                             bool chunked) {
  phase_ = Phase::Streaming;
  std::string header = "HTTP/1.1 200 OK\r\nContent-Type: " + wanted.content_type +
                       "\r\nContent-Disposition: attachment; filename=\"" + wanted.file_name +
                       "\"\r\nDate: " + httpDate(std::chrono::system_clock::now()) +
                       "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  for (const auto& [name, value] : wanted.fields) header.append(name).append(": ").append(value).append("\r\n");
  // Without chunks (HTTP/1.0) only the end of the connection tells the end of the body.
  const bool goes_on = keep_alive && chunked;
  header += chunked ? "Transfer-Encoding: chunked\r\n" : "";
  header += goes_on ? "\r\n" : "Connection: close\r\n\r\n";
  bool done = co_await write(std::move(header));
  if (done && !head) done = co_await download(wanted, chunked);
  co_return done&& goes_on ? Next::Request : Next::Close;
}

// True if all of it has been sent.
asio::awaitable<bool> HttpConnection::download(const Download& wanted, bool chunked) {
  while (!stopping_) {
    auto piece = wanted.next();
    if (!piece) break;
    const bool last = piece->empty();
    std::string bytes = chunked ? chunkOf(*piece) : *std::move(piece);
    const bool written = co_await write(std::move(bytes));
    if (!written) break;
    if (last) co_return true;
  }
  co_return false;
}

asio::awaitable<HttpAnswer> HttpConnection::ask(const HttpRequest& request) {
  const auto answer = std::make_shared<std::optional<HttpAnswer>>();
  const auto weak = weak_from_this();
  server_.api_.handle(request, [answer, weak](HttpAnswer given) {
    *answer = std::move(given);
    if (const auto self = weak.lock()) self->wake_.cancel();
  });
  while (!*answer) {
    error_code cancelled;
    wake_.expires_at(asio::steady_timer::time_point::max());
    co_await wake_.async_wait(redirect_error(use_awaitable, cancelled));
  }
  co_return **std::move(answer);
}

asio::awaitable<HttpConnection::Next> HttpConnection::send(HttpResponse answer, bool keep_alive, bool head) {
  http::response<http::string_body> response(static_cast<http::status>(answer.status), 11);
  if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
  response.set(http::field::date, httpDate(std::chrono::system_clock::now()));
  response.set(http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.fields) response.set(name, value);
  const bool has_content = answer.status != 204 && answer.status != 304;  // RFC 9110 section 8.6
  if (has_content) response.content_length(answer.body.size());
  response.keep_alive(keep_alive && !stopping_);
  if (!head) response.body() = std::move(answer.body);

  error_code error;
  stream_.expires_after(server_.limits_.request);
  co_await http::async_write(stream_, response, redirect_error(use_awaitable, error));
  co_return !error && keep_alive ? Next::Request : Next::Close;
}

asio::awaitable<bool> HttpConnection::write(std::string bytes) {
  error_code error;
  stream_.expires_after(server_.limits_.request);
  co_await asio::async_write(stream_, asio::buffer(bytes), redirect_error(use_awaitable, error));
  co_return !error;
}

asio::awaitable<void> HttpConnection::stream(const EventStream& wanted) {
  viewer_ = server_.broadcast_.join(wanted.ccid, wanted.last_event_id, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  });
  phase_ = Phase::Streaming;
  // The end of the stream is the end of the connection, so there is no length.
  std::string header =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n";
  for (const auto& [name, value] : wanted.fields) header.append(name).append(": ").append(value).append("\r\n");
  bool open = co_await write(header + "\r\nretry: 2000\n\n");
  while (open && !stopping_) {
    std::string waiting = viewer_->take();
    if (waiting.empty()) {
      error_code cancelled;
      wake_.expires_after(server_.limits_.stream_ping);
      co_await wake_.async_wait(redirect_error(use_awaitable, cancelled));
      waiting = cancelled ? viewer_->take() : ": still here\n\n";
    }
    if (!waiting.empty()) open = co_await write(std::move(waiting));
  }
  if (viewer_->overrun()) server_.log_.warning("live stream ended: its client does not keep up");
  viewer_.reset();
}

// Something waits for the viewer, or it did not keep up: then a write may be under way that never ends.
void HttpConnection::wake() {
  wake_.cancel();
  if (viewer_ && viewer_->overrun()) stream_.close();
}

// Lets the client read what was sent: closing with unread bytes would throw that away.
asio::awaitable<void> HttpConnection::finish() {
  error_code error;
  stream_.socket().shutdown(tcp::socket::shutdown_send, error);
  const auto deadline = std::chrono::steady_clock::now() + kLinger;
  while (!error && !stopping_) {
    buffer_.clear();
    stream_.expires_at(deadline);
    co_await stream_.async_read_some(buffer_.prepare(4096), redirect_error(use_awaitable, error));
  }
  stream_.close();
}

}  // namespace smartkar::server
