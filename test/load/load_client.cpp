#include "test/load/load_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>
#include <variant>

namespace smartkar::test {

namespace asio = boost::asio;

namespace {

constexpr auto kReconnect = 50ms;
constexpr std::uint32_t kSessionExpiry_s = 3600;

Instant now() {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace

LoadClient::LoadClient(asio::io_context& io, Settings settings, Handlers handlers)
    : io_(io),
      settings_(std::move(settings)),
      handlers_(std::move(handlers)),
      memory_(kReceiveBytes + kTransmitBytes + kUnacknowledgedBytes),
      session_({.version = mqtt::Version::V5, .auto_acknowledge = true},
               {.receive = std::span(memory_).first(kReceiveBytes),
                .transmit = std::span(memory_).subspan(kReceiveBytes, kTransmitBytes),
                .unacknowledged = std::span(memory_).last(kUnacknowledgedBytes),
                .inbound = inbound_}),
      pause_(io) {}

void LoadClient::start() { asio::co_spawn(io_, run(), asio::detached); }

void LoadClient::stop() {
  stopping_ = true;
  if (transport_) transport_->close();
  pause_.cancel();
}

std::optional<std::uint16_t> LoadClient::publish(std::string_view topic, std::string_view payload, bool retain) {
  if (!connected()) return std::nullopt;
  const auto published =
      session_.publish(topic, mqtt::asBytes(payload), {.qos = mqtt::Qos::AtLeastOnce, .retain = retain});
  if (!published) return std::nullopt;
  return *published;
}

asio::awaitable<void> LoadClient::run() {
  while (!stopping_) {
    transport_ = std::make_shared<server::Transport>(io_, nullptr);
    writing_ = false;
    const auto failure = co_await transport_->open("127.0.0.1", settings_.port);
    if (!failure) co_await serve();
    transport_->close();
    boost::system::error_code cancelled;
    pause_.expires_after(kReconnect);
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
}

asio::awaitable<void> LoadClient::serve() {
  // Without keep-alive: on loopback the end of a broker is seen at once.
  const auto begun = session_.connect(
      {.client_id = settings_.client_id, .keep_alive = 0, .clean_start = false, .session_expiry = kSessionExpiry_s},
      now());
  SK_ASSERT(begun.ok());
  handleEvents();
  std::size_t count = 1;
  while (count != 0) {
    count = co_await transport_->read(read_buffer_);
    for (mqtt::Bytes bytes(read_buffer_.data(), count); !bytes.empty() && session_.active();) {
      bytes = bytes.subspan(session_.receive(bytes, now()));
      handleEvents();
    }
  }
  session_.transportClosed(now());
  handleEvents();
}

void LoadClient::handleEvents() {
  while (const auto event = session_.poll()) {
    std::visit([this](const auto& what) { on(what); }, *event);
  }
  flush();
}

void LoadClient::on(const mqtt::Connected&) {
  std::vector<mqtt::Subscription> subscriptions;
  subscriptions.reserve(settings_.filters.size());
  for (const auto& filter : settings_.filters) {
    subscriptions.push_back({.filter = filter, .qos = mqtt::Qos::AtLeastOnce});
  }
  if (!subscriptions.empty()) SK_ASSERT(session_.subscribe(subscriptions).ok());
  handlers_.up();
}

void LoadClient::on(const mqtt::Message& event) { handlers_.message(event.topic, mqtt::asText(event.payload)); }

void LoadClient::on(const mqtt::Published& event) {
  if (!mqtt::isError(event.reason)) handlers_.acknowledged(event.packet_id);
}

void LoadClient::flush() {
  if (writing_ || !transport_ || session_.output().empty()) return;
  const auto output = session_.output();
  std::vector<std::uint8_t> bytes(output.begin(), output.end());
  session_.consumed(bytes.size());
  writing_ = true;
  transport_->write(std::move(bytes), [this, transport = transport_.get()] {
    if (transport != transport_.get()) return;
    writing_ = false;
    flush();
  });
}

}  // namespace smartkar::test
