#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "protocol/topics.hpp"
#include "server/core/actions.hpp"
#include "server/core/types.hpp"

namespace smartkar::server {

// What the server counts, for Prometheus (docs/operating.md lists it). Used by one thread.
class Metrics {
 public:
  Metrics();

  // An HTTP request was answered. endpoint: its pattern, so that there are few; empty: there is none.
  void served(std::string_view endpoint, int status, Duration took);
  // A message of a registered car arrived.
  void received(protocol::Channel channel);
  // A message for a car was published, or could not be because the broker was away.
  void published(PublishKind kind, bool done);
  // The broker has dropped so many messages.
  void dropped(std::uint64_t count);
  // A command was stored anew; counted if it has ended.
  void changed(const CommandRecord& command);
  // A car's presence is known, or another one.
  void changed(const DeviceRecord& device);
  // A batch of changes was stored. took: since the first of them was handed over.
  void stored(Duration took);

  // What a state or an event told of those before it, and of its fields.
  void noted(const TelemetryNoted& noted);

  void setBrokersUp(std::size_t count);
  void setViewers(std::size_t viewers);

  // Everything in Prometheus' text format 0.0.4.
  std::string text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& messages_;
  prometheus::Family<prometheus::Counter>& telemetry_;
  prometheus::Counter& refused_fields_;
  prometheus::Family<prometheus::Counter>& publishes_;
  prometheus::Family<prometheus::Counter>& commands_;
  prometheus::Family<prometheus::Gauge>& devices_;
  prometheus::Histogram& request_seconds_;
  prometheus::Histogram& commit_seconds_;
  prometheus::Counter& dropped_;
  prometheus::Gauge& brokers_up_;
  prometheus::Gauge& viewers_;
  // Members of requests_ and messages_, which looks them up at a price.
  std::map<std::string, std::map<int, prometheus::Counter*>, std::less<>> by_endpoint_;  // then by status
  std::map<protocol::Channel, prometheus::Counter*> by_channel_;
  std::map<std::string, Presence, std::less<>> presence_;  // by ccid
};

}  // namespace smartkar::server
