#include "bench/ingest/publisher.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <stdexcept>
#include <variant>
#include <vector>

#include "bench/ingest/publish_pump.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::bench {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using mqtt::Version;

namespace {

class Publisher {
 public:
  explicit Publisher(asio::io_context& io) : socket_(io) {}

  asio::awaitable<void> connect(std::uint16_t port) {
    co_await socket_.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
    socket_.set_option(tcp::no_delay(true));
    mqtt::Connect packet;
    packet.version = Version::V5;
    packet.client_id = "bench-publisher";
    std::array<std::uint8_t, 64> bytes;
    const std::size_t size = mqtt::encode(packet, bytes).value();
    co_await asio::async_write(socket_, asio::buffer(bytes.data(), size), use_awaitable);
    while (window_ == 0) co_await readSome();
  }

  asio::awaitable<Pumped> publish(const PublishBatch& batch) {
    PublishPump pump(socket_, batch, {}, window_);
    pump_ = &pump;
    asio::co_spawn(socket_.get_executor(), readToEnd(), asio::detached);
    co_await pump.run();
    pump_ = nullptr;
    co_return pump.pumped();
  }

 private:
  asio::awaitable<void> readToEnd() {
    while (true) co_await readSome();
  }
  asio::awaitable<void> readSome() {
    const std::size_t count = co_await socket_.async_read_some(asio::buffer(buffer_), use_awaitable);
    received_.insert(received_.end(), buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count));
    std::size_t acknowledged = 0;
    std::size_t at = 0;
    auto decoded = mqtt::decodeServerPacket(received_, Version::V5);
    while (decoded.status == mqtt::DecodeStatus::Complete) {
      if (const auto* connack = std::get_if<mqtt::Connack>(&decoded.packet)) take(*connack);
      if (std::holds_alternative<mqtt::Puback>(decoded.packet)) ++acknowledged;
      at += decoded.size;
      decoded = mqtt::decodeServerPacket(std::span(received_).subspan(at), Version::V5);
    }
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(at));
    if (pump_ != nullptr && acknowledged != 0) pump_->acknowledged(acknowledged);
  }
  void take(const mqtt::Connack& packet) {
    window_ = 65'535;  // MQTT 5.0 section 3.2.2.3.3: if the broker names none
    std::size_t offset = 0;
    while (const auto property = packet.properties.next(offset)) {
      if (property->id == mqtt::PropertyId::ReceiveMaximum) window_ = property->number;
    }
  }

  tcp::socket socket_;
  std::array<std::uint8_t, 64 * 1024> buffer_;
  std::vector<std::uint8_t> received_;  // not decoded yet
  std::size_t window_ = 0;              // 0: not connected yet
  PublishPump* pump_ = nullptr;
};

}  // namespace

Pumped publishAll(std::uint16_t port, const PublishBatch& batch) {
  asio::io_context io;
  Publisher publisher(io);
  Pumped pumped;
  std::exception_ptr failure;
  const auto all = [&]() -> asio::awaitable<void> {
    co_await publisher.connect(port);
    pumped = co_await publisher.publish(batch);
  };
  asio::co_spawn(io, all(), [&](const std::exception_ptr& thrown) {
    failure = thrown;
    io.stop();
  });
  io.run();
  if (failure) std::rethrow_exception(failure);
  return pumped;
}

}  // namespace smartkar::bench
