#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "mqtt/properties.hpp"
#include "mqtt/reason_code.hpp"

namespace smartkar::mqtt {

// The value is the protocol level in CONNECT.
enum class Version : std::uint8_t { V311 = 4, V5 = 5 };

// Ask through this, never by comparing: in a build for 3.1.1 only it is a constant, and the linker drops the MQTT 5
// code.
constexpr bool isV5([[maybe_unused]] Version version) {
#ifdef SMARTKAR_MQTT_ONLY_311
  return false;
#else
  return version == Version::V5;
#endif
}

enum class PacketType : std::uint8_t {
  Connect = 1,
  Connack = 2,
  Publish = 3,
  Puback = 4,
  Pubrec = 5,
  Pubrel = 6,
  Pubcomp = 7,
  Subscribe = 8,
  Suback = 9,
  Unsubscribe = 10,
  Unsuback = 11,
  Pingreq = 12,
  Pingresp = 13,
  Disconnect = 14,
  Auth = 15,
};

enum class Qos : std::uint8_t { AtMostOnce = 0, AtLeastOnce = 1, ExactlyOnce = 2 };

enum class RetainHandling : std::uint8_t { SendAtSubscribe = 0, SendIfNewSubscription = 1, DoNotSend = 2 };

using Bytes = std::span<const std::uint8_t>;

inline Bytes asBytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view asText(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// In all packets: views point into the bytes decoded or into what the caller wants encoded; `properties` is empty and
// ignored in MQTT 3.1.1.

struct Will {
  std::string_view topic{};  // no wildcards
  Bytes payload{};           // at most 65,535 bytes
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  PropertyView properties{};
};

struct Connect {
  Version version = Version::V311;
  std::string_view client_id{};  // empty: the server assigns one; in 3.1.1 only together with clean_start
  bool clean_start = true;       // 3.1.1: Clean Session
  std::uint16_t keep_alive = 0;  // seconds, 0 = none
  std::optional<Will> will{};
  std::optional<std::string_view> user_name{};
  std::optional<Bytes> password{};  // 3.1.1: only together with user_name
  PropertyView properties{};
};

struct Connack {
  bool session_present = false;
  ReasonCode reason = ReasonCode::Success;
  PropertyView properties{};
};

struct Publish {
  std::string_view topic{};  // empty only in MQTT 5 with a topic alias
  Bytes payload{};
  Qos qos = Qos::AtMostOnce;
  bool retain = false;
  bool duplicate = false;
  std::uint16_t packet_id = 0;  // 1 … 65,535 for QoS 1 and 2, 0 for QoS 0
  PropertyView properties{};
};

// PUBACK, PUBREC, PUBREL, PUBCOMP.
template <PacketType Type>
struct PublishReply {
  static constexpr PacketType kType = Type;
  std::uint16_t packet_id = 0;
  ReasonCode reason = ReasonCode::Success;  // always Success in 3.1.1
  PropertyView properties{};
};
using Puback = PublishReply<PacketType::Puback>;
using Pubrec = PublishReply<PacketType::Pubrec>;
using Pubrel = PublishReply<PacketType::Pubrel>;
using Pubcomp = PublishReply<PacketType::Pubcomp>;

struct Subscription {
  std::string_view filter{};
  Qos qos = Qos::AtMostOnce;  // the most that is wanted
  // MQTT 5 only:
  bool no_local = false;
  bool retain_as_published = false;
  RetainHandling retain_handling = RetainHandling::SendAtSubscribe;
};

// The entries of a decoded SUBSCRIBE or UNSUBSCRIBE, still encoded and already checked; at least one.
template <class Entry>
class EntryList {
 public:
  EntryList() = default;
  explicit EntryList(Bytes encoded) : encoded_(encoded) {}
  // offset starts at 0 and is moved behind the entry returned; nothing at the end.
  std::optional<Entry> next(std::size_t& offset) const;

 private:
  Bytes encoded_;
};

struct Subscribe {
  std::uint16_t packet_id = 0;
  EntryList<Subscription> subscriptions{};
  PropertyView properties{};
};

struct Unsubscribe {
  std::uint16_t packet_id = 0;
  EntryList<std::string_view> filters{};
  PropertyView properties{};
};

// The answers to the entries of one request, in the order of the request.
class ReasonCodes {
 public:
  ReasonCodes() = default;
  explicit ReasonCodes(Bytes encoded) : encoded_(encoded) {}
  std::size_t size() const { return encoded_.size(); }
  // index: 0 … size()-1.
  ReasonCode operator[](std::size_t index) const { return static_cast<ReasonCode>(encoded_[index]); }
  Bytes encoded() const { return encoded_; }

 private:
  Bytes encoded_;
};

// SUBACK and UNSUBACK. An UNSUBACK of 3.1.1 carries no codes.
template <PacketType Type>
struct SubscriptionReply {
  static constexpr PacketType kType = Type;
  std::uint16_t packet_id = 0;
  ReasonCodes reasons{};
  PropertyView properties{};
};
using Suback = SubscriptionReply<PacketType::Suback>;
using Unsuback = SubscriptionReply<PacketType::Unsuback>;

struct Pingreq {};
struct Pingresp {};

struct Disconnect {
  ReasonCode reason = ReasonCode::Success;  // always Success in 3.1.1
  PropertyView properties{};
};

// MQTT 5 only.
struct Auth {
  ReasonCode reason = ReasonCode::Success;
  PropertyView properties{};
};

// What a client may send, what a server may send.
using ClientPacket =
    std::variant<Connect, Publish, Puback, Pubrec, Pubrel, Pubcomp, Subscribe, Unsubscribe, Pingreq, Disconnect, Auth>;
using ServerPacket =
    std::variant<Connack, Publish, Puback, Pubrec, Pubrel, Pubcomp, Suback, Unsuback, Pingresp, Disconnect, Auth>;

}  // namespace smartkar::mqtt
