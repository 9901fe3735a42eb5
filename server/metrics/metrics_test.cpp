#include "server/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace smartkar::server {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, CountWhatHappensByKind) {
  Metrics metrics;
  metrics.received(protocol::Channel::State);
  metrics.received(protocol::Channel::State);
  metrics.published(PublishKind::Ring, false);
  metrics.served("/api/v1/devices", 200, 3ms);
  metrics.dropped(3);
  CommandRecord command;
  command.state = CommandState::Completed;
  metrics.changed(command);
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr(R"(smartkar_messages_received_total{channel="state"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"(smartkar_publishes_total{kind="ring",result="broker_away"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(smartkar_http_requests_total{endpoint="/api/v1/devices",status="200"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(smartkar_http_request_seconds_bucket{le="0.005"} 1)"));
  EXPECT_THAT(text, HasSubstr("smartkar_broker_dropped_messages_total 3"));
  EXPECT_THAT(text, HasSubstr(R"(smartkar_commands_finished_total{state="completed"} 1)"));
}

TEST(Metrics, EveryCarIsCountedOnceInThePresenceItHasNow) {
  Metrics metrics;
  DeviceRecord car;
  car.ccid = "89860123456789012345";
  for (const Presence presence : {Presence::Asleep, Presence::Awake, Presence::Awake}) {
    car.presence = presence;
    metrics.changed(car);
  }
  EXPECT_THAT(metrics.text(), HasSubstr(R"(smartkar_devices{presence="awake"} 1)"));
  EXPECT_THAT(metrics.text(), HasSubstr(R"(smartkar_devices{presence="asleep"} 0)"));
}

}  // namespace
}  // namespace smartkar::server
