#include "sim/server_link.hpp"

#include <array>
#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace smartkar::sim {
namespace {

using modem_sim::ConnectionId;

// As server::BrokerSessionSettings has them.
constexpr std::uint16_t kKeepAliveSeconds = 30;
constexpr std::uint32_t kSessionExpirySeconds = 7 * 24 * 3600;
constexpr Duration kPingTimeout = 10s;
constexpr Duration kConnectTimeout = 10s;
constexpr std::size_t kReceiveBytes = 16 * 1024;
constexpr std::size_t kTransmitBytes = 64 * 1024;
constexpr std::size_t kUnacknowledgedBytes = 64 * 1024;
constexpr std::string_view kMarkerTopic = "smartkar/00000000000000000000/command";
constexpr std::uint32_t kMarkerExpirySeconds = 3600;
// The real one doubles its pause up to a minute; a fixed one is enough for a broker that is one computer away.
constexpr Duration kReconnectPause = 2s;
// Server and broker stand in one computing centre.
constexpr NetworkSettings kNearby{.latency_min = 500us, .latency_max = 1500us};

}  // namespace

// All that a killed process loses.
struct ServerLink::Process {
  explicit Process(std::uint16_t window)
      : memory(kReceiveBytes + kTransmitBytes + kUnacknowledgedBytes),
        inbound(window),
        session({.version = mqtt::Version::V5, .ping_timeout = kPingTimeout},
                {.receive = std::span(memory).first(kReceiveBytes),
                 .transmit = std::span(memory).subspan(kReceiveBytes, kTransmitBytes),
                 .unacknowledged = std::span(memory).last(kUnacknowledgedBytes),
                 .inbound = inbound}) {}

  std::vector<std::uint8_t> memory;
  std::vector<mqtt::InboundWindow::Entry> inbound;
  mqtt::ClientSession session;
  ConnectionId connection = 0;   // 0: none
  std::string input;             // what the session has not taken yet
  Instant opens_at = kNever;     // without a connection: when the next is tried
  Instant gives_up_at = kNever;  // while one is being opened
  bool up = false;
  std::string marker;
  bool caught_up = false;  // it has come back
};

ServerLink::ServerLink(VirtualTime& time, VirtualNetwork& network, ServerLinkSettings settings,
                       ServerLinkListener& listener)
    : time_(time), network_(network, kNearby), settings_(std::move(settings)), listener_(listener) {
  network_.setListener(*this);
}

ServerLink::~ServerLink() = default;

void ServerLink::start() {
  process_ = std::make_unique<Process>(settings_.receive_maximum);
  process_->opens_at = time_.now();
}

void ServerLink::kill() {
  if (process_ && process_->connection != 0) network_.close(process_->connection);
  process_.reset();
}

bool ServerLink::connected() const { return process_ && process_->session.connected(); }

bool ServerLink::acknowledge(mqtt::AckToken token) {
  if (!process_) return false;
  const bool accepted = process_->session.acknowledge(token);
  pump();
  return accepted;
}

bool ServerLink::publish(std::string_view topic, std::string_view payload, std::uint32_t expiry_s) {
  if (!connected()) return false;
  const auto published = process_->session.publish(
      topic, mqtt::asBytes(payload), {.qos = mqtt::Qos::AtLeastOnce, .retain = false, .message_expiry = expiry_s});
  write();
  return published.ok();
}

void ServerLink::run(Instant now) {
  if (!process_) return;
  if (process_->opens_at <= now) {
    process_->opens_at = kNever;
    process_->gives_up_at = now + kConnectTimeout;
    process_->connection = network_.open(settings_.broker);
  }
  if (process_->gives_up_at <= now) {
    network_.close(process_->connection);
    retryLater();
  }
  if (process_->session.nextDeadline() <= now) {
    process_->session.tick(now);
    pump();
  }
}

Instant ServerLink::nextDeadline() const {
  if (!process_) return kNever;
  return std::min({process_->opens_at, process_->gives_up_at, process_->session.nextDeadline()});
}

void ServerLink::onOpened(ConnectionId id) {
  if (!process_ || process_->connection != id) return;
  process_->gives_up_at = kNever;
  const auto begun = process_->session.connect({.client_id = settings_.client_id,
                                                .keep_alive = kKeepAliveSeconds,
                                                .clean_start = false,
                                                .session_expiry = kSessionExpirySeconds,
                                                .will = {},
                                                .user_name = {},
                                                .password = {}},
                                               time_.now());
  SK_ASSERT(begun.ok());
  pump();
}

void ServerLink::onOpenFailed(ConnectionId id, modem_sim::OpenError) {
  if (process_ && process_->connection == id) retryLater();
}

void ServerLink::onReadable(ConnectionId id) {
  if (!process_ || process_->connection != id) return;
  process_->input += network_.receive(id, std::string::npos);
  pump();
}

void ServerLink::onClosed(ConnectionId id) {
  if (!process_ || process_->connection != id) return;
  process_->session.transportClosed(time_.now());
  pump();
  if (process_ && process_->connection == id) retryLater();
}

// Moves bytes and hands over events until nothing is left to do. The listener may end the process.
void ServerLink::pump() {
  for (bool moved = true; moved && process_;) {
    moved = false;
    while (process_) {
      const auto event = process_->session.poll();
      if (!event) break;
      moved = true;
      std::visit([this](const auto& what) { on(what); }, *event);
    }
    if (!process_) return;
    write();
    const std::size_t taken = process_->session.receive(mqtt::asBytes(process_->input), time_.now());
    process_->input.erase(0, taken);
    moved = moved || taken > 0;
  }
}

void ServerLink::write() {
  while (!process_->session.output().empty()) {
    const mqtt::Bytes bytes = process_->session.output();
    network_.send(process_->connection, mqtt::asText(bytes));
    process_->session.consumed(bytes.size());
  }
}

void ServerLink::on(const mqtt::Connected& event) {
  std::vector<mqtt::Subscription> wanted;
  wanted.reserve(settings_.filters.size() + 1);
  for (const std::string& filter : settings_.filters) {
    wanted.push_back({.filter = filter,
                      .qos = mqtt::Qos::AtLeastOnce,
                      .retain_handling = mqtt::RetainHandling::SendIfNewSubscription});
  }
  const bool present = event.session_present;
  wanted.push_back({.filter = kMarkerTopic, .qos = mqtt::Qos::AtLeastOnce});
  const auto asked = process_->session.subscribe(wanted);
  SK_ASSERT(asked.ok());
  process_->up = true;
  process_->caught_up = false;
  // As server::BrokerLink: what comes before the marker has waited.
  process_->marker = settings_.client_id + " " + std::to_string(time_.now().time_since_epoch().count());
  publish(kMarkerTopic, process_->marker, kMarkerExpirySeconds);
  listener_.onUp(*this, present);
}

void ServerLink::on(const mqtt::Message& event) {
  if (event.topic == kMarkerTopic) {
    process_->caught_up = process_->caught_up || mqtt::asText(event.payload) == process_->marker;
    process_->session.acknowledge(event.token);
    return;
  }
  listener_.onMessage(*this, {.topic = event.topic,
                              .payload = mqtt::asText(event.payload),
                              .retained = event.retain,
                              .waited = !process_->caught_up,
                              .token = event.token});
}

void ServerLink::on(const mqtt::Disconnected&) {
  write();
  network_.close(process_->connection);
  // What the connection left unacknowledged is forgotten: the server decides anew in every contact.
  (void)process_->session.discardUnacknowledged();
  process_->input.clear();
  const bool was_up = std::exchange(process_->up, false);
  retryLater();
  if (was_up) listener_.onDown(*this);
}

void ServerLink::retryLater() {
  process_->connection = 0;
  process_->gives_up_at = kNever;
  process_->opens_at = time_.now() + kReconnectPause;
}

}  // namespace smartkar::sim
