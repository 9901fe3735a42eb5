#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "conformance/rig.hpp"
#include "test/conformance/virtual_car.hpp"
#include "test/load/load_client.hpp"

namespace smartkar::test {

// Cars that carry out commands: the real car core on a vehicle in memory, each with a session of its own at a real
// broker, in real time. While the broker is away what they say is lost; they notice when it is back.
class WireCars {
 public:
  // port: of the broker on loopback, without TLS. They boot at once, in a thread of their own.
  WireCars(std::uint16_t port, const std::vector<std::string>& ccids);
  // They end; acts() may still be asked.
  void stop();
  ~WireCars() { stop(); }
  WireCars(const WireCars&) = delete;
  WireCars& operator=(const WireCars&) = delete;

  // What was done to the vehicle of a car, after stop(). car: index in ccids.
  const std::vector<conformance::Act>& acts(std::size_t car) const { return cars_[car]->core.acts; }

 private:
  struct OneCar {
    OneCar(boost::asio::io_context& io, LogSink& log) : core(log), timer(io) {}
    conformance::VirtualCar core;
    boost::asio::steady_timer timer;
    std::unique_ptr<LoadClient> client;
    std::string topics;   // before the channel
    bool was_up = false;  // has been connected before
  };

  void addCar(std::uint16_t port, const std::string& ccid);
  void turn(OneCar& car);
  Instant now() const;

  NullLogSink log_;
  boost::asio::io_context io_;
  const std::chrono::steady_clock::time_point began_;
  std::vector<std::unique_ptr<OneCar>> cars_;
  std::thread thread_;
};

}  // namespace smartkar::test
