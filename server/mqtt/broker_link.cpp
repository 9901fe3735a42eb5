#include "server/mqtt/broker_link.hpp"

#include <charconv>
#include <initializer_list>
#include <utility>

#include "protocol/topics.hpp"
#include "server/core/brokers.hpp"

namespace smartkar::server {

namespace {

using protocol::Channel;

// Messages that may await their commit at once: two groups of the store (StoreWriter::Options::batches_max), so that
// one is received while the other is committed. Mosquitto sends at most max_inflight_messages of them, 20 by default.
constexpr std::uint16_t kBulkWindow = 1024;
constexpr std::uint16_t kControlWindow = 256;

// How many messages it has dropped since its start because too many waited (mosquitto(8), "broker status").
constexpr std::string_view kDroppedTopic = "$SYS/broker/publish/messages/dropped";

// A broker that does not give back a marker is sent another one after this time; one that gives back none of so many
// cannot or will not.
constexpr Duration kMarkAgain = 10s;
constexpr int kMarkersMax = 3;
// Seconds: a marker that waits for so long is of an earlier connection.
constexpr std::uint32_t kMarkerExpiry = 3600;

Instant monotonicNow() {
  return Instant{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
}

// Markers are commands for nobody: the one kind of topic on which a server may write and read (docs/brokers.md).
std::string markerTopic(std::string_view prefix) {
  const auto topic = protocol::makeTopic(prefix, "00000000000000000000", Channel::Command);
  SK_ASSERT(topic.has_value());
  return std::string(topic->view());
}

BrokerSessionSettings sessionSettings(const BrokerLink::Settings& settings, const char* suffix, std::uint16_t window,
                                      std::initializer_list<Channel> channels) {
  BrokerSessionSettings session{.broker = settings.broker,
                                .client_id = settings.client_id + suffix,
                                .filters = {},
                                .receive_maximum = window,
                                .reconnect = settings.reconnect};
  for (const Channel channel : channels) {
    const auto filter = protocol::makeFilter(settings.topic_prefix, channel);
    SK_ASSERT(filter.has_value());
    session.filters.emplace_back(filter->view());
  }
  session.watched.push_back(markerTopic(settings.topic_prefix));
  return session;
}

BrokerSessionSettings controlSettings(const BrokerLink::Settings& settings) {
  BrokerSessionSettings session =
      sessionSettings(settings, "-control", kControlWindow, {Channel::Status, Channel::Response});
  session.watched.emplace_back(kDroppedTopic);
  return session;
}

}  // namespace

BrokerLink::BrokerLink(boost::asio::io_context& io, const Settings& settings, BrokerLinkListener& listener,
                       LogSink& sink)
    : topic_prefix_(settings.topic_prefix),
      marker_topic_(markerTopic(settings.topic_prefix)),
      number_(settings.number),
      listener_(listener),
      log_(sink, "broker"),
      generation_(settings.number),
      control_(*this, io, controlSettings(settings), sink),
      bulk_(*this, io, sessionSettings(settings, "-bulk", kBulkWindow, {Channel::State, Channel::Event}), sink) {}

void BrokerLink::start() {
  control_.session.start();
  bulk_.session.start();
}

void BrokerLink::stop() {
  control_.session.stop();
  bulk_.session.stop();
}

void BrokerLink::onUp(Part& part, bool session_present) {
  part.caught_up = false;
  part.markers = 0;
  mark(part);
  if (&part != &control_) return;
  // No other broker's link comes to the same numbers.
  generation_ += kBrokersMax;
  listener_.onBroker(BrokerUp{.generation = generation_, .session_present = session_present, .broker = number_});
}

void BrokerLink::onDown(Part& part) {
  if (&part == &control_) listener_.onBroker(BrokerDown{.broker = number_});
}

// The broker hands over in order: what comes before the marker was there before it, and may have waited for hours.
void BrokerLink::mark(Part& part) {
  part.marked_at = monotonicNow();
  ++part.markers;
  part.marker = std::to_string(part.marked_at.time_since_epoch().count());
  (void)part.session.publish(marker_topic_, part.marker, kMarkerExpiry);
}

void BrokerLink::onMarker(Part& part, std::string_view text) {
  if (text == part.marker) part.caught_up = true;
}

// Of a message that comes now: whether it may have.
bool BrokerLink::waited(Part& part) {
  if (part.caught_up) return false;
  if (monotonicNow() - part.marked_at < kMarkAgain) return true;
  if (part.markers < kMarkersMax) {
    mark(part);
    return true;
  }
  log_.warning("the broker does not give back what is published on %s: old messages look like new ones",
               marker_topic_.c_str());
  part.caught_up = true;
  return false;
}

// The first total counts whole: what was dropped while this program did not run is not known otherwise. After a restart
// the broker counts anew.
void BrokerLink::onDroppedTotal(std::string_view text) {
  std::uint64_t total = 0;
  std::from_chars(text.data(), text.data() + text.size(), total);
  const std::uint64_t before = total < dropped_ ? 0 : dropped_;
  dropped_ = total;
  if (total == before) return;
  log_.warning("the broker has dropped %llu messages, because too many waited; the cars are asked for their state",
               static_cast<unsigned long long>(total - before));
  listener_.onBroker(MessagesDropped{.count = total - before});
}

void BrokerLink::onMessage(Part& part, std::string_view topic, std::string_view payload, bool retained,
                           mqtt::AckToken token) {
  if (topic == kDroppedTopic) {
    part.session.acknowledge(token);
    return onDroppedTotal(payload);
  }
  if (topic == marker_topic_) {
    part.session.acknowledge(token);
    return onMarker(part, payload);
  }
  const auto parsed = protocol::parseTopic(topic_prefix_, topic);
  if (!parsed) {
    log_.warning("message on %.*s ignored: not a car's topic", static_cast<int>(topic.size()), topic.data());
    part.session.acknowledge(token);
    return;
  }
  listener_.onMessage({.ccid = std::string(parsed->ccid.view()),
                       .channel = parsed->channel,
                       .payload = std::string(payload),
                       .retained = retained,
                       .generation = generation_,
                       .waited = waited(part)},
                      {.session = &part.session, .token = token});
}

bool BrokerLink::publish(const PublishCommand& command) {
  if (command.generation != generation_) return false;
  const auto topic = protocol::makeTopic(topic_prefix_, command.ccid, Channel::Command);
  if (!topic) return false;
  const auto published = control_.session.publish(topic->view(), command.payload, command.expiry_s);
  if (published) return true;
  const auto why = mqtt::name(published.error());
  log_.warning("command for %s not published: %.*s", command.ccid.c_str(), static_cast<int>(why.size()), why.data());
  return false;
}

}  // namespace smartkar::server
