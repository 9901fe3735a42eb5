#include "server/mqtt/broker_link.hpp"

#include <initializer_list>
#include <utility>

#include "protocol/topics.hpp"

namespace smartkar::server {

namespace {

using protocol::Channel;

// Messages that may await their commit at once. Mosquitto sends at most max_inflight_messages of them, 20 by default.
constexpr std::uint16_t kControlWindow = 256;
constexpr std::uint16_t kBulkWindow = 1024;

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
  return session;
}

}  // namespace

BrokerLink::BrokerLink(boost::asio::io_context& io, const Settings& settings, BrokerLinkListener& listener,
                       LogSink& sink)
    : topic_prefix_(settings.topic_prefix),
      listener_(listener),
      log_(sink, "broker"),
      control_(*this, io, sessionSettings(settings, "-control", kControlWindow, {Channel::Status, Channel::Response}),
               sink),
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
  if (&part != &control_) return;
  ++generation_;
  listener_.onBroker(BrokerUp{.generation = generation_, .session_present = session_present});
}

void BrokerLink::onDown(Part& part) {
  if (&part == &control_) listener_.onBroker(BrokerDown{});
}

void BrokerLink::onMessage(Part& part, std::string_view topic, std::string_view payload, bool retained,
                           mqtt::AckToken token) {
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
                       .generation = generation_},
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
