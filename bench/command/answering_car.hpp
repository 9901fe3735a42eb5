#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/support/flag.hpp"
#include "bench/support/mqtt_client.hpp"
#include "server/mqtt/broker_session.hpp"

namespace smartkar::bench {

// An awake car on the wire: announces itself, and answers each command as completed at once.
class AnsweringCar {
 public:
  // ccid: of a registered car.
  AnsweringCar(boost::asio::io_context& io, const server::BrokerAddress& broker, std::string ccid);

  // Until the server has answered the announcement. It must be connected to the broker before.
  boost::asio::awaitable<void> untilInContact() { return synced_.wait("the server's answer to the car"); }
  void stop() { client_.stop(); }

 private:
  void announce();
  void take(std::string_view payload);
  void publish(std::string_view channel, std::string_view payload);

  const std::string ccid_;
  Flag synced_;
  std::uint32_t responses_ = 0;
  MqttClient client_;
};

}  // namespace smartkar::bench
