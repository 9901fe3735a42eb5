#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>

#include "bench/ingest/publish_batch.hpp"

namespace smartkar::bench {

// How fast a batch is sent.
struct Pace {
  std::size_t per_second = 0;  // 0: as fast as it is acknowledged
};

// Writes one batch to a socket within the window of unacknowledged packets. Whoever reads the socket tells it of the
// acknowledgements.
class PublishPump {
 public:
  // window: the receiver's Receive Maximum.
  PublishPump(boost::asio::ip::tcp::socket& socket, const PublishBatch& batch, Pace pace, std::size_t window);

  // Until everything is acknowledged. Throws when nothing was for half a minute.
  boost::asio::awaitable<void> run();
  // So many more packets are acknowledged, in the order sent.
  void acknowledged(std::size_t count);
  const Pumped& pumped() const { return pumped_; }

 private:
  // How many packets may be out by now.
  std::size_t due() const;
  boost::asio::awaitable<void> waitForMore();

  boost::asio::ip::tcp::socket& socket_;
  const PublishBatch& batch_;
  const Pace pace_;
  const std::size_t window_;
  boost::asio::steady_timer wake_;
  std::chrono::steady_clock::time_point began_;
  Pumped pumped_;
};

}  // namespace smartkar::bench
