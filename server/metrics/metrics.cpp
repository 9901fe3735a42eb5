#include "server/metrics/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <chrono>

namespace smartkar::server {

namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

// Around what is promised: a commit in 10 ms, an answer in 5 ms.
const Histogram::BucketBoundaries kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string_view kindName(PublishKind kind) {
  switch (kind) {
    case PublishKind::Ring:
      return "ring";
    case PublishKind::Sync:
      return "sync";
    case PublishKind::Command:
      return "command";
    case PublishKind::Cancel:
      break;
  }
  return "cancel";
}

template <class Builder>
auto& family(Builder builder, prometheus::Registry& registry, const char* name, const char* help) {
  return builder.Name(name).Help(help).Register(registry);
}

}  // namespace

Metrics::Metrics()
    : requests_(family(BuildCounter(), registry_, "smartkar_http_requests_total", "HTTP requests answered")),
      messages_(family(BuildCounter(), registry_, "smartkar_messages_received_total", "Messages of registered cars")),
      telemetry_(family(BuildCounter(), registry_, "smartkar_telemetry_messages_total",
                        "Telemetry messages that did not come in their turn")),
      refused_fields_(family(BuildCounter(), registry_, "smartkar_telemetry_fields_refused_total",
                             "Telemetry fields that were quarantined while the rest of their message was kept")
                          .Add({})),
      publishes_(family(BuildCounter(), registry_, "smartkar_publishes_total", "Messages for cars")),
      commands_(family(BuildCounter(), registry_, "smartkar_commands_finished_total", "Commands by how they ended")),
      devices_(family(BuildGauge(), registry_, "smartkar_devices", "Cars by presence, of those ever heard of")),
      request_seconds_(
          family(BuildHistogram(), registry_, "smartkar_http_request_seconds", "Time from a request to its answer")
              .Add({}, kSeconds)),
      commit_seconds_(
          family(BuildHistogram(), registry_, "smartkar_commit_seconds", "Time from a change to its being stored")
              .Add({}, kSeconds)),
      dropped_(family(BuildCounter(), registry_, "smartkar_broker_dropped_messages_total",
                      "Messages the broker dropped because too many waited")
                   .Add({})),
      brokers_up_(family(BuildGauge(), registry_, "smartkar_broker_up", "Brokers the server is connected to").Add({})),
      viewers_(family(BuildGauge(), registry_, "smartkar_stream_viewers", "Open live streams").Add({})) {}

void Metrics::served(std::string_view endpoint, int status, Duration took) {
  auto known = by_endpoint_.find(endpoint);
  if (known == by_endpoint_.end()) known = by_endpoint_.try_emplace(std::string(endpoint)).first;
  prometheus::Counter*& counter = known->second[status];
  if (counter == nullptr) counter = &requests_.Add({{"endpoint", known->first}, {"status", std::to_string(status)}});
  counter->Increment();
  request_seconds_.Observe(seconds(took));
}

void Metrics::received(protocol::Channel channel) {
  prometheus::Counter*& counter = by_channel_[channel];
  if (counter == nullptr) counter = &messages_.Add({{"channel", std::string(protocol::channelName(channel))}});
  counter->Increment();
}

void Metrics::published(PublishKind kind, bool done) {
  publishes_.Add({{"kind", std::string(kindName(kind))}, {"result", done ? "published" : "broker_away"}}).Increment();
}

void Metrics::dropped(std::uint64_t count) { dropped_.Increment(static_cast<double>(count)); }

void Metrics::changed(const CommandRecord& command) {
  if (!isFinal(command.state)) return;
  commands_.Add({{"state", std::string(stateName(command.state))}}).Increment();
}

void Metrics::changed(const DeviceRecord& device) {
  const auto gauge = [this](Presence presence) -> prometheus::Gauge& {
    return devices_.Add({{"presence", std::string(presenceName(presence))}});
  };
  const auto [known, is_new] = presence_.try_emplace(device.ccid, device.presence);
  if (!is_new) gauge(known->second).Decrement();
  gauge(device.presence).Increment();
  known->second = device.presence;
}

void Metrics::stored(Duration took) { commit_seconds_.Observe(seconds(took)); }

void Metrics::noted(const TelemetryNoted& noted) {
  const auto count = [this](const char* result, std::uint32_t number) {
    if (number > 0) telemetry_.Add({{"result", result}}).Increment(number);
  };
  count("missing", noted.arrival.missing);
  count("late", noted.arrival.late ? 1 : 0);
  count("repeated", noted.arrival.repeated ? 1 : 0);
  refused_fields_.Increment(static_cast<double>(noted.refused_fields));
}

void Metrics::setBrokersUp(std::size_t count) { brokers_up_.Set(static_cast<double>(count)); }

void Metrics::setViewers(std::size_t viewers) { viewers_.Set(static_cast<double>(viewers)); }

std::string Metrics::text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

}  // namespace smartkar::server
