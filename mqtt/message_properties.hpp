#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

struct UserProperty {
  std::string_view key{};
  std::string_view value{};
};

// What MQTT 5 lets a message or a will carry beside topic and payload; 3.1.1 leaves it out. Texts at most 65,535 bytes
// of UTF-8; views are needed only during the call.
struct MessageProperties {
  bool text_payload = false;          // Payload Format Indicator: the payload is UTF-8
  std::string_view content_type{};    // empty: none
  std::string_view response_topic{};  // a topic name; empty: none
  Bytes correlation_data{};           // at most 65,535 bytes; empty: none
  std::span<const UserProperty> user_properties{};
};

namespace detail {

bool areValid(std::span<const UserProperty> properties);
void write(PropertyWriter& writer, std::span<const UserProperty> properties);
void write(PropertyWriter& writer, std::optional<std::uint32_t> message_expiry, const MessageProperties& properties);

}  // namespace detail
}  // namespace smartkar::mqtt
