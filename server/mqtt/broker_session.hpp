#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "mqtt/client_session.hpp"
#include "server/mqtt/backoff.hpp"
#include "server/mqtt/transport.hpp"

namespace smartkar::server {

struct BrokerAddress {
  std::string host;  // name or address
  std::uint16_t port = 8883;
  std::shared_ptr<boost::asio::ssl::context> tls;  // nullptr: plain TCP
};

struct BrokerSessionSettings {
  BrokerAddress broker;
  std::string client_id;
  std::vector<std::string> filters;  // topics to subscribe to, at QoS 1
  // More of them, of which the present value is wanted at every connection; the broker may refuse these.
  std::vector<std::string> watched{};
  std::uint16_t receive_maximum = 256;           // messages that may await our acknowledgement at once, at least 1
  std::uint16_t keep_alive = 30;                 // seconds
  std::uint32_t session_expiry = 7 * 24 * 3600;  // seconds the broker keeps messages for us while we are away
  Duration connect_timeout = 10s;                // until the connection is open, TLS included
  Duration ping_timeout = 10s;                   // for the answer to a ping
  Backoff::Limits reconnect{};
};

// What a BrokerSession tells. Called on the io_context's thread, never from within a call into the session, except
// that acknowledge(), publish() and stop() may be called from within.
class BrokerSessionListener {
 public:
  virtual ~BrokerSessionListener() = default;
  // Connected, and the subscriptions are on their way ahead of anything published from now on. session_present: the
  // broker had kept our session.
  virtual void onUp(bool session_present) = 0;
  virtual void onDown() = 0;
  // A message. Views are valid during the call. retained: a replay of what the broker kept (MQTT 5 section 3.8.3.1,
  // Retain As Published 0). token: for acknowledge(), to be called once the message is stored.
  virtual void onMessage(std::string_view topic, std::string_view payload, bool retained, mqtt::AckToken token) = 0;
  // All that has arrived so far has been handed over.
  virtual void onIdle() = 0;
};

// One persistent MQTT 5 session that reconnects for ever: Asio around mqtt::ClientSession. Messages are acknowledged
// when the owner says so and in the order of receipt; what was not is delivered again. Used by one thread.
class BrokerSession {
 public:
  // io, listener, sink: outlive this; the io_context does not run after this is gone.
  BrokerSession(boost::asio::io_context& io, BrokerSessionSettings settings, BrokerSessionListener& listener,
                LogSink& sink);

  // Starts to connect. Once.
  void start();
  // Ends the connection with DISCONNECT; the broker keeps the session. No work is left on the io_context soon after.
  void stop();
  bool connected() const { return session_.connected(); }
  // True if the acknowledgement will leave. False if the token is of an ended connection: the message comes again.
  bool acknowledge(mqtt::AckToken token);
  // Publishes at QoS 1, not retained, on this connection only: what it leaves unacknowledged is forgotten, because the
  // sender decides anew in every contact. expiry_s: message expiry, at least 1. Errors as in ClientSession::publish,
  // and NotConnected.
  Result<void, mqtt::SessionError> publish(std::string_view topic, std::string_view payload, std::uint32_t expiry_s);

 private:
  // Larger packets are not delivered (Maximum Packet Size): 1 KiB is the most a car sends.
  static constexpr std::size_t kReceiveBytes = 16 * 1024;
  static constexpr std::size_t kTransmitBytes = 64 * 1024;
  static constexpr std::size_t kUnacknowledgedBytes = 512 * 1024;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<bool> open();
  boost::asio::awaitable<void> serve();
  void takeRead();
  boost::asio::awaitable<void> waitForRoom();
  void goOnSoon();
  boost::asio::awaitable<void> wait(Duration duration);
  void handleEvents();
  void on(const mqtt::Connected& event);
  void on(const mqtt::Message& event);
  void on(const mqtt::Published& event);
  void on(const mqtt::Subscribed& event);
  void on(const mqtt::Unsubscribed&) {}
  void on(const mqtt::Disconnected& event);
  void subscribe();
  void writeOutput();
  void armTimer();
  void onTimer();
  void closeTransport();

  boost::asio::io_context& io_;
  const BrokerSessionSettings settings_;
  BrokerSessionListener& listener_;
  const Log log_;

  std::vector<std::uint8_t> memory_;
  std::vector<mqtt::InboundWindow::Entry> inbound_;
  std::array<std::uint8_t, kReceiveBytes> read_buffer_;
  std::span<const std::uint8_t> read_;  // what of it the session has not taken yet
  bool going_on_ = false;               // goOnSoon() is under way
  mqtt::ClientSession session_;
  std::shared_ptr<Transport> transport_;  // nullptr between connections
  bool writing_ = false;
  bool up_ = false;
  bool stopping_ = false;
  bool failure_logged_ = false;  // the first of a row of failed attempts

  Backoff backoff_;
  boost::asio::steady_timer timer_;  // ClientSession::nextDeadline(), or the end of a closing connection
  Instant timer_due_ = kNever;
  boost::asio::steady_timer pause_;  // between attempts
  boost::asio::steady_timer room_;   // never expires: cancelled when the session may take more of read_
};

}  // namespace smartkar::server
