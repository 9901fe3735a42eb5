#include "test/interop/observation.hpp"

#include <string_view>

namespace smartkar::interop {
namespace {

using mqtt::PropertyId;

// Of a message that expires in so many seconds or more no single one is compared.
constexpr std::uint32_t kManySeconds = 1000;

class Line {
 public:
  explicit Line(std::string_view packet) : text_(packet) {}

  Line& number(std::string_view name, std::uint32_t value) {
    text_.append(" ").append(name).append("=").append(std::to_string(value));
    return *this;
  }
  Line& flag(std::string_view name, bool set) {
    if (set) text_.append(" ").append(name);
    return *this;
  }
  Line& word(std::string_view word) { return flag(word, true); }
  Line& reason(mqtt::ReasonCode reason) { return number("reason", static_cast<std::uint32_t>(reason)); }
  Line& reasons(const mqtt::ReasonCodes& reasons) {
    for (std::size_t i = 0; i < reasons.size(); ++i) reason(reasons[i]);
    return *this;
  }
  Line& properties(const mqtt::PropertyView& properties) {
    std::size_t offset = 0;
    while (const auto property = properties.next(offset)) {
      std::uint32_t value = property->number;
      if (property->id == PropertyId::MessageExpiryInterval && value >= kManySeconds) {
        value = (value + kManySeconds / 2) / kManySeconds * kManySeconds;
      }
      text_.append(" property").append(std::to_string(static_cast<int>(property->id)));
      text_.append("=").append(std::to_string(value)).append(property->text);
    }
    return *this;
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string line(const mqtt::Connack& packet) {
  return Line("CONNACK")
      .flag("session_present", packet.session_present)
      .reason(packet.reason)
      .properties(packet.properties)
      .text();
}

std::string line(const mqtt::Publish& packet) {
  return Line("PUBLISH")
      .word(packet.topic)
      .number("qos", static_cast<std::uint32_t>(packet.qos))
      .flag("retain", packet.retain)
      .flag("dup", packet.duplicate)
      .number("id", packet.packet_id)
      .word("'" + std::string(mqtt::asText(packet.payload)) + "'")
      .properties(packet.properties)
      .text();
}

template <mqtt::PacketType Type>
std::string line(const mqtt::PublishReply<Type>& packet) {
  constexpr std::string_view kNames[] = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
  const auto index = static_cast<std::size_t>(Type) - static_cast<std::size_t>(mqtt::PacketType::Puback);
  return Line(kNames[index]).number("id", packet.packet_id).reason(packet.reason).properties(packet.properties).text();
}

template <mqtt::PacketType Type>
std::string line(const mqtt::SubscriptionReply<Type>& packet) {
  return Line(Type == mqtt::PacketType::Suback ? "SUBACK" : "UNSUBACK")
      .number("id", packet.packet_id)
      .reasons(packet.reasons)
      .properties(packet.properties)
      .text();
}

std::string line(const mqtt::Disconnect& packet) {
  return Line("DISCONNECT").reason(packet.reason).properties(packet.properties).text();
}

std::string line(const mqtt::Pingresp&) { return "PINGRESP"; }
std::string line(const mqtt::Auth&) { return "AUTH"; }

}  // namespace

std::string describe(const mqtt::ServerPacket& packet) {
  return std::visit([](const auto& each) { return line(each); }, packet);
}

}  // namespace smartkar::interop
