#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "mqtt/packet.hpp"

namespace smartkar::mqtt {

enum class EncodeError : std::uint8_t {
  NoRoom,         // the output is too small
  TooLarge,       // a string over 65,535 bytes, or a packet over 268,435,455
  InvalidPacket,  // a packet that the protocol version does not allow: AUTH in 3.1.1, packet id 0, no filter at all …
};

// The size of the packet written at the beginning of `out`. On failure the contents of `out` are undefined. Strings and
// properties are taken as valid: what comes from outside is checked by the caller (topic.hpp, utf8.hpp).
using Encoded = Result<std::size_t, EncodeError>;

Encoded encode(const Connect& packet, std::span<std::uint8_t> out);  // its own `version` counts
Encoded encode(const Connack& packet, Version version, std::span<std::uint8_t> out);
Encoded encode(const Publish& packet, Version version, std::span<std::uint8_t> out);
template <PacketType Type>
Encoded encode(const PublishReply<Type>& packet, Version version, std::span<std::uint8_t> out);
Encoded encodeSubscribe(std::uint16_t packet_id, std::span<const Subscription> subscriptions, PropertyView properties,
                        Version version, std::span<std::uint8_t> out);
Encoded encodeUnsubscribe(std::uint16_t packet_id, std::span<const std::string_view> filters, PropertyView properties,
                          Version version, std::span<std::uint8_t> out);
template <PacketType Type>
Encoded encode(const SubscriptionReply<Type>& packet, Version version, std::span<std::uint8_t> out);
Encoded encode(const Pingreq& packet, std::span<std::uint8_t> out);
Encoded encode(const Pingresp& packet, std::span<std::uint8_t> out);
Encoded encode(const Disconnect& packet, Version version, std::span<std::uint8_t> out);
Encoded encode(const Auth& packet, Version version, std::span<std::uint8_t> out);

}  // namespace smartkar::mqtt
