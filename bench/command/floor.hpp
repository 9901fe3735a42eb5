#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

#include "bench/support/flag.hpp"
#include "bench/support/mqtt_client.hpp"
#include "server/store/sqlite_database.hpp"

namespace smartkar::bench {

// The least that a command can cost: what was asked for is committed, goes through the broker to somebody who sends it
// back at once, and the answer is committed. No HTTP, no thinking.
class Floor {
 public:
  // database: path of a new file, which gets the durability of the server's.
  Floor(boost::asio::io_context& io, const server::BrokerAddress& broker, const std::string& database);

  boost::asio::awaitable<void> untilReady();
  boost::asio::awaitable<void> roundTrip();
  void stop();

 private:
  void commit(std::string_view text);

  Flag echo_up_;
  Flag client_up_;
  Flag back_;
  server::SqliteDatabase database_;
  MqttClient echo_;
  MqttClient client_;
};

}  // namespace smartkar::bench
