#include "bench/ingest/stub_broker.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::bench {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using mqtt::Version;

namespace {

// MQTT 5.0 section 3.1.2.11.3: what holds if the client names none.
constexpr std::uint16_t kReceiveMaximum = 65'535;
// A consumer says that it is connected before its subscription has arrived.
constexpr int kSubscriptionTries = 1000;
constexpr std::chrono::milliseconds kSubscriptionPause{10};

}  // namespace

// One client.
class StubBroker::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(StubBroker& broker, tcp::socket socket) : broker_(broker), socket_(std::move(socket)) {
    socket_.set_option(tcp::no_delay(true));
  }

  asio::awaitable<void> serve() {
    const auto self = shared_from_this();
    std::array<std::uint8_t, 64 * 1024> buffer;
    boost::system::error_code ended;
    while (!ended) {
      const std::size_t count =
          co_await socket_.async_read_some(asio::buffer(buffer), asio::redirect_error(use_awaitable, ended));
      received_.insert(received_.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
      take();
      // Not amid the packets of a batch, which satisfy who waits for an answer to its ping as well.
      if (pump_ == nullptr) sendAnswers();
    }
  }

  asio::awaitable<Pumped> pump(const PublishBatch& batch, Pace pace) {
    const auto self = shared_from_this();
    PublishPump pump(socket_, batch, pace, receive_maximum_);
    pump_ = &pump;
    std::exception_ptr failure;
    try {
      co_await pump.run();
    } catch (...) {
      failure = std::current_exception();
    }
    pump_ = nullptr;
    if (failure) std::rethrow_exception(failure);
    sendAnswers();
    co_return pump.pumped();
  }

 private:
  void take() {
    std::size_t acknowledged = 0;
    std::size_t at = 0;
    while (true) {
      const auto decoded = mqtt::decodeClientPacket(std::span(received_).subspan(at), Version::V5);
      if (decoded.status == mqtt::DecodeStatus::Invalid) throw std::runtime_error(decoded.what);
      if (decoded.status == mqtt::DecodeStatus::NeedMore) break;
      if (std::holds_alternative<mqtt::Puback>(decoded.packet)) ++acknowledged;
      std::visit([this](const auto& packet) { on(packet); }, decoded.packet);
      at += decoded.size;
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(at));
    if (acknowledged != 0 && pump_ != nullptr) pump_->acknowledged(acknowledged);
  }

  void on(const mqtt::Connect& packet) {
    receive_maximum_ = kReceiveMaximum;
    std::size_t offset = 0;
    while (const auto property = packet.properties.next(offset)) {
      if (property->id == mqtt::PropertyId::ReceiveMaximum) {
        receive_maximum_ = static_cast<std::uint16_t>(property->number);
      }
    }
    answer([](std::span<std::uint8_t> out) { return mqtt::encode(mqtt::Connack{}, Version::V5, out); });
  }
  void on(const mqtt::Subscribe& packet) {
    std::vector<std::uint8_t> granted;
    std::size_t offset = 0;
    bool telemetry = false;
    while (const auto subscription = packet.subscriptions.next(offset)) {
      granted.push_back(1);
      telemetry = telemetry || subscription->filter.ends_with("/state");
    }
    mqtt::Suback suback;
    suback.packet_id = packet.packet_id;
    suback.reasons = mqtt::ReasonCodes(granted);
    answer([&](std::span<std::uint8_t> out) { return mqtt::encode(suback, Version::V5, out); });
    if (telemetry) broker_.subscribed(shared_from_this());
  }
  void on(const mqtt::Pingreq&) {
    answer([](std::span<std::uint8_t> out) { return mqtt::encode(mqtt::Pingresp{}, out); });
  }
  template <class Packet>
  void on(const Packet&) {}

  // Few bytes to somebody who reads: without waiting, so that nothing gets between.
  void sendAnswers() {
    boost::system::error_code ended;  // seen by who reads
    asio::write(socket_, asio::buffer(answers_), ended);
    answers_.clear();
  }

  template <class Encode>
  void answer(Encode encode) {
    std::array<std::uint8_t, 64> packet;
    const std::size_t size = encode(packet).value();
    answers_.insert(answers_.end(), packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
  }

  StubBroker& broker_;
  tcp::socket socket_;
  std::uint16_t receive_maximum_ = kReceiveMaximum;
  std::vector<std::uint8_t> received_;  // not decoded yet
  std::vector<std::uint8_t> answers_;   // not sent yet
  PublishPump* pump_ = nullptr;
};

StubBroker::StubBroker() : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}) {
  asio::co_spawn(io_, accept(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

StubBroker::~StubBroker() {
  io_.stop();
  thread_.join();
}

asio::awaitable<void> StubBroker::accept() {
  while (true) {
    tcp::socket socket = co_await acceptor_.async_accept(use_awaitable);
    const auto connection = std::make_shared<Connection>(*this, std::move(socket));
    asio::co_spawn(io_, connection->serve(), asio::detached);
  }
}

Pumped StubBroker::pump(const PublishBatch& batch, Pace pace) {
  const auto on_its_thread = [&]() -> asio::awaitable<Pumped> {
    asio::steady_timer pause(io_);
    for (int tries = 0; consumer_.expired() && tries < kSubscriptionTries; ++tries) {
      pause.expires_after(kSubscriptionPause);
      co_await pause.async_wait(use_awaitable);
    }
    const auto consumer = consumer_.lock();
    if (!consumer) throw std::runtime_error("nobody has subscribed to the telemetry");
    Pumped pumped = co_await consumer->pump(batch, pace);
    co_return pumped;
  };
  return asio::co_spawn(io_, on_its_thread(), asio::use_future).get();
}

}  // namespace smartkar::bench
