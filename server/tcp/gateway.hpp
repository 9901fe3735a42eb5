#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "server/core/actions.hpp"
#include "server/core/event.hpp"
#include "server/tcp/tls_entrance.hpp"

namespace smartkar::server {

class CarSession;

// What a Gateway tells and asks, on the io_context's thread.
class GatewayListener {
 public:
  virtual ~GatewayListener() = default;
  // TcpDown, LegacyUp, LegacyAsleep or LegacyDown.
  virtual void onGateway(const Event& event) = 0;
  // A message from a car that is let in. stored: to be called once the message is stored.
  virtual void onGatewayMessage(MessageReceived message, std::function<void()> stored) = 0;
  // All that has arrived so far has been handed over.
  virtual void onIdle() = 0;
  // Why the car is not let in with TLS; nothing: it is.
  virtual std::optional<std::string> refusal(std::string_view ccid) = 0;
  // Why it is not let in with old firmware, without TLS; nothing: it is.
  virtual std::optional<std::string> legacyRefusal(std::string_view ccid) = 0;
};

struct GatewayLimits {
  std::size_t connections = 1024;   // beyond it new ones are closed at once
  Duration introduction = 30s;      // to secure the connection, or to say who it is (protocol v2.2)
  Duration legacy_silence = 10min;  // after which old firmware is offline, unless it said that it sleeps
};

// The cars' own connections: this firmware's TCP link, which is TLS with the car's certificate, and old firmware (v2.2)
// without TLS. A car has one session; a new one ends the one before. Used by one thread.
class Gateway {
 public:
  struct Endpoint {
    std::string address = "127.0.0.1";  // IPv4 or IPv6
    std::uint16_t port = 0;             // 0: any free one

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
  };
  struct Settings {
    std::optional<Endpoint> tls;
    EntranceFiles files;  // for tls
    std::optional<Endpoint> legacy;
    GatewayLimits limits{};
  };

  // Opens the ports and serves. listener, sink: outlive this; the io_context does not run after this is gone. Fails
  // with a sentence for people.
  static Result<std::unique_ptr<Gateway>, std::string> listen(boost::asio::io_context& io, const Settings& settings,
                                                              GatewayListener& listener, LogSink& sink);
  ~Gateway();

  // False if the connection it is meant for is not there any more. Nobody waits for it then: the Fleet sends again.
  bool send(const PublishCommand& command);
  // False if the car has no session. The Fleet does not send again.
  bool send(const SendLegacy& command);
  // Ends the session of a car, if it has one.
  void close(const std::string& ccid);
  // Takes no new connections and ends all there are. No work is left on the io_context soon after.
  void stop();

  // 0: not opened.
  std::uint16_t tlsPort() const { return tls_ ? tls_->port() : std::uint16_t{0}; }
  std::uint16_t legacyPort() const { return legacy_ ? legacy_->port() : std::uint16_t{0}; }

 private:
  friend class CarSession;

  struct Door {
    explicit Door(boost::asio::io_context& io) : acceptor(io), pause(io) {}
    std::uint16_t port() const;
    boost::asio::ip::tcp::acceptor acceptor;
    boost::asio::steady_timer pause;
  };

  Gateway(boost::asio::io_context& io, const Settings& settings, GatewayListener& listener, LogSink& sink);
  std::optional<std::string> open(std::optional<Door>& door, const Endpoint& endpoint);
  boost::asio::awaitable<void> accept(Door& door);
  void serve(const Door& door, boost::asio::ip::tcp::socket socket);
  // The session knows whose it is; the car's session before, if any, is ended.
  void enter(CarSession& session);
  void leave(CarSession& session);
  CarSession* find(const std::string& ccid);

  boost::asio::io_context& io_;
  const GatewayLimits limits_;
  GatewayListener& listener_;
  LogSink& sink_;
  const Log log_;
  std::optional<TlsEntrance> entrance_;
  std::optional<Door> tls_;
  std::optional<Door> legacy_;
  std::set<std::shared_ptr<CarSession>> sessions_;
  std::map<std::string, CarSession*> cars_;  // those that are let in, by ccid
  std::uint64_t last_number_ = 0;
  bool stopping_ = false;
};

}  // namespace smartkar::server
