#include "test/crash/wire_cars.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "protocol/topics.hpp"

namespace smartkar::test {

namespace {

using namespace std::chrono_literals;

// The broker drops what has expired by itself; what it delivers need not wait longer.
constexpr Duration kExpiry = 10s;
constexpr Duration kLookMax = 1s;

UnixTime wallNow() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace

WireCars::WireCars(std::uint16_t port, const std::vector<std::string>& ccids)
    : began_(std::chrono::steady_clock::now()) {
  for (const std::string& ccid : ccids) addCar(port, ccid);
  thread_ = std::thread([this] { io_.run(); });
}

void WireCars::stop() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void WireCars::addCar(std::uint16_t port, const std::string& ccid) {
  OneCar& car = *cars_.emplace_back(std::make_unique<OneCar>(io_, log_));
  car.topics = "smartkar/" + ccid + "/";
  LoadClient::Handlers handlers;
  handlers.up = [this, &car] {
    if (std::exchange(car.was_up, true)) car.core.inflict(conformance::Fault::LinkBreaks, 0, now());
    turn(car);
  };
  handlers.message = [this, &car](std::string_view, std::string_view payload) {
    car.core.publish(payload, kExpiry, now());
    turn(car);
  };
  car.client = std::make_unique<LoadClient>(
      io_, LoadClient::Settings{.port = port, .client_id = ccid, .filters = {car.topics + "command"}},
      std::move(handlers));
  car.client->start();
}

// Does what is due and says what the car has to say.
void WireCars::turn(OneCar& car) {
  car.core.turn(now(), wallNow());
  for (; !car.core.sent.empty(); car.core.sent.pop_front()) {
    const conformance::FromCar& message = car.core.sent.front();
    const std::string topic = car.topics + std::string(protocol::channelName(message.channel));
    car.client->publish(topic, message.payload, message.channel == protocol::Channel::Status);
  }
  car.client->flush();
  car.timer.expires_after(std::clamp(car.core.nextDeadline() - now(), Duration(1ms), kLookMax));
  car.timer.async_wait([this, &car](const boost::system::error_code& error) {
    if (!error) turn(car);
  });
}

Instant WireCars::now() const {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_)};
}

}  // namespace smartkar::test
