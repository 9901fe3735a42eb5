#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/line_buffer.hpp"
#include "protocol/topics.hpp"
#include "server/legacy/legacy_line.hpp"
#include "server/tcp/gateway.hpp"
#include "server/tcp/line_connection.hpp"

namespace smartkar::server {

// One connection of a car, from its acceptance to its end.
class CarSession : public std::enable_shared_from_this<CarSession> {
 public:
  // gateway: outlives this. number: of the connection.
  CarSession(Gateway& gateway, std::shared_ptr<LineConnection> connection, std::uint64_t number);
  virtual ~CarSession() = default;

  // Serves until the connection ends.
  boost::asio::awaitable<void> run();
  // Ends it and says so. broken: not the car has ended it. May be called again.
  void end(bool broken);
  // Writes a command in its envelope. False: it is no command that fits a line.
  bool send(std::string_view body);

  // Empty until the car is let in.
  const std::string& ccid() const { return ccid_; }
  const std::string& peer() const { return connection_->peer(); }
  std::uint64_t number() const { return number_; }

 protected:
  // Finds out whose it is, as far as that is not told in a line. False: nobody's.
  virtual boost::asio::awaitable<bool> begin() = 0;
  virtual void takeLine(std::string_view line) = 0;
  // The car, which was let in, has left.
  virtual void tellEnd(bool broken) = 0;

  void letIn(std::string ccid);
  // Hands a message over, to be stored.
  void handOver(protocol::Channel channel, std::string body);
  // A line that means nothing; the first is logged.
  void ignore(const char* why);

  GatewayListener& listener() { return gateway_.listener_; }
  const GatewayLimits& limits() const { return gateway_.limits_; }
  const Log& log() const { return gateway_.log_; }
  LineConnection& connection() { return *connection_; }
  bool ended() const { return ended_; }

 private:
  void take(std::string_view bytes);
  boost::asio::awaitable<void> untilStored();

  Gateway& gateway_;
  const std::shared_ptr<LineConnection> connection_;
  const std::uint64_t number_;
  std::string ccid_;
  protocol::LineBuffer<kLegacyLineBytesMax> lines_;
  std::size_t unstored_ = 0;  // messages handed over
  boost::asio::steady_timer stored_;
  bool ignored_ = false;
  bool ended_ = false;
};

}  // namespace smartkar::server
