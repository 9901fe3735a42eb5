#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqtt/client_session.hpp"
#include "server/mqtt/transport.hpp"

namespace smartkar::test {

// One MQTT 5 client of a broker on loopback, without TLS. It reconnects for ever and publishes again what the broker
// has not acknowledged, as a car does. Used by the thread that runs the io_context.
class LoadClient {
 public:
  struct Settings {
    std::uint16_t port = 0;
    std::string client_id;
    std::vector<std::string> filters{};  // to subscribe to, at QoS 1
  };
  struct Handlers {
    // Connected; the subscriptions are on their way ahead of anything published from now on.
    std::function<void()> up = [] {};
    // The broker has taken over the message that publish() gave this packet id.
    std::function<void(std::uint16_t packet_id)> acknowledged = [](std::uint16_t) {};
    // Views are valid during the call; acknowledged to the broker when it returns.
    std::function<void(std::string_view topic, std::string_view payload)> message = [](auto, auto) {};
  };

  // io: outlives this, and does not run after this is gone.
  LoadClient(boost::asio::io_context& io, Settings settings, Handlers handlers);

  void start();
  // Ends the connection; the broker keeps the session. No work is left on the io_context soon after.
  void stop();
  bool connected() const { return session_.connected(); }
  // Published and not acknowledged yet.
  std::size_t unacknowledged() const { return session_.unacknowledged(); }
  // Publishes at QoS 1 and returns the packet id. Nothing: not connected, or too much is unacknowledged.
  // Bytes leave with flush().
  std::optional<std::uint16_t> publish(std::string_view topic, std::string_view payload, bool retain = false);
  void flush();

 private:
  static constexpr std::size_t kReceiveBytes = 16 * 1024;
  static constexpr std::size_t kTransmitBytes = 64 * 1024;
  static constexpr std::size_t kUnacknowledgedBytes = 256 * 1024;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<void> serve();
  void handleEvents();
  void on(const mqtt::Connected&);
  void on(const mqtt::Message& event);
  void on(const mqtt::Published& event);
  template <class Other>
  void on(const Other&) {}

  boost::asio::io_context& io_;
  const Settings settings_;
  const Handlers handlers_;
  std::vector<std::uint8_t> memory_;
  std::array<mqtt::InboundWindow::Entry, 64> inbound_{};
  std::array<std::uint8_t, kReceiveBytes> read_buffer_{};
  mqtt::ClientSession session_;
  std::shared_ptr<server::Transport> transport_;  // nullptr between connections
  boost::asio::steady_timer pause_;
  bool writing_ = false;
  bool stopping_ = false;
};

}  // namespace smartkar::test
