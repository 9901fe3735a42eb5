#pragma once

#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mqtt/client_session.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/sample_packets_test.hpp"

// What the tests of ClientSession share.
namespace smartkar::mqtt {

inline constexpr Instant kStart{1000s};

// A session and a server that is this test: the packets it got, the packets it answers with.
class Link {
 public:
  explicit Link(SessionConfig config = {}, std::size_t inbound = 4)
      : version(config.version), inbound_(inbound), session(config, memory(inbound)) {}
  Link(Version v, std::size_t inbound = 4) : Link(SessionConfig{.version = v}, inbound) {}

  SessionMemory memory(std::size_t inbound) {
    inbound_.resize(inbound);
    return {.receive = receive_,
            .transmit = transmit_,
            .unacknowledged = store_,
            .inbound = inbound_,
            .topic_aliases = aliases_};
  }

  // What the session has sent since the last call. The packets' views live until then.
  std::vector<ClientPacket> sent() {
    sent_.assign(session.output().begin(), session.output().end());
    session.consumed(sent_.size());
    std::vector<ClientPacket> packets;
    for (Bytes rest = sent_; !rest.empty();) {
      const auto decoded = decodeClientPacket(rest, version);
      EXPECT_EQ(decoded.status, DecodeStatus::Complete) << decoded.what;
      if (decoded.status != DecodeStatus::Complete) break;
      packets.push_back(decoded.packet);
      rest = rest.subspan(decoded.size);
    }
    return packets;
  }
  // The only packet sent, which must be of this type.
  template <class Packet>
  Packet sentOne() {
    const auto packets = sent();
    EXPECT_THAT(packets, testing::SizeIs(1));
    const Packet* packet = packets.empty() ? nullptr : std::get_if<Packet>(&packets[0]);
    EXPECT_NE(packet, nullptr);
    return packet != nullptr ? *packet : Packet{};
  }

  void feed(const Buffer& bytes) { EXPECT_EQ(session.receive(bytes, now), bytes.size()); }
  template <class Packet>
  void answer(const Packet& packet) {
    feed(bytesOf(packet, version));
  }
  // The next event, which must be of this type.
  template <class Expected>
  Expected event() {
    const auto event = session.poll();
    const Expected* expected = event ? std::get_if<Expected>(&*event) : nullptr;
    EXPECT_NE(expected, nullptr);
    return expected != nullptr ? *expected : Expected{};
  }
  void expectNoEvent() { EXPECT_FALSE(session.poll().has_value()); }

  Connect open(const ConnectOptions& options = {.client_id = "c"}) {
    EXPECT_TRUE(session.connect(options, now).ok());
    return sentOne<Connect>();
  }
  Connected connect(const ConnectOptions& options = {.client_id = "c"}, const Connack& connack = {}) {
    open(options);
    answer(connack);
    return event<Connected>();
  }
  Disconnected dropTransport() {
    session.transportClosed(now);
    return event<Disconnected>();
  }
  std::uint16_t publish(std::string_view payload, PublishOptions options = {.qos = Qos::AtLeastOnce}) {
    return session.publish("t", asBytes(payload), options).value();
  }
  // The server sends a message; returns the event.
  Message deliver(std::uint16_t packet_id, std::string_view payload = "x", Qos qos = Qos::AtLeastOnce) {
    answer(Publish{.topic = "t", .payload = asBytes(payload), .qos = qos, .packet_id = packet_id});
    return event<Message>();
  }
  // The state of the session in another one on another link, which goes on with it.
  void moveTo(Link& other) {
    Buffer saved(session.savedSize());
    ASSERT_TRUE(session.save(saved).ok());
    ASSERT_TRUE(other.session.load(saved, other.now).ok());
  }
  void advance(Duration duration) {
    now += duration;
    session.tick(now);
  }

  Version version;
  Instant now = kStart;

 private:
  std::array<std::uint8_t, 512> receive_{};
  std::array<std::uint8_t, 512> transmit_{};
  std::array<std::uint8_t, 1024> store_{};
  std::array<std::uint8_t, 64> aliases_{};
  std::vector<InboundWindow::Entry> inbound_;
  Buffer sent_;

 public:
  ClientSession session;
};

inline std::vector<std::uint16_t> packetIds(const std::vector<ClientPacket>& packets) {
  std::vector<std::uint16_t> ids;
  for (const ClientPacket& packet : packets) {
    if (const auto* puback = std::get_if<Puback>(&packet)) ids.push_back(puback->packet_id);
    if (const auto* publish = std::get_if<Publish>(&packet)) ids.push_back(publish->packet_id);
  }
  return ids;
}

inline std::vector<std::string> payloads(const std::vector<ClientPacket>& packets) {
  std::vector<std::string> texts;
  for (const ClientPacket& packet : packets) {
    if (const auto* publish = std::get_if<Publish>(&packet)) texts.emplace_back(asText(publish->payload));
  }
  return texts;
}

inline std::string shown(const char* name, std::uint16_t packet_id, ReasonCode reason = ReasonCode::Success) {
  std::string text = std::string(name) + " " + std::to_string(packet_id);
  if (reason != ReasonCode::Success) text += " " + std::string(mqtt::name(reason));
  return text;
}
inline std::string shown(const Publish& packet) {
  return shown(packet.duplicate ? "PUBLISH DUP" : "PUBLISH", packet.packet_id);
}
inline std::string shown(const Puback& packet) { return shown("PUBACK", packet.packet_id, packet.reason); }
inline std::string shown(const Pubrec& packet) { return shown("PUBREC", packet.packet_id, packet.reason); }
inline std::string shown(const Pubrel& packet) { return shown("PUBREL", packet.packet_id, packet.reason); }
inline std::string shown(const Pubcomp& packet) { return shown("PUBCOMP", packet.packet_id, packet.reason); }
template <class Packet>
std::string shown(const Packet&) {
  return "another packet";
}
// For example {"PUBLISH DUP 1", "PUBREL 2", "PUBCOMP 3 Packet Identifier not found"}.
inline std::vector<std::string> shown(const std::vector<ClientPacket>& packets) {
  std::vector<std::string> texts;
  for (const ClientPacket& packet : packets) {
    texts.push_back(std::visit([](const auto& specific) { return shown(specific); }, packet));
  }
  return texts;
}

inline PropertyView numberProperty(PropertyId id, std::uint32_t value) {
  static std::array<std::uint8_t, 16> memory;
  PropertyWriter writer(memory);
  return writer.number(id, value).view();
}

class BothVersions : public testing::TestWithParam<Version> {};
inline std::string versionName(const testing::TestParamInfo<Version>& parameter) {
  return parameter.param == Version::V5 ? "V5" : "V311";
}

}  // namespace smartkar::mqtt
