#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "test/load/load_client.hpp"

namespace smartkar::test {

// A message that the load has published.
struct LoadMessage {
  std::uint32_t car = 0;  // index in Settings::ccids
  std::uint32_t seq = 0;  // of the car, 1, 2, …; boot is always 1
  bool event = false;     // else a state

  friend auto operator<=>(const LoadMessage&, const LoadMessage&) = default;
};

// Telemetry of many cars at a real broker, from a thread of its own: valid `state` and `event` messages at QoS 1, the
// cars taking turns, each numbered by boot and seq. Remembers which ones the broker has acknowledged, so that a test
// can look for each of them in the store. A broker that ends is connected to again, and gets what it had not
// acknowledged once more.
//
//   event  {"domain":"vehicle","name":"plugged","number":SEQ,"ts":…,"boot":1,"seq":SEQ,"mac":…}
//   state  {"device":{"uptime":SEQ},"vehicle":{"battery":{"soc":…}},"ts":…,"boot":1,"seq":SEQ,"mac":…}
class TelemetryLoad {
 public:
  struct Settings {
    std::uint16_t port = 0;  // of the broker on loopback, without TLS; every client id may write every topic
    std::string topic_prefix = "smartkar";
    std::vector<std::string> ccids;  // at least one; the server must have them registered
    unsigned per_second = 5000;      // messages, as far as the broker takes them; 0: as fast as it does
    unsigned events_percent = 50;    // of the messages; the others are states
    unsigned connections = 4;        // at least 1; a car's messages all go over one of them, in order
    std::size_t window = 200;        // messages that may await the broker's acknowledgement on each of them
  };

  // Connects and starts to publish.
  explicit TelemetryLoad(Settings settings);
  ~TelemetryLoad();
  TelemetryLoad(const TelemetryLoad&) = delete;
  TelemetryLoad& operator=(const TelemetryLoad&) = delete;

  // Publishes nothing more and waits for the acknowledgements that are missing. False: not all came in time.
  bool stop(std::chrono::milliseconds timeout);

  std::size_t acknowledgedCount() const;
  // False at the deadline.
  bool waitUntilAcknowledged(std::size_t count, std::chrono::milliseconds timeout) const;
  // All so far, in the order of the acknowledgements.
  std::vector<LoadMessage> acknowledged() const;

 private:
  struct Connection {
    std::unique_ptr<LoadClient> client;
    std::unordered_map<std::uint16_t, LoadMessage> waiting;  // by packet id
    std::vector<std::uint32_t> cars;
    std::size_t next_car = 0;
    double credit = 0;  // messages that may leave now
  };

  void addConnection(std::size_t index);
  void tick();
  void send(Connection& connection);
  bool sendOne(Connection& connection, std::uint32_t car);
  bool waitFor(const std::function<bool()>& condition, std::chrono::milliseconds timeout) const;
  void onAcknowledged(Connection& connection, std::uint16_t packet_id);

  const Settings settings_;
  boost::asio::io_context io_;
  boost::asio::steady_timer timer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::uint32_t> last_seq_;  // by car
  std::chrono::steady_clock::time_point last_tick_;
  bool stopping_ = false;
  mutable std::mutex mutex_;  // of what follows
  mutable std::condition_variable changed_;
  std::size_t sent_count_ = 0;
  std::vector<LoadMessage> acknowledged_;
  std::thread thread_;
};

}  // namespace smartkar::test
