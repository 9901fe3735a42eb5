#include "test/load/telemetry_load.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <future>
#include <utility>

#include "base/crc32.hpp"

namespace smartkar::test {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kTick = 2ms;
// A pause of the machine is not made up for by a burst.
constexpr double kCreditMax_s = 0.1;

long long unixNow() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Spread evenly, and the same for every car.
bool isEvent(std::uint32_t seq, unsigned events_percent) { return seq * 37 % 100 < events_percent; }

std::string_view payloadOf(const LoadMessage& message, std::span<char> out) {
  const char* const format = message.event
                                 ? R"({"domain":"vehicle","name":"plugged","number":%u,"ts":%lld,"boot":1,"seq":%u)"
                                 : R"({"device":{"uptime":%u},"vehicle":{"battery":{"soc":%u.5}},"ts":%lld,)"
                                   R"("boot":1,"seq":%u)";
  const int size = message.event ? std::snprintf(out.data(), out.size(), format, message.seq, unixNow(), message.seq)
                                 : std::snprintf(out.data(), out.size(), format, message.seq, message.seq % 100,
                                                 unixNow(), message.seq);
  const std::string_view begun(out.data(), static_cast<std::size_t>(size));
  const std::span<char> rest = out.subspan(begun.size());
  const int end = std::snprintf(rest.data(), rest.size(), R"(,"mac":"%08x"})", static_cast<unsigned>(crc32(begun)));
  return {out.data(), begun.size() + static_cast<std::size_t>(end)};
}

}  // namespace

TelemetryLoad::TelemetryLoad(Settings settings)
    : settings_(std::move(settings)), timer_(io_), last_seq_(settings_.ccids.size(), 0), last_tick_(Clock::now()) {
  for (std::size_t i = 0; i < settings_.connections; ++i) addConnection(i);
  tick();
  thread_ = std::thread([this] { io_.run(); });
}

TelemetryLoad::~TelemetryLoad() {
  io_.stop();
  thread_.join();
}

void TelemetryLoad::addConnection(std::size_t index) {
  Connection& connection = *connections_.emplace_back(std::make_unique<Connection>());
  for (std::size_t car = index; car < settings_.ccids.size(); car += settings_.connections) {
    connection.cars.push_back(static_cast<std::uint32_t>(car));
  }
  LoadClient::Handlers handlers;
  handlers.acknowledged = [this, &connection](std::uint16_t packet_id) { onAcknowledged(connection, packet_id); };
  connection.client = std::make_unique<LoadClient>(
      io_, LoadClient::Settings{.port = settings_.port, .client_id = "load-" + std::to_string(index)},
      std::move(handlers));
  connection.client->start();
}

bool TelemetryLoad::stop(std::chrono::milliseconds timeout) {
  std::promise<void> stopped;
  boost::asio::post(io_, [&] {
    stopping_ = true;
    stopped.set_value();
  });
  stopped.get_future().wait();
  return waitFor([this] { return acknowledged_.size() == sent_count_; }, timeout);
}

bool TelemetryLoad::waitUntilAcknowledged(std::size_t count, std::chrono::milliseconds timeout) const {
  return waitFor([&] { return acknowledged_.size() >= count; }, timeout);
}

bool TelemetryLoad::waitFor(const std::function<bool()>& condition, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, condition);
}

std::size_t TelemetryLoad::acknowledgedCount() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_.size();
}

std::vector<LoadMessage> TelemetryLoad::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return acknowledged_;
}

void TelemetryLoad::tick() {
  const auto now = Clock::now();
  const double passed = std::chrono::duration<double>(now - last_tick_).count();
  last_tick_ = now;
  const double rate = static_cast<double>(settings_.per_second) / static_cast<double>(connections_.size());
  for (const auto& connection : connections_) {
    connection->credit = std::min(connection->credit + passed * rate, std::max(1.0, kCreditMax_s * rate));
    send(*connection);
  }
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code&) { tick(); });
}

void TelemetryLoad::send(Connection& connection) {
  const auto mayLeave = [&] {
    const bool due = settings_.per_second == 0 || connection.credit >= 1;
    return due && connection.waiting.size() < settings_.window && !stopping_ && !connection.cars.empty();
  };
  bool sent = false;
  while (mayLeave()) {
    const std::uint32_t car = connection.cars[connection.next_car];
    if (!sendOne(connection, car)) break;
    connection.next_car = (connection.next_car + 1) % connection.cars.size();
    connection.credit -= 1;
    sent = true;
  }
  if (sent) connection.client->flush();
}

bool TelemetryLoad::sendOne(Connection& connection, std::uint32_t car) {
  const std::uint32_t seq = last_seq_[car] + 1;
  const LoadMessage message{.car = car, .seq = seq, .event = isEvent(seq, settings_.events_percent)};
  std::array<char, 200> memory{};
  const std::string topic = settings_.topic_prefix + "/" + settings_.ccids[car] + (message.event ? "/event" : "/state");
  const auto packet_id = connection.client->publish(topic, payloadOf(message, memory));
  if (!packet_id) return false;
  last_seq_[car] = seq;
  connection.waiting.emplace(*packet_id, message);
  const std::lock_guard lock(mutex_);
  ++sent_count_;
  return true;
}

void TelemetryLoad::onAcknowledged(Connection& connection, std::uint16_t packet_id) {
  const auto found = connection.waiting.find(packet_id);
  if (found == connection.waiting.end()) return;
  {
    const std::lock_guard lock(mutex_);
    acknowledged_.push_back(found->second);
  }
  changed_.notify_all();
  connection.waiting.erase(found);
  // At full speed what was acknowledged makes room at once.
  if (settings_.per_second == 0) send(connection);
}

}  // namespace smartkar::test
