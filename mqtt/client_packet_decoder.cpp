#include "base/assert.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/packet_reader.hpp"
#include "mqtt/topic.hpp"

namespace smartkar::mqtt {
namespace detail {
namespace {

constexpr std::string_view kShared = "$share/";

// The bits of the Connect Flags (MQTT 5.0 section 3.1.2.3).
struct ConnectFlags {
  std::uint8_t bits;
  bool reserved() const { return (bits & 0x01) != 0; }
  bool cleanStart() const { return (bits & 0x02) != 0; }
  bool will() const { return (bits & 0x04) != 0; }
  unsigned willQos() const { return bits >> 3 & 3u; }
  bool willRetain() const { return (bits & 0x20) != 0; }
  bool password() const { return (bits & 0x40) != 0; }
  bool userName() const { return (bits & 0x80) != 0; }
};

void check(Reader& reader, ConnectFlags flags, Version version) {
  const auto malformed = [&](const char* what) { reader.fail(ReasonCode::MalformedPacket, what); };
  if (flags.reserved()) malformed("reserved connect flag");                                    // [MQTT-3.1.2-3]
  if (flags.willQos() == 3) malformed("will QoS 3");                                           // [MQTT-3.1.2-12]
  if (!flags.will() && (flags.willQos() != 0 || flags.willRetain())) malformed("will flags");  // [MQTT-3.1.2-11, -13]
  if (!isV5(version) && flags.password() && !flags.userName()) malformed("password without user name");
}

Will readWill(Reader& reader, Version version, ConnectFlags flags) {
  Will will{.qos = static_cast<Qos>(flags.willQos()), .retain = flags.willRetain()};
  will.properties = readProperties(reader, version, PacketType::Connect, PropertyPlace::Will);
  will.topic = reader.text();
  will.payload = reader.binary();
  if (reader.ok() && !isValidTopicName(will.topic)) reader.fail(ReasonCode::TopicNameInvalid, "invalid will topic");
  return will;
}

// Name and level; from the level follows how the rest is read.
Version readVersion(Reader& reader) {
  const std::string_view protocol = reader.text();
  const std::uint8_t level = reader.byte();
  const bool known = protocol == "MQTT" && (level == 4 || (level == 5 && isV5(Version::V5)));
  if (!known) reader.fail(ReasonCode::UnsupportedProtocolVersion, "neither MQTT 3.1.1 nor 5.0");  // [MQTT-3.1.2-2]
  return static_cast<Version>(level);
}

}  // namespace

void readBody(Reader& reader, Version, std::uint8_t, Connect& packet) {
  packet.version = readVersion(reader);
  if (!reader.ok()) return;
  const ConnectFlags flags{reader.byte()};
  check(reader, flags, packet.version);
  packet.clean_start = flags.cleanStart();
  packet.keep_alive = reader.twoBytes();
  packet.properties = readProperties(reader, packet.version, PacketType::Connect);
  packet.client_id = reader.text();
  if (flags.will()) packet.will = readWill(reader, packet.version, flags);
  if (flags.userName()) packet.user_name = reader.text();
  if (flags.password()) packet.password = reader.binary();
  if (!isV5(packet.version) && packet.client_id.empty() && !packet.clean_start) {
    reader.fail(ReasonCode::ClientIdentifierNotValid, "empty client id without clean session");  // 3.1.1 [MQTT-3.1.3-8]
  }
}

namespace {

void checkOptions(Reader& reader, std::uint8_t options, std::string_view filter, Version version) {
  const unsigned reserved = isV5(version) ? 0xC0 : 0xFC;  // [MQTT-3.8.3-5]
  if ((options & reserved) != 0) reader.fail(ReasonCode::MalformedPacket, "reserved subscription options");
  if ((options & 0x03) == 3) reader.fail(ReasonCode::MalformedPacket, "subscription with QoS 3");
  if ((options >> 4 & 3) == 3) reader.fail(ReasonCode::ProtocolError, "retain handling 3");
  const bool no_local = (options & 0x04) != 0;
  if (no_local && filter.starts_with(kShared)) {
    reader.fail(ReasonCode::ProtocolError, "no local on a shared subscription");  // [MQTT-3.8.3-4]
  }
}

void checkFilter(Reader& reader, std::string_view filter) {
  if (reader.ok() && !isValidTopicFilter(filter)) reader.fail(ReasonCode::TopicFilterInvalid, "invalid topic filter");
}

}  // namespace

void readBody(Reader& reader, Version version, std::uint8_t, Subscribe& packet) {
  packet.packet_id = readPacketId(reader);
  packet.properties = readProperties(reader, version, PacketType::Subscribe);
  const Bytes entries = reader.rest();
  if (entries.empty()) reader.fail(ReasonCode::ProtocolError, "SUBSCRIBE without a filter");  // [MQTT-3.8.3-2]
  Reader entry(entries);
  while (entry.ok() && entry.remaining() > 0) {
    const std::string_view filter = entry.text();
    checkFilter(entry, filter);
    checkOptions(entry, entry.byte(), filter, version);
  }
  if (!entry.ok()) reader.fail(entry.reason(), entry.what());
  packet.subscriptions = EntryList<Subscription>(entries);
}

void readBody(Reader& reader, Version version, std::uint8_t, Unsubscribe& packet) {
  packet.packet_id = readPacketId(reader);
  packet.properties = readProperties(reader, version, PacketType::Unsubscribe);
  const Bytes entries = reader.rest();
  if (entries.empty()) reader.fail(ReasonCode::ProtocolError, "UNSUBSCRIBE without a filter");  // [MQTT-3.10.3-2]
  Reader entry(entries);
  while (entry.ok() && entry.remaining() > 0) checkFilter(entry, entry.text());
  if (!entry.ok()) reader.fail(entry.reason(), entry.what());
  packet.filters = EntryList<std::string_view>(entries);
}

namespace {

// A client never sends a subscription identifier in PUBLISH [MQTT-3.3.4-6].
void checkFromClient(Decoded<ClientPacket>& decoded) {
  const auto* publish = std::get_if<Publish>(&decoded.packet);
  if (publish == nullptr || !publish->properties.find(PropertyId::SubscriptionIdentifier)) return;
  decoded.status = DecodeStatus::Invalid;
  decoded.reason = ReasonCode::ProtocolError;
  decoded.what = "subscription identifier from a client";
}

}  // namespace
}  // namespace detail

template <>
std::optional<Subscription> EntryList<Subscription>::next(std::size_t& offset) const {
  Reader reader(encoded_.subspan(offset));
  const std::string_view filter = reader.text();
  const std::uint8_t options = reader.byte();
  if (!reader.ok()) return std::nullopt;
  offset += reader.position();
  return Subscription{.filter = filter,
                      .qos = static_cast<Qos>(options & 0x03),
                      .no_local = (options & 0x04) != 0,
                      .retain_as_published = (options & 0x08) != 0,
                      .retain_handling = static_cast<RetainHandling>(options >> 4 & 3)};
}

template <>
std::optional<std::string_view> EntryList<std::string_view>::next(std::size_t& offset) const {
  Reader reader(encoded_.subspan(offset));
  const std::string_view filter = reader.text();
  if (!reader.ok()) return std::nullopt;
  offset += reader.position();
  return filter;
}

Decoded<ClientPacket> decodeClientPacket(Bytes bytes, Version version, std::uint32_t max_size) {
  using namespace detail;
  const Frame frame = readFrame(bytes, version, Sender::Client, max_size);
  Decoded<ClientPacket> decoded{
      .status = frame.status, .size = frame.size, .reason = frame.reason, .what = frame.what, .packet = {}};
  if (frame.status != DecodeStatus::Complete) return decoded;
  switch (frame.type) {
    case PacketType::Connect:
      readInto<Connect>(decoded, frame, version);
      break;
    case PacketType::Publish:
      readInto<Publish>(decoded, frame, version);
      break;
    case PacketType::Puback:
      readInto<Puback>(decoded, frame, version);
      break;
    case PacketType::Pubrec:
      readInto<Pubrec>(decoded, frame, version);
      break;
    case PacketType::Pubrel:
      readInto<Pubrel>(decoded, frame, version);
      break;
    case PacketType::Pubcomp:
      readInto<Pubcomp>(decoded, frame, version);
      break;
    case PacketType::Subscribe:
      readInto<Subscribe>(decoded, frame, version);
      break;
    case PacketType::Unsubscribe:
      readInto<Unsubscribe>(decoded, frame, version);
      break;
    case PacketType::Pingreq:
      readInto<Pingreq>(decoded, frame, version);
      break;
    case PacketType::Disconnect:
      readInto<Disconnect>(decoded, frame, version);
      break;
    case PacketType::Auth:
      readInto<Auth>(decoded, frame, version);
      break;
    default:
      SK_ASSERT(false);  // readFrame() lets no other type of a client pass
  }
  checkFromClient(decoded);
  return decoded;
}

}  // namespace smartkar::mqtt
