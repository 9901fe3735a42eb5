#include "cli/conformance_live.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "protocol/json_document.hpp"
#include "protocol/status_message.hpp"
#include "protocol/sync.hpp"

namespace smartkar::cli {
namespace {

using conformance::Arrival;
using protocol::Channel;

constexpr Duration kConnectLimit = 10s;
// How soon Ctrl-C is noticed.
constexpr Duration kLook = 100ms;
constexpr std::uint32_t kRingExpiry = 30;

server::BrokerSessionSettings sessionSettings(const LiveRig::Settings& settings) {
  server::BrokerSessionSettings session;
  session.broker = settings.broker;
  session.client_id = "smartkarctl-conformance";
  session.session_expiry = 0;
  for (const Channel channel : {Channel::Status, Channel::Response, Channel::Command}) {
    session.filters.emplace_back(protocol::makeTopic(settings.topic_prefix, settings.ccid, channel).value().view());
  }
  return session;
}

}  // namespace

LiveRig::LiveRig(Settings settings, const Interrupt& interrupt, LogSink& log)
    : settings_(std::move(settings)),
      interrupt_(interrupt),
      log_(log),
      session_(io_, sessionSettings(settings_), *this, log) {}

// Says goodbye to the broker.
LiveRig::~LiveRig() {
  try {
    session_.stop();
    io_.restart();
    io_.run();
  } catch (const std::exception& error) {
    Log(log_, "broker").warning("%s", error.what());
  }
}

void LiveRig::connect() {
  session_.start();
  const Instant give_up = now() + kConnectLimit;
  while (!up_) {
    if (interrupt_.requested()) throw Interrupted();
    if (now() >= give_up) {
      throw LiveFailure("no broker at " + settings_.broker.host + ":" + std::to_string(settings_.broker.port));
    }
    io_.run_for(kLook);
  }
}

Instant LiveRig::now() const {
  return Instant(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

UnixTime LiveRig::wall() const { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

std::optional<Arrival> LiveRig::next(Instant until) {
  for (;;) {
    check();
    if (!arrived_.empty()) {
      Arrival arrival = std::move(arrived_.front());
      arrived_.pop_front();
      return arrival;
    }
    const Duration left = until - now();
    if (left <= Duration(0)) return std::nullopt;
    io_.run_one_for(std::min(left, kLook));
  }
}

void LiveRig::toCar(std::string_view payload, Duration expiry, bool) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(expiry).count();
  const auto published = session_.publish(topic(Channel::Command), payload,
                                          static_cast<std::uint32_t>(std::max<std::int64_t>(seconds, 2)));
  if (published) own_.emplace(payload);
}

void LiveRig::inflict(conformance::Fault, std::int64_t) {
  char text[protocol::kCommandBytesMax];
  const auto ring = protocol::encodeRing(wall() + std::chrono::seconds(kRingExpiry), text);
  if (ring) toCar(*ring, std::chrono::seconds(kRingExpiry), false);
}

void LiveRig::onUp(bool) { up_ = true; }

void LiveRig::onMessage(std::string_view name, std::string_view payload, bool retained, mqtt::AckToken token) {
  session_.acknowledge(token);
  const auto parsed = protocol::parseTopic(settings_.topic_prefix, name);
  if (!parsed) return;
  if (parsed->channel == Channel::Command) return lookForOthers(payload);
  // What the broker kept says nothing about now.
  if (retained) return;
  if (parsed->channel == Channel::Status) noteStatus(payload);
  arrived_.push_back({parsed->channel, std::string(payload)});
}

std::string LiveRig::topic(Channel channel) const {
  return std::string(protocol::makeTopic(settings_.topic_prefix, settings_.ccid, channel).value().view());
}

// Everything on the command topic comes back to us; what we did not send, somebody else did.
void LiveRig::lookForOthers(std::string_view payload) {
  const auto mine = own_.find(payload);
  if (mine == own_.end()) {
    foreign_server_ = true;
  } else {
    own_.erase(mine);
  }
}

void LiveRig::noteStatus(std::string_view payload) {
  protocol::JsonDocument document;
  const auto status = protocol::decodeStatus(payload, document);
  if (status) awake_ = status->presence == protocol::Presence::Awake;
}

void LiveRig::check() const {
  if (interrupt_.requested()) throw Interrupted();
  if (foreign_server_) {
    throw LiveFailure("somebody else commands this car: stop its server while the scenarios run");
  }
  if (!up_) throw LiveFailure("the broker was lost");
}

}  // namespace smartkar::cli
