#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mqtt/packet.hpp"
#include "sim/broker_message.hpp"

namespace smartkar::interop {

// What happens to a broker, one step after the other. Clients are numbered from 0; a step of a client that has no
// connection when its turn comes is passed over.

struct Connect {
  struct Will {
    std::string topic;
    mqtt::Qos qos = mqtt::Qos::AtMostOnce;
    bool retain = false;
  };

  std::size_t client = 0;
  mqtt::Version version = mqtt::Version::V311;
  bool clean = true;
  std::uint16_t keep_alive = 0;
  bool acknowledges = true;  // by itself; else with Acknowledge alone
  std::optional<Will> will{};
  // MQTT 5 only:
  std::optional<std::uint32_t> session_expiry{};
  std::optional<std::uint16_t> receive_maximum{};
};

// Ends the connection: with DISCONNECT, or without a word.
struct Leave {
  std::size_t client = 0;
  bool goodbye = true;
  // MQTT 5 only:
  bool with_will = false;
  std::optional<std::uint32_t> session_expiry{};
};

struct Subscribe {
  std::size_t client = 0;
  struct Filter {
    std::string filter;
    mqtt::Qos qos = mqtt::Qos::AtMostOnce;
    // MQTT 5 only:
    bool no_local = false;
    bool retain_as_published = false;
    mqtt::RetainHandling retain_handling = mqtt::RetainHandling::SendAtSubscribe;
  };
  std::vector<Filter> filters;
  std::uint32_t identifier = 0;  // MQTT 5 only; 0: none
};

struct Unsubscribe {
  std::size_t client = 0;
  std::string filter;
};

struct Publish {
  std::size_t client = 0;
  std::string topic;
  std::string payload;
  mqtt::Qos qos = mqtt::Qos::AtMostOnce;
  bool retain = false;
  std::uint32_t expiry = 0;  // seconds; 0: none; MQTT 5 only
};

// Sends the client's latest message at QoS 2 again, as after a loss.
struct Repeat {
  std::size_t client = 0;
};

// Answers some of what the client has not acknowledged yet.
struct Acknowledge {
  std::size_t client = 0;
  std::size_t count = 1;
  bool newest_first = false;
  bool refuses = false;  // PUBREC with an error; MQTT 5 only
};

struct Restart {
  bool saved = true;  // sessions and retained messages
};

// A script that waits ends with a wait of 0 s, see Transport.
struct Wait {
  int seconds = 0;
};

using Step = std::variant<Connect, Leave, Subscribe, Unsubscribe, Publish, Repeat, Acknowledge, Restart, Wait>;

struct Script {
  std::size_t clients = 0;
  sim::BrokerLimits limits{};
  std::vector<Step> steps{};
};

// What is allowed with a topic, by its first level: "in" cannot be read, "out" not be written.
bool mayRead(std::string_view topic);
bool mayWrite(std::string_view topic);
// The rule for it is one for all ("a/#"), not one of a user.
bool allowedByPattern(std::string_view topic);

// A script of about 30 steps for 2 to 5 clients. Same seed, same script. No step takes time.
Script makeScript(std::uint64_t seed);

// One line.
std::string describe(const Step& step);

}  // namespace smartkar::interop
