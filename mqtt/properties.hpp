#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mqtt/reason_code.hpp"

namespace smartkar::mqtt {

enum class PacketType : std::uint8_t;

// MQTT 5.0 section 2.2.2.2, table 2-4.
enum class PropertyId : std::uint8_t {
  PayloadFormatIndicator = 0x01,
  MessageExpiryInterval = 0x02,
  ContentType = 0x03,
  ResponseTopic = 0x08,
  CorrelationData = 0x09,
  SubscriptionIdentifier = 0x0B,
  SessionExpiryInterval = 0x11,
  AssignedClientIdentifier = 0x12,
  ServerKeepAlive = 0x13,
  AuthenticationMethod = 0x15,
  AuthenticationData = 0x16,
  RequestProblemInformation = 0x17,
  WillDelayInterval = 0x18,
  RequestResponseInformation = 0x19,
  ResponseInformation = 0x1A,
  ServerReference = 0x1C,
  ReasonString = 0x1F,
  ReceiveMaximum = 0x21,
  TopicAliasMaximum = 0x22,
  TopicAlias = 0x23,
  MaximumQos = 0x24,
  RetainAvailable = 0x25,
  UserProperty = 0x26,
  MaximumPacketSize = 0x27,
  WildcardSubscriptionAvailable = 0x28,
  SubscriptionIdentifierAvailable = 0x29,
  SharedSubscriptionAvailable = 0x2A,
};

enum class PropertyType : std::uint8_t { Byte, TwoByte, FourByte, Variable, Text, Binary, TextPair };

// The value type of a property; nothing if the identifier is not defined.
std::optional<PropertyType> propertyType(PropertyId id);

// One decoded property. Which fields hold the value follows from propertyType(id). Views point into the packet.
struct Property {
  PropertyId id{};
  std::uint32_t number = 0;               // Byte, TwoByte, FourByte, Variable
  std::string_view text{};                // Text; the value of a TextPair
  std::string_view key{};                 // the name of a TextPair
  std::span<const std::uint8_t> bytes{};  // Binary
};

// The properties of one packet in their encoded form. A view: valid as long as the packet's bytes. One that comes out
// of a decoder has been checked; lookups are linear, packets carry a handful.
class PropertyView {
 public:
  PropertyView() = default;
  // encoded: well-formed properties without the length before them.
  explicit PropertyView(std::span<const std::uint8_t> encoded) : encoded_(encoded) {}

  // The value of a numeric property, of a text, of binary data; nothing if absent or of another type.
  std::optional<std::uint32_t> number(PropertyId id) const;
  std::optional<std::string_view> text(PropertyId id) const;
  std::optional<std::span<const std::uint8_t>> bytes(PropertyId id) const;
  std::optional<Property> find(PropertyId id) const;
  // Walks over all, or over those with this id: offset starts at 0 and is moved behind the property returned; nothing
  // at the end.
  std::optional<Property> next(std::size_t& offset) const;
  std::optional<Property> next(PropertyId id, std::size_t& offset) const;

  std::span<const std::uint8_t> encoded() const { return encoded_; }
  bool empty() const { return encoded_.empty(); }

 private:
  std::span<const std::uint8_t> encoded_;
};

// Encodes properties into the caller's memory; without memory it only counts. One that does not fit, or whose text is
// longer than 65,535 bytes, makes the writer fail for good: ok() is then false and view() must not be sent.
class PropertyWriter {
 public:
  PropertyWriter() : counting_(true) {}
  explicit PropertyWriter(std::span<std::uint8_t> memory) : memory_(memory) {}

  // id: of a numeric type. value: in the range of that type.
  PropertyWriter& number(PropertyId id, std::uint32_t value);
  PropertyWriter& text(PropertyId id, std::string_view value);
  PropertyWriter& bytes(PropertyId id, std::span<const std::uint8_t> value);
  PropertyWriter& userProperty(std::string_view key, std::string_view value);

  bool ok() const { return ok_; }
  std::size_t size() const { return size_; }
  // Not of a writer that only counts.
  PropertyView view() const { return PropertyView(memory_.first(size_)); }

 private:
  template <class Write>
  PropertyWriter& add(PropertyId id, Write write);

  std::span<std::uint8_t> memory_;
  std::size_t size_ = 0;
  bool counting_ = false;
  bool ok_ = true;
};

// Where properties may stand: in a packet of a type, or among a CONNECT's will properties.
enum class PropertyPlace : std::uint8_t { Packet, Will };

// Checks encoded properties: known, allowed in this packet, at most once (except User Property and, in a PUBLISH,
// Subscription Identifier), values in range, strings well-formed. Success, or the reason to disconnect with.
ReasonCode checkProperties(std::span<const std::uint8_t> encoded, PacketType packet,
                           PropertyPlace place = PropertyPlace::Packet);

}  // namespace smartkar::mqtt
