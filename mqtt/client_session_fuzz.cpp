// The input is a script: each byte a call on the session, or bytes from a server. Checked are the rules that hold
// whatever the server does.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "mqtt/client_session.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::mqtt {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

class Script {
 public:
  explicit Script(Bytes bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (done()) return 0;
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  Bytes bytes(std::size_t count) {
    const Bytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  Bytes rest_;
};

// Which QoS 2 messages a side is through with: as long as the script shows the session only packets whose meaning is
// known here.
class ExactlyOnce {
 public:
  // The application has acknowledged a message.
  void acknowledged(std::uint16_t packet_id) { received_.insert(packet_id); }
  void delivered(const Message& message) {
    require(message.qos != Qos::ExactlyOnce || received_.count(message.packet_id) == 0);
  }
  void pubrel(std::uint16_t packet_id) { received_.erase(packet_id); }
  // Any packet may have come, or the server has lost its session.
  void forgetReceived() { received_.clear(); }

  void accepted(std::uint16_t packet_id) { open_.insert({packet_id, false}); }
  void published(std::uint16_t packet_id) { require(open_.erase(packet_id) == 1); }
  // A packet of ours: a PUBLISH never comes after the PUBREL of its message.
  void sent(const ClientPacket& packet) {
    if (const auto* pubrel = std::get_if<Pubrel>(&packet)) {
      const auto found = open_.find(pubrel->packet_id);
      if (found != open_.end()) found->second = true;
    } else if (const auto* publish = std::get_if<Publish>(&packet); publish != nullptr && publish->packet_id != 0) {
      const auto found = open_.find(publish->packet_id);
      require(found != open_.end() && !found->second);
    }
  }

 private:
  std::set<std::uint16_t> received_;
  std::map<std::uint16_t, bool> open_;  // of ours: whether PUBREL has been sent
};

class Run {
 public:
  Run(Script script, const SessionConfig& config)
      : script_(script), config_(config), session_(config, memory_.view()) {}

  void all() {
    while (!script_.done()) {
      step(script_.byte());
      lookAtOutput();
      require(session_.inFlight() <= session_.unacknowledged());
      require(session_.awaitingAcknowledgement() + session_.awaitingRelease() <= 4);
      require(session_.nextDeadline() > now_ || session_.active());
    }
  }

 private:
  void step(std::uint8_t action) {
    switch (action % 12) {
      case 0:
        connect();
        break;
      case 1:
        once_.forgetReceived();
        receive(script_.bytes(script_.byte()));
        break;
      case 2:
        if ((action & 0x10) == 0) once_.forgetReceived();
        answer(Connack{.session_present = (action & 0x10) != 0});
        break;
      case 3:
        message(script_.byte());
        break;
      case 4:
        reply(script_.byte());
        break;
      case 5:
        publish(script_.byte());
        break;
      case 6:
        acknowledge();
        break;
      case 7:
        flush(script_.byte());
        break;
      case 8:
        tick();
        break;
      case 9:
        session_.transportClosed(now_);
        break;
      case 10:
        saveAndLoad();
        break;
      case 11:
        request(script_.byte());
        break;
    }
    drain();
  }

  void connect() {
    const bool could = !session_.active();
    const auto result = session_.connect({.client_id = "c", .keep_alive = script_.byte(), .clean_start = false}, now_);
    require(result.ok() == could);
    if (!result) return;
    ++connections_;
    looked_at_ = 0;
  }
  void publish(std::uint8_t kind) {
    const std::vector<std::uint8_t> payload(kind);
    const auto qos = static_cast<Qos>(kind % 3);
    const MessageProperties properties{.content_type = (kind & 4) != 0 ? "text/plain" : ""};
    const PublishOptions options{.qos = qos, .retain = (kind & 8) != 0, .properties = properties};
    const auto result = session_.publish("topic", payload, options);
    require(!result || (qos != Qos::AtMostOnce) == (*result != 0));
    if (result && *result != 0) once_.accepted(*result);
  }
  // From the server: few packet ids and aliases, so that they meet.
  void message(std::uint8_t kind) {
    const auto qos = static_cast<Qos>(kind % 3);
    std::array<std::uint8_t, 8> property_memory;
    PropertyWriter properties(property_memory);
    if ((kind & 0x40) != 0) properties.number(PropertyId::TopicAlias, 1u + (kind >> 4 & 3u));
    answer(Publish{.topic = (kind & 0x80) != 0 ? "" : "t",
                   .qos = qos,
                   .packet_id = static_cast<std::uint16_t>(qos == Qos::AtMostOnce ? 0 : 1 + (kind >> 2 & 7)),
                   .properties = properties.view()});
  }
  void reply(std::uint8_t kind) {
    const auto packet_id = static_cast<std::uint16_t>(1 + (kind >> 3));
    const ReasonCode reason = (kind & 4) != 0 ? ReasonCode::QuotaExceeded : ReasonCode::Success;
    switch (kind & 3) {
      case 0:
        return answer(Puback{.packet_id = packet_id, .reason = reason});
      case 1:
        return answer(Pubrec{.packet_id = packet_id, .reason = reason});
      case 2:
        once_.pubrel(packet_id);
        return answer(Pubrel{.packet_id = packet_id});
      default:
        return answer(Pubcomp{.packet_id = packet_id});
    }
  }
  void request(std::uint8_t which) {
    const Subscription subscription{.filter = "a/#", .qos = Qos::AtLeastOnce};
    const std::string_view filter = "a/#";
    if (which % 3 == 0) static_cast<void>(session_.subscribe({&subscription, 1}, which));
    if (which % 3 == 1) static_cast<void>(session_.unsubscribe({&filter, 1}));
    if (which % 3 == 2) static_cast<void>(session_.ping(now_));
  }
  void acknowledge() {
    if (messages_.empty()) return;
    const std::size_t index = script_.byte() % messages_.size();
    const Message message = messages_[index];
    if (session_.acknowledge(message.token) && message.qos == Qos::ExactlyOnce) once_.acknowledged(message.packet_id);
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void tick() {
    now_ += std::chrono::seconds(script_.byte());
    session_.tick(now_);
    require(session_.nextDeadline() > now_);
  }
  void flush(std::size_t limit) {
    const std::size_t size = std::min(limit, session_.output().size());
    session_.consumed(size);
    looked_at_ -= size;
  }
  // Whatever is sent is a whole packet of a client.
  void lookAtOutput() {
    while (looked_at_ < session_.output().size()) {
      const auto decoded = decodeClientPacket(session_.output().subspan(looked_at_), config_.version);
      require(decoded.status == DecodeStatus::Complete);
      once_.sent(decoded.packet);
      looked_at_ += decoded.size;
    }
  }

  template <class Packet>
  void answer(const Packet& packet) {
    std::array<std::uint8_t, 64> bytes;
    receive(Bytes(bytes).first(encode(packet, config_.version, bytes).value()));
  }
  void receive(Bytes bytes) {
    while (!bytes.empty()) {
      const std::size_t taken = session_.receive(bytes, now_);
      require(taken <= bytes.size());
      bytes = bytes.subspan(taken);
      drain();
      if (taken != 0) continue;
      lost_bytes_ = lost_bytes_ || session_.active();  // from here on the packets are others
      return;
    }
  }
  void drain() {
    while (const auto event = session_.poll()) {
      if (const auto* message = std::get_if<Message>(&*event)) take(*message);
      if (const auto* published = std::get_if<Published>(&*event)) once_.published(published->packet_id);
      if (std::holds_alternative<Disconnected>(*event)) {
        --connections_;
        lost_bytes_ = false;
      }
    }
    if (lost_bytes_) once_.forgetReceived();
    require(connections_ == (session_.active() ? 1 : 0));  // one Disconnected for each connect()
  }
  void take(const Message& message) {
    if (!lost_bytes_) once_.delivered(message);
    require(!message.topic.empty());
    if (message.packet_id == 0) return;
    if (!config_.auto_acknowledge) {
      messages_.push_back({.qos = message.qos, .packet_id = message.packet_id, .token = message.token});
    } else if (message.qos == Qos::ExactlyOnce) {
      once_.acknowledged(message.packet_id);
    }
  }
  void saveAndLoad() {
    std::vector<std::uint8_t> saved(session_.savedSize());
    if (!session_.save(saved)) return;
    auto memory = std::make_unique<Memory>();
    ClientSession copy(config_, memory->view());
    require(copy.load(saved, now_).ok());
    require(copy.unacknowledged() == session_.unacknowledged() && copy.inFlight() == session_.inFlight());
    require(copy.awaitingRelease() == session_.awaitingRelease());
    require(copy.connected() == session_.connected());
    std::vector<std::uint8_t> again(copy.savedSize());
    require(copy.save(again).ok() && again == saved);
  }

  using Memory = FixedSessionMemory<128, 128, 512, 4, 16>;
  Script script_;
  SessionConfig config_;
  Memory memory_;
  ClientSession session_;
  ExactlyOnce once_;
  std::vector<Message> messages_;  // not acknowledged, without their views
  std::size_t looked_at_ = 0;      // of the output
  bool lost_bytes_ = false;
  Instant now_{1000s};
  int connections_ = 0;
};

}  // namespace
}  // namespace smartkar::mqtt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::mqtt;
  if (size == 0) return 0;
  const unsigned choice = data[0];
  const SessionConfig config{
      .version = (choice & 1) != 0 ? Version::V5 : Version::V311,
      .auto_acknowledge = (choice & 2) != 0,
      .strict_receive_maximum = (choice & 4) != 0,
      .max_outbound_in_flight = static_cast<std::uint16_t>((choice & 8) != 0 ? 2 : 65'535),
      .topic_alias_maximum = static_cast<std::uint16_t>((choice & 16) != 0 ? 3 : 0),
  };
  Run(Script(Bytes(data, size).subspan(1)), config).all();
  return 0;
}
