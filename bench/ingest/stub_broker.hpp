#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <thread>

#include "bench/ingest/publish_pump.hpp"

namespace smartkar::bench {

// As little of a broker as a consumer needs, so that the consumer is what is measured: accepts every connection and
// subscription and sends batches, at QoS 1 and within the Receive Maximum, to the one that subscribed to the cars'
// telemetry. MQTT 5. In a thread of its own.
class StubBroker {
 public:
  StubBroker();
  ~StubBroker();
  StubBroker(const StubBroker&) = delete;
  StubBroker& operator=(const StubBroker&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // Sends the batch and waits until all of it is acknowledged. Throws if nobody subscribes within ten seconds, or the
  // consumer went away.
  Pumped pump(const PublishBatch& batch, Pace pace);

 private:
  class Connection;

  boost::asio::awaitable<void> accept();
  void subscribed(const std::shared_ptr<Connection>& connection) { consumer_ = connection; }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::weak_ptr<Connection> consumer_;
  std::thread thread_;
};

}  // namespace smartkar::bench
