#include "mqtt/properties.hpp"

#include "mqtt/packet.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/wire.hpp"

namespace smartkar::mqtt {
namespace {

constexpr std::uint16_t in(PacketType type) { return static_cast<std::uint16_t>(1u << static_cast<unsigned>(type)); }

// Packet types count from 1, so bit 0 is free for the will properties in CONNECT.
constexpr std::uint16_t kInWill = 1;
constexpr std::uint16_t kInConnect = in(PacketType::Connect);
constexpr std::uint16_t kInConnack = in(PacketType::Connack);
constexpr std::uint16_t kInPublish = in(PacketType::Publish);
constexpr std::uint16_t kInDisconnect = in(PacketType::Disconnect);
constexpr std::uint16_t kInAuth = in(PacketType::Auth);
constexpr std::uint16_t kInReplies = in(PacketType::Puback) | in(PacketType::Pubrec) | in(PacketType::Pubrel) |
                                     in(PacketType::Pubcomp) | in(PacketType::Suback) | in(PacketType::Unsuback);
constexpr std::uint16_t kInRequests = in(PacketType::Subscribe) | in(PacketType::Unsubscribe);
constexpr std::uint16_t kInMessage = kInPublish | kInWill;
constexpr std::uint16_t kInHandshake = kInConnect | kInConnack | kInAuth;
constexpr std::uint16_t kEverywhere =
    kInWill | kInConnect | kInConnack | kInPublish | kInReplies | kInRequests | kInDisconnect | kInAuth;

enum class Range : std::uint8_t { Any, Boolean, NotZero };

struct Rule {
  PropertyId id;
  PropertyType type;
  Range range;
  std::uint16_t places;
};

// MQTT 5.0 table 2-4 with the value ranges of the packets' own sections.
constexpr Rule kRules[] = {
    {PropertyId::PayloadFormatIndicator, PropertyType::Byte, Range::Boolean, kInMessage},
    {PropertyId::MessageExpiryInterval, PropertyType::FourByte, Range::Any, kInMessage},
    {PropertyId::ContentType, PropertyType::Text, Range::Any, kInMessage},
    {PropertyId::ResponseTopic, PropertyType::Text, Range::Any, kInMessage},
    {PropertyId::CorrelationData, PropertyType::Binary, Range::Any, kInMessage},
    {PropertyId::SubscriptionIdentifier, PropertyType::Variable, Range::NotZero,
     kInPublish | in(PacketType::Subscribe)},
    {PropertyId::SessionExpiryInterval, PropertyType::FourByte, Range::Any, kInConnect | kInConnack | kInDisconnect},
    {PropertyId::AssignedClientIdentifier, PropertyType::Text, Range::Any, kInConnack},
    {PropertyId::ServerKeepAlive, PropertyType::TwoByte, Range::Any, kInConnack},
    {PropertyId::AuthenticationMethod, PropertyType::Text, Range::Any, kInHandshake},
    {PropertyId::AuthenticationData, PropertyType::Binary, Range::Any, kInHandshake},
    {PropertyId::RequestProblemInformation, PropertyType::Byte, Range::Boolean, kInConnect},
    {PropertyId::WillDelayInterval, PropertyType::FourByte, Range::Any, kInWill},
    {PropertyId::RequestResponseInformation, PropertyType::Byte, Range::Boolean, kInConnect},
    {PropertyId::ResponseInformation, PropertyType::Text, Range::Any, kInConnack},
    {PropertyId::ServerReference, PropertyType::Text, Range::Any, kInConnack | kInDisconnect},
    {PropertyId::ReasonString, PropertyType::Text, Range::Any, kInConnack | kInReplies | kInDisconnect | kInAuth},
    {PropertyId::ReceiveMaximum, PropertyType::TwoByte, Range::NotZero, kInConnect | kInConnack},
    {PropertyId::TopicAliasMaximum, PropertyType::TwoByte, Range::Any, kInConnect | kInConnack},
    {PropertyId::TopicAlias, PropertyType::TwoByte, Range::NotZero, kInPublish},
    {PropertyId::MaximumQos, PropertyType::Byte, Range::Boolean, kInConnack},
    {PropertyId::RetainAvailable, PropertyType::Byte, Range::Boolean, kInConnack},
    {PropertyId::UserProperty, PropertyType::TextPair, Range::Any, kEverywhere},
    {PropertyId::MaximumPacketSize, PropertyType::FourByte, Range::NotZero, kInConnect | kInConnack},
    {PropertyId::WildcardSubscriptionAvailable, PropertyType::Byte, Range::Boolean, kInConnack},
    {PropertyId::SubscriptionIdentifierAvailable, PropertyType::Byte, Range::Boolean, kInConnack},
    {PropertyId::SharedSubscriptionAvailable, PropertyType::Byte, Range::Boolean, kInConnack},
};

const Rule* ruleFor(PropertyId id) {
  for (const Rule& rule : kRules) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

// The identifier is a Variable Byte Integer, but all defined ones are below 128.
Property readProperty(Reader& reader) {
  Property property{.id = static_cast<PropertyId>(reader.byte())};
  const Rule* rule = ruleFor(property.id);
  if (rule == nullptr) {
    reader.fail(ReasonCode::MalformedPacket, "unknown property");
    return property;
  }
  switch (rule->type) {
    case PropertyType::Byte:
      property.number = reader.byte();
      break;
    case PropertyType::TwoByte:
      property.number = reader.twoBytes();
      break;
    case PropertyType::FourByte:
      property.number = reader.fourBytes();
      break;
    case PropertyType::Variable:
      property.number = reader.variable();
      break;
    case PropertyType::Text:
      property.text = reader.text();
      break;
    case PropertyType::Binary:
      property.bytes = reader.binary();
      break;
    case PropertyType::TextPair:
      property.key = reader.text();
      property.text = reader.text();
      break;
  }
  return property;
}

bool isNumeric(PropertyType type) {
  return type == PropertyType::Byte || type == PropertyType::TwoByte || type == PropertyType::FourByte ||
         type == PropertyType::Variable;
}

bool inRange(const Rule& rule, const Property& property) {
  if (property.id == PropertyId::ResponseTopic) return isValidTopicName(property.text);  // [MQTT-3.3.2-14]
  if (rule.range == Range::Boolean) return property.number <= 1;
  return rule.range == Range::Any || property.number != 0;
}

bool mayRepeat(PropertyId id, PacketType packet) {
  return id == PropertyId::UserProperty || (id == PropertyId::SubscriptionIdentifier && packet == PacketType::Publish);
}

constexpr std::uint64_t bit(PropertyId id) { return 1ULL << static_cast<unsigned>(id); }

}  // namespace

std::optional<PropertyType> propertyType(PropertyId id) {
  const Rule* rule = ruleFor(id);
  if (rule == nullptr) return std::nullopt;
  return rule->type;
}

ReasonCode checkProperties(std::span<const std::uint8_t> encoded, PacketType packet, PropertyPlace place) {
  const std::uint16_t here = place == PropertyPlace::Will ? kInWill : in(packet);
  std::uint64_t seen = 0;
  Reader reader(encoded);
  while (reader.remaining() > 0) {
    const Property property = readProperty(reader);
    if (!reader.ok()) return reader.reason();
    const Rule& rule = *ruleFor(property.id);
    if ((rule.places & here) == 0) return ReasonCode::ProtocolError;
    if ((seen & bit(property.id)) != 0 && !mayRepeat(property.id, packet)) return ReasonCode::ProtocolError;
    seen |= bit(property.id);
    if (!inRange(rule, property)) {
      return property.id == PropertyId::TopicAlias ? ReasonCode::TopicAliasInvalid : ReasonCode::ProtocolError;
    }
  }
  const bool data_without_method =
      (seen & bit(PropertyId::AuthenticationData)) != 0 && (seen & bit(PropertyId::AuthenticationMethod)) == 0;
  return data_without_method ? ReasonCode::ProtocolError : ReasonCode::Success;
}

std::optional<Property> PropertyView::next(std::size_t& offset) const {
  if (!isV5(Version::V5) || offset >= encoded_.size()) return std::nullopt;
  Reader reader(encoded_.subspan(offset));
  const Property property = readProperty(reader);
  if (!reader.ok()) return std::nullopt;
  offset += reader.position();
  return property;
}

std::optional<Property> PropertyView::next(PropertyId id, std::size_t& offset) const {
  auto property = next(offset);
  while (property && property->id != id) property = next(offset);
  return property;
}

std::optional<Property> PropertyView::find(PropertyId id) const {
  std::size_t offset = 0;
  return next(id, offset);
}

std::optional<std::uint32_t> PropertyView::number(PropertyId id) const {
  const auto property = find(id);
  if (!property || !isNumeric(*propertyType(id))) return std::nullopt;
  return property->number;
}

std::optional<std::string_view> PropertyView::text(PropertyId id) const {
  const auto property = find(id);
  if (!property || *propertyType(id) != PropertyType::Text) return std::nullopt;
  return property->text;
}

std::optional<std::span<const std::uint8_t>> PropertyView::bytes(PropertyId id) const {
  const auto property = find(id);
  if (!property || *propertyType(id) != PropertyType::Binary) return std::nullopt;
  return property->bytes;
}

template <class Write>
PropertyWriter& PropertyWriter::add(PropertyId id, Write write) {
  Writer writer = counting_ ? Writer() : Writer(memory_.subspan(size_));
  writer.byte(static_cast<std::uint8_t>(id));
  write(writer);
  ok_ = ok_ && writer.ok();
  if (ok_) size_ += writer.size();
  return *this;
}

PropertyWriter& PropertyWriter::number(PropertyId id, std::uint32_t value) {
  return add(id, [&](Writer& writer) {
    switch (propertyType(id).value_or(PropertyType::FourByte)) {
      case PropertyType::Byte:
        return writer.byte(static_cast<std::uint8_t>(value));
      case PropertyType::TwoByte:
        return writer.twoBytes(static_cast<std::uint16_t>(value));
      case PropertyType::Variable:
        return writer.variable(value);
      default:
        return writer.fourBytes(value);
    }
  });
}

PropertyWriter& PropertyWriter::text(PropertyId id, std::string_view value) {
  return add(id, [&](Writer& writer) { writer.text(value); });
}

PropertyWriter& PropertyWriter::bytes(PropertyId id, std::span<const std::uint8_t> value) {
  return add(id, [&](Writer& writer) { writer.binary(value); });
}

PropertyWriter& PropertyWriter::userProperty(std::string_view key, std::string_view value) {
  return add(PropertyId::UserProperty, [&](Writer& writer) {
    writer.text(key);
    writer.text(value);
  });
}

}  // namespace smartkar::mqtt
