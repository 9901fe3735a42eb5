#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/time.hpp"
#include "mqtt/packet.hpp"

namespace smartkar::sim {

// A message as the broker holds it.
struct BrokerMessage {
  std::string topic;
  std::string payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;       // to be kept by the broker; of one delivered: the flag that the client sees
  Instant expires = kNever;  //
};

// Until the message expires, in the whole seconds that Mosquitto counts in; not of one that never does.
inline std::int64_t secondsLeft(const BrokerMessage& message, Instant now) {
  const auto whole = [](Instant at) { return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count(); };
  return whole(message.expires) - whole(now);
}

// What a client asked for with a filter.
struct SubscriptionOptions {
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool no_local = false;
  bool retain_as_published = false;
  std::uint32_t identifier = 0;  // 0: none
};

// Settings of Mosquitto by their names there; the defaults are those of the provisioned configuration
// (broker/mosquitto_config.cpp; test/interop compares). 0 is no limit, except for max_keepalive.
struct BrokerLimits {
  std::size_t max_queued_messages = 400'000;
  std::size_t max_queued_bytes = 134'217'728;
  std::uint16_t max_inflight_messages = 1024;
  std::size_t message_size_limit = 1024;  // of a payload
  std::uint32_t max_packet_size = 4096;
  std::uint16_t max_keepalive = 21'600;                    // seconds; MQTT 5 only
  std::uint32_t persistent_client_expiration = 5'184'000;  // seconds
};

}  // namespace smartkar::sim
