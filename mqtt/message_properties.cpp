#include "mqtt/message_properties.hpp"

#include <algorithm>

#include "mqtt/utf8.hpp"

namespace smartkar::mqtt::detail {

bool areValid(std::span<const UserProperty> properties) {
  return std::all_of(properties.begin(), properties.end(), [](const UserProperty& property) {
    return isValidUtf8(property.key) && isValidUtf8(property.value);
  });
}

void write(PropertyWriter& writer, std::span<const UserProperty> properties) {
  for (const UserProperty& property : properties) writer.userProperty(property.key, property.value);
}

void write(PropertyWriter& writer, std::optional<std::uint32_t> message_expiry, const MessageProperties& properties) {
  if (properties.text_payload) writer.number(PropertyId::PayloadFormatIndicator, 1);
  if (message_expiry) writer.number(PropertyId::MessageExpiryInterval, *message_expiry);
  if (!properties.content_type.empty()) writer.text(PropertyId::ContentType, properties.content_type);
  if (!properties.response_topic.empty()) writer.text(PropertyId::ResponseTopic, properties.response_topic);
  if (!properties.correlation_data.empty()) writer.bytes(PropertyId::CorrelationData, properties.correlation_data);
  write(writer, properties.user_properties);
}

}  // namespace smartkar::mqtt::detail
