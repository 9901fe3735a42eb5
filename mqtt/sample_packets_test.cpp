#include "mqtt/sample_packets_test.hpp"

namespace smartkar::mqtt {
namespace {

class Samples {
 public:
  explicit Samples(Version version) : version_(version) {}

  template <class Packet>
  void add(const char* name, bool from_client, const Packet& packet) {
    addBytes(name, from_client, bytesOf(packet, version_));
  }
  void addBytes(const char* name, bool from_client, Buffer bytes) {
    const char* suffix = version_ == Version::V5 ? "V5" : "V311";
    all_.push_back({std::string(name) + suffix, version_, from_client, std::move(bytes)});
  }
  std::vector<Sample> take() { return std::move(all_); }

 private:
  Version version_;
  std::vector<Sample> all_;
};

const std::array<std::uint8_t, 3> kData{1, 2, 3};

// The reason string and user property that every reply may carry.
PropertyView replyProperties() {
  static std::array<std::uint8_t, 64> memory;
  PropertyWriter writer(memory);
  return writer.text(PropertyId::ReasonString, "why").userProperty("key", "value").view();
}

PropertyView messageProperties(bool will) {
  static std::array<std::uint8_t, 256> memory;
  PropertyWriter writer(memory);
  writer.number(PropertyId::PayloadFormatIndicator, 1)
      .number(PropertyId::MessageExpiryInterval, 30)
      .text(PropertyId::ContentType, "application/json")
      .text(PropertyId::ResponseTopic, "a/response")
      .bytes(PropertyId::CorrelationData, kData)
      .userProperty("k", "v")
      .userProperty("k", "again");
  if (will) writer.number(PropertyId::WillDelayInterval, 5);
  return writer.view();
}

PropertyView connectProperties() {
  static std::array<std::uint8_t, 256> memory;
  PropertyWriter writer(memory);
  return writer.number(PropertyId::SessionExpiryInterval, 3600)
      .number(PropertyId::ReceiveMaximum, 20)
      .number(PropertyId::MaximumPacketSize, 4096)
      .number(PropertyId::TopicAliasMaximum, 0)
      .number(PropertyId::RequestResponseInformation, 1)
      .number(PropertyId::RequestProblemInformation, 0)
      .text(PropertyId::AuthenticationMethod, "SCRAM")
      .bytes(PropertyId::AuthenticationData, kData)
      .userProperty("k", "v")
      .view();
}

PropertyView connackProperties() {
  static std::array<std::uint8_t, 256> memory;
  PropertyWriter writer(memory);
  return writer.number(PropertyId::SessionExpiryInterval, 7200)
      .number(PropertyId::ReceiveMaximum, 10)
      .number(PropertyId::MaximumQos, 1)
      .number(PropertyId::RetainAvailable, 1)
      .number(PropertyId::MaximumPacketSize, 2048)
      .text(PropertyId::AssignedClientIdentifier, "auto-1")
      .number(PropertyId::TopicAliasMaximum, 10)
      .text(PropertyId::ReasonString, "fine")
      .number(PropertyId::WildcardSubscriptionAvailable, 1)
      .number(PropertyId::SubscriptionIdentifierAvailable, 0)
      .number(PropertyId::SharedSubscriptionAvailable, 1)
      .number(PropertyId::ServerKeepAlive, 30)
      .text(PropertyId::ResponseInformation, "r")
      .text(PropertyId::ServerReference, "other:1883")
      .view();
}

void addClientPackets(Samples& samples, Version version) {
  const Will will{.topic = "car/status",
                  .payload = kData,
                  .qos = Qos::AtLeastOnce,
                  .retain = true,
                  .properties = messageProperties(true)};
  samples.add("Connect", true,
              Connect{.version = version,
                      .client_id = "car-1",
                      .clean_start = false,
                      .keep_alive = 300,
                      .will = will,
                      .user_name = "user",
                      .password = Bytes(kData),
                      .properties = connectProperties()});
  const std::array<Subscription, 2> subscriptions{Subscription{.filter = "a/+/b", .qos = Qos::AtLeastOnce},
                                                  Subscription{.filter = "c/#",
                                                               .qos = Qos::ExactlyOnce,
                                                               .no_local = true,
                                                               .retain_as_published = true,
                                                               .retain_handling = RetainHandling::DoNotSend}};
  static std::array<std::uint8_t, 64> memory;
  PropertyWriter writer(memory);
  const PropertyView properties = writer.number(PropertyId::SubscriptionIdentifier, 300).userProperty("k", "v").view();
  samples.addBytes("Subscribe", true, encoded([&](std::span<std::uint8_t> out) {
                     return encodeSubscribe(10, subscriptions, properties, version, out);
                   }));
  const std::array<std::string_view, 2> filters{"a/+/b", "c/#"};
  samples.addBytes("Unsubscribe", true, encoded([&](std::span<std::uint8_t> out) {
                     return encodeUnsubscribe(11, filters, {}, version, out);
                   }));
  samples.add("Pingreq", true, Pingreq{});
  samples.add("Disconnect", true,
              Disconnect{.reason = ReasonCode::DisconnectWithWill, .properties = replyProperties()});
}

void addServerPackets(Samples& samples) {
  samples.add("Connack", false, Connack{.session_present = true, .properties = connackProperties()});
  static const std::array<std::uint8_t, 3> granted{0, 1, 0x80};
  samples.add("Suback", false,
              Suback{.packet_id = 10, .reasons = ReasonCodes(granted), .properties = replyProperties()});
  static const std::array<std::uint8_t, 2> gone{0, 0x11};
  samples.add("Unsuback", false,
              Unsuback{.packet_id = 11, .reasons = ReasonCodes(gone), .properties = replyProperties()});
  samples.add("Pingresp", false, Pingresp{});
}

void addPacketsOfBoth(Samples& samples, Version version, bool client) {
  Publish publish{.topic = "a/topic",
                  .payload = kData,
                  .qos = Qos::AtLeastOnce,
                  .retain = true,
                  .duplicate = true,
                  .packet_id = 7,
                  .properties = messageProperties(false)};
  samples.add("PublishQos1", client, publish);
  publish.qos = Qos::AtMostOnce;
  publish.packet_id = 0;
  publish.duplicate = false;
  samples.add("PublishQos0", client, publish);
  samples.add("Puback", client,
              Puback{.packet_id = 7, .reason = ReasonCode::NotAuthorized, .properties = replyProperties()});
  samples.add("Pubrec", client, Pubrec{.packet_id = 7, .reason = ReasonCode::NoMatchingSubscribers});
  samples.add("Pubrel", client, Pubrel{.packet_id = 7});
  samples.add("Pubcomp", client,
              Pubcomp{.packet_id = 7, .reason = ReasonCode::PacketIdentifierNotFound, .properties = replyProperties()});
  if (version == Version::V311) return;
  static std::array<std::uint8_t, 64> memory;
  PropertyWriter writer(memory);
  writer.text(PropertyId::AuthenticationMethod, "SCRAM").bytes(PropertyId::AuthenticationData, kData);
  samples.add("Auth", client, Auth{.reason = ReasonCode::ContinueAuthentication, .properties = writer.view()});
}

}  // namespace

std::vector<Sample> samplePackets() {
  std::vector<Sample> all;
  for (const Version version : {Version::V311, Version::V5}) {
    Samples samples(version);
    addClientPackets(samples, version);
    addPacketsOfBoth(samples, version, true);
    addServerPackets(samples);
    addPacketsOfBoth(samples, version, false);
    if (version == Version::V5) {
      samples.add("ServerDisconnect", false, Disconnect{.reason = ReasonCode::ServerShuttingDown});
    }
    for (Sample& sample : samples.take()) all.push_back(std::move(sample));
  }
  return all;
}

}  // namespace smartkar::mqtt
