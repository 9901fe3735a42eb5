// The input is a script: each byte a call on the session, or bytes from a server. Checked are the rules that hold
// whatever the server does.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
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

class Run {
 public:
  Run(Script script, Version version)
      : script_(script), version_(version), session_({.version = version}, memory_.view()) {}

  void all() {
    while (!script_.done()) {
      step(script_.byte());
      require(session_.inFlight() <= session_.unacknowledged());
      require(session_.awaitingAcknowledgement() <= 4);
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
        receive(script_.bytes(script_.byte()));
        break;
      case 2:
        answer(Connack{.session_present = (action & 0x10) != 0});
        break;
      case 3:
        answer(Publish{.topic = "t", .qos = Qos::AtLeastOnce, .packet_id = 7});
        break;
      case 4:
        answer(Puback{.packet_id = std::max<std::uint16_t>(1, script_.byte())});
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
    if (result) ++connections_;
  }
  void publish(std::uint8_t size) {
    const std::vector<std::uint8_t> payload(size);
    const Qos qos = (size & 1) != 0 ? Qos::AtLeastOnce : Qos::AtMostOnce;
    const auto result = session_.publish("topic", payload, {.qos = qos, .retain = (size & 2) != 0});
    require(!result || (qos == Qos::AtLeastOnce) == (*result != 0));
  }
  void request(std::uint8_t which) {
    const Subscription subscription{.filter = "a/#", .qos = Qos::AtLeastOnce};
    const std::string_view filter = "a/#";
    if (which % 3 == 0) static_cast<void>(session_.subscribe({&subscription, 1}));
    if (which % 3 == 1) static_cast<void>(session_.unsubscribe({&filter, 1}));
    if (which % 3 == 2) static_cast<void>(session_.ping(now_));
  }
  void acknowledge() {
    if (tokens_.empty()) return;
    const std::size_t index = script_.byte() % tokens_.size();
    session_.acknowledge(tokens_[index]);
    tokens_.erase(tokens_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  void tick() {
    now_ += std::chrono::seconds(script_.byte());
    session_.tick(now_);
    require(session_.nextDeadline() > now_);
  }
  void flush(std::size_t limit) { session_.consumed(std::min(limit, session_.output().size())); }

  template <class Packet>
  void answer(const Packet& packet) {
    std::array<std::uint8_t, 64> bytes;
    receive(Bytes(bytes).first(encode(packet, version_, bytes).value()));
  }
  void receive(Bytes bytes) {
    while (!bytes.empty()) {
      const std::size_t taken = session_.receive(bytes, now_);
      require(taken <= bytes.size());
      bytes = bytes.subspan(taken);
      drain();
      if (taken == 0) return;
    }
  }
  void drain() {
    while (const auto event = session_.poll()) {
      if (const auto* message = std::get_if<Message>(&*event); message != nullptr && message->packet_id != 0) {
        tokens_.push_back(message->token);
      }
      if (std::holds_alternative<Disconnected>(*event)) --connections_;
    }
    require(connections_ == (session_.active() ? 1 : 0));  // one Disconnected for each connect()
  }
  void saveAndLoad() {
    std::vector<std::uint8_t> saved(session_.savedSize());
    if (!session_.save(saved)) return;
    auto memory = std::make_unique<Memory>();
    ClientSession copy({.version = version_}, memory->view());
    require(copy.load(saved, now_).ok());
    require(copy.unacknowledged() == session_.unacknowledged() && copy.inFlight() == session_.inFlight());
    require(copy.connected() == session_.connected());
  }

  using Memory = FixedSessionMemory<128, 128, 512, 4>;
  Script script_;
  Version version_;
  Memory memory_;
  ClientSession session_;
  std::vector<AckToken> tokens_;
  Instant now_{1000s};
  int connections_ = 0;
};

}  // namespace
}  // namespace smartkar::mqtt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace smartkar::mqtt;
  if (size == 0) return 0;
  Run(Script(Bytes(data, size).subspan(1)), (data[0] & 1) != 0 ? Version::V5 : Version::V311).all();
  return 0;
}
