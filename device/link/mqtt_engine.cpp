#include "device/link/mqtt_engine.hpp"

#include "base/assert.hpp"

namespace smartkar::device {

MqttProfile::MqttProfile(const MqttSettings& wanted) : settings(wanted) {
  const auto command = protocol::makeTopic(settings.topic_prefix, settings.ccid, protocol::Channel::Command);
  const auto status = protocol::makeTopic(settings.topic_prefix, settings.ccid, protocol::Channel::Status);
  SK_ASSERT(command.has_value() && status.has_value());
  SK_ASSERT(!settings.broker.host.empty() && !settings.client_id.empty());
  command_topic = *command;
  status_topic = *status;
}

bool MqttEngine::wanted(std::string_view topic, std::size_t size) {
  if (topic != profile_.command_topic.view()) {
    ++profile_.counters.foreign;
    return false;
  }
  if (size > protocol::kCommandBytesMax) {
    ++profile_.counters.too_long;
    return false;
  }
  ++profile_.counters.received;
  return true;
}

}  // namespace smartkar::device
