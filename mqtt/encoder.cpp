#include "mqtt/encoder.hpp"

#include "mqtt/wire.hpp"

namespace smartkar::mqtt {
namespace {

// Writes a packet whose body is what `body(writer)` writes: once to count, once for good.
template <class Body>
Encoded writePacket(PacketType type, unsigned flags, std::span<std::uint8_t> out, const Body& body) {
  Writer counter;
  body(counter);
  if (!counter.ok() || counter.size() > kMaxVariable) return Failure{EncodeError::TooLarge};
  Writer writer(out);
  writer.byte(static_cast<std::uint8_t>(static_cast<unsigned>(type) << 4 | flags));
  writer.variable(static_cast<std::uint32_t>(counter.size()));
  body(writer);
  if (!writer.ok()) return Failure{EncodeError::NoRoom};
  return writer.size();
}

void writeProperties(Writer& writer, PropertyView properties, Version version) {
  if (!isV5(version)) return;
  writer.variable(static_cast<std::uint32_t>(properties.encoded().size()));
  writer.raw(properties.encoded());
}

// Reason and properties at the end of a packet, left out as far as they say nothing (MQTT 5.0 section 3.4.2.1).
void writeReason(Writer& writer, ReasonCode reason, PropertyView properties, Version version) {
  if (!isV5(version) || (reason == ReasonCode::Success && properties.empty())) return;
  writer.byte(static_cast<std::uint8_t>(reason));
  if (!properties.empty()) writeProperties(writer, properties, version);
}

unsigned connectFlags(const Connect& packet) {
  unsigned flags = packet.clean_start ? 0x02 : 0;
  if (packet.will) {
    flags |= 0x04 | static_cast<unsigned>(packet.will->qos) << 3;
    if (packet.will->retain) flags |= 0x20;
  }
  if (packet.password) flags |= 0x40;
  if (packet.user_name) flags |= 0x80;
  return flags;
}

// MQTT 3.1.1 table 3.1; what it has no code for is "Server unavailable".
std::uint8_t connackCode311(ReasonCode reason) {
  switch (reason) {
    case ReasonCode::Success:
      return 0;
    case ReasonCode::UnsupportedProtocolVersion:
      return 1;
    case ReasonCode::ClientIdentifierNotValid:
      return 2;
    case ReasonCode::BadUserNameOrPassword:
      return 4;
    case ReasonCode::NotAuthorized:
      return 5;
    default:
      return 3;
  }
}

std::uint8_t subscriptionOptions(const Subscription& subscription, Version version) {
  unsigned options = static_cast<unsigned>(subscription.qos);
  if (isV5(version)) {
    if (subscription.no_local) options |= 0x04;
    if (subscription.retain_as_published) options |= 0x08;
    options |= static_cast<unsigned>(subscription.retain_handling) << 4;
  }
  return static_cast<std::uint8_t>(options);
}

}  // namespace

Encoded encode(const Connect& packet, std::span<std::uint8_t> out) {
  return writePacket(PacketType::Connect, 0, out, [&](Writer& writer) {
    writer.text("MQTT");
    writer.byte(static_cast<std::uint8_t>(packet.version));
    writer.byte(static_cast<std::uint8_t>(connectFlags(packet)));
    writer.twoBytes(packet.keep_alive);
    writeProperties(writer, packet.properties, packet.version);
    writer.text(packet.client_id);
    if (packet.will) {
      writeProperties(writer, packet.will->properties, packet.version);
      writer.text(packet.will->topic);
      writer.binary(packet.will->payload);
    }
    if (packet.user_name) writer.text(*packet.user_name);
    if (packet.password) writer.binary(*packet.password);
  });
}

Encoded encode(const Connack& packet, Version version, std::span<std::uint8_t> out) {
  return writePacket(PacketType::Connack, 0, out, [&](Writer& writer) {
    writer.byte(packet.session_present ? 1 : 0);
    writer.byte(isV5(version) ? static_cast<std::uint8_t>(packet.reason) : connackCode311(packet.reason));
    writeProperties(writer, packet.properties, version);
  });
}

Encoded encode(const Publish& packet, Version version, std::span<std::uint8_t> out) {
  const bool has_id = packet.qos != Qos::AtMostOnce;
  if (has_id != (packet.packet_id != 0)) return Failure{EncodeError::InvalidPacket};
  unsigned flags = static_cast<unsigned>(packet.qos) << 1;
  if (packet.retain) flags |= 0x01;
  if (packet.duplicate) flags |= 0x08;
  return writePacket(PacketType::Publish, flags, out, [&](Writer& writer) {
    writer.text(packet.topic);
    if (has_id) writer.twoBytes(packet.packet_id);
    writeProperties(writer, packet.properties, version);
    writer.raw(packet.payload);
  });
}

template <PacketType Type>
Encoded encode(const PublishReply<Type>& packet, Version version, std::span<std::uint8_t> out) {
  if (packet.packet_id == 0) return Failure{EncodeError::InvalidPacket};
  return writePacket(Type, Type == PacketType::Pubrel ? 0x02 : 0, out, [&](Writer& writer) {
    writer.twoBytes(packet.packet_id);
    writeReason(writer, packet.reason, packet.properties, version);
  });
}
template Encoded encode(const Puback&, Version, std::span<std::uint8_t>);
template Encoded encode(const Pubrec&, Version, std::span<std::uint8_t>);
template Encoded encode(const Pubrel&, Version, std::span<std::uint8_t>);
template Encoded encode(const Pubcomp&, Version, std::span<std::uint8_t>);

Encoded encodeSubscribe(std::uint16_t packet_id, std::span<const Subscription> subscriptions, PropertyView properties,
                        Version version, std::span<std::uint8_t> out) {
  if (packet_id == 0 || subscriptions.empty()) return Failure{EncodeError::InvalidPacket};
  return writePacket(PacketType::Subscribe, 0x02, out, [&](Writer& writer) {
    writer.twoBytes(packet_id);
    writeProperties(writer, properties, version);
    for (const Subscription& subscription : subscriptions) {
      writer.text(subscription.filter);
      writer.byte(subscriptionOptions(subscription, version));
    }
  });
}

Encoded encodeUnsubscribe(std::uint16_t packet_id, std::span<const std::string_view> filters, PropertyView properties,
                          Version version, std::span<std::uint8_t> out) {
  if (packet_id == 0 || filters.empty()) return Failure{EncodeError::InvalidPacket};
  return writePacket(PacketType::Unsubscribe, 0x02, out, [&](Writer& writer) {
    writer.twoBytes(packet_id);
    writeProperties(writer, properties, version);
    for (const std::string_view filter : filters) writer.text(filter);
  });
}

template <PacketType Type>
Encoded encode(const SubscriptionReply<Type>& packet, Version version, std::span<std::uint8_t> out) {
  if (packet.packet_id == 0) return Failure{EncodeError::InvalidPacket};
  return writePacket(Type, 0, out, [&](Writer& writer) {
    writer.twoBytes(packet.packet_id);
    writeProperties(writer, packet.properties, version);
    if (Type == PacketType::Suback || isV5(version)) writer.raw(packet.reasons.encoded());
  });
}
template Encoded encode(const Suback&, Version, std::span<std::uint8_t>);
template Encoded encode(const Unsuback&, Version, std::span<std::uint8_t>);

Encoded encode(const Pingreq&, std::span<std::uint8_t> out) {
  return writePacket(PacketType::Pingreq, 0, out, [](Writer&) {});
}

Encoded encode(const Pingresp&, std::span<std::uint8_t> out) {
  return writePacket(PacketType::Pingresp, 0, out, [](Writer&) {});
}

Encoded encode(const Disconnect& packet, Version version, std::span<std::uint8_t> out) {
  return writePacket(PacketType::Disconnect, 0, out,
                     [&](Writer& writer) { writeReason(writer, packet.reason, packet.properties, version); });
}

Encoded encode(const Auth& packet, Version version, std::span<std::uint8_t> out) {
  if (!isV5(version)) return Failure{EncodeError::InvalidPacket};
  return writePacket(PacketType::Auth, 0, out,
                     [&](Writer& writer) { writeReason(writer, packet.reason, packet.properties, version); });
}

}  // namespace smartkar::mqtt
