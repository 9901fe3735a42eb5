#include "server/tcp/car_session.hpp"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "protocol/envelope.hpp"

namespace smartkar::server {

namespace asio = boost::asio;

CarSession::CarSession(Gateway& gateway, std::shared_ptr<LineConnection> connection, std::uint64_t number)
    : gateway_(gateway), connection_(std::move(connection)), number_(number), stored_(gateway.io_) {}

asio::awaitable<void> CarSession::run() {
  const auto self = shared_from_this();
  connection_->closeAfter(limits().introduction);
  const bool known = co_await begin();
  if (!known) co_return;
  std::array<char, 2048> bytes;
  while (!ended_) {
    const std::size_t count = co_await connection_->read(bytes);
    if (count == 0) break;
    take({bytes.data(), count});
    // A car is read no faster than its messages are stored.
    co_await untilStored();
  }
  end(connection_->broken());
}

void CarSession::take(std::string_view bytes) {
  using Token = decltype(lines_)::Token;
  for (const char byte : bytes) {
    if (ended_) return;
    const Token token = lines_.push(byte);
    if (token == Token::Line) takeLine(lines_.line());
    if (token == Token::Overlong) ignore("a line is too long");
  }
  if (unstored_ > 0) listener().onIdle();
}

asio::awaitable<void> CarSession::untilStored() {
  while (unstored_ > 0 && !ended_) {
    boost::system::error_code ignored;
    stored_.expires_at(asio::steady_timer::time_point::max());
    co_await stored_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void CarSession::letIn(std::string ccid) {
  ccid_ = std::move(ccid);
  gateway_.enter(*this);
}

void CarSession::handOver(protocol::Channel channel, std::string body) {
  ++unstored_;
  MessageReceived message{.ccid = ccid_, .channel = channel, .payload = std::move(body), .tcp = number_};
  listener().onGatewayMessage(std::move(message), [self = shared_from_this()] {
    --self->unstored_;
    self->stored_.cancel();
  });
}

void CarSession::ignore(const char* why) {
  if (std::exchange(ignored_, true)) return;
  log().warning("%s: %s; ignored, like all others of this connection", ccid_.empty() ? peer().c_str() : ccid_.c_str(),
                why);
}

bool CarSession::send(std::string_view body) {
  std::array<char, protocol::kCommandLineBytesMax + 1> out;
  const auto line = protocol::encodeEnvelope({protocol::Channel::Command, body}, out);
  if (!line) return false;
  connection_->write(std::string(*line));
  return true;
}

void CarSession::end(bool broken) {
  if (std::exchange(ended_, true)) return;
  connection_->closeWhenSent();
  stored_.cancel();
  if (ccid_.empty()) return;
  gateway_.leave(*this);
  tellEnd(broken);
}

}  // namespace smartkar::server
