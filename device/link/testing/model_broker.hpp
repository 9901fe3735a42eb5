#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "device/modem/testing/model_sockets.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::device {

// A broker with one client, at the other end of the model modem's connection 0. Keeps the session and what is not
// acknowledged, and remembers everything, so that a test can compare what the client believes with what is true.
class ModelBroker {
 public:
  // client_id: nobody else is let in. Takes over the hooks of sockets, which outlives this.
  ModelBroker(ModelSockets& sockets, std::string client_id) : sockets_(sockets), client_id_(std::move(client_id)) {
    sockets_.on_open = [this](int) {
      open_ = true;
      input_.clear();
    };
    sockets_.on_sent = [this](int, std::string_view bytes) {
      input_ += bytes;
      if (!stalled_) receive();
    };
    sockets_.on_end = [this](int) { end(); };
  }

  // QoS 1; kept until it is acknowledged. False: the client has not subscribed to the topic.
  bool deliver(const std::string& topic, const std::string& payload) {
    if (!subscribed(topic)) return false;
    unacknowledged_.push_back({++last_id_, topic, payload});
    if (connected_) send(unacknowledged_.back(), false);
    return true;
  }
  // Until resume() nothing that the client sends arrives.
  void stall() { stalled_ = true; }
  void resume() {
    stalled_ = false;
    receive();
  }
  // Anything, as it is.
  void say(std::string_view bytes) { sockets_.arrive(kSocket, bytes); }
  void hangUp() {
    end();
    sockets_.hangUp(kSocket);
  }

  bool connected() const { return connected_; }
  bool subscribed(const std::string& topic) const { return filters_.count(topic) > 0; }
  bool has(std::string_view payload) const { return std::ranges::count(published, payload) > 0; }

  std::vector<std::string> published;     // payloads
  std::map<std::string, int> deliveries;  // how often each payload was sent to the client
  bool refuse = false;                    // whoever connects
  bool hang_up_after_subscribe = false;
  std::string user;  // of the latest CONNECT
  std::string password;
  std::set<std::string> acknowledged;  // payloads

 private:
  static constexpr int kSocket = 0;
  struct Message {
    std::uint16_t id;
    std::string topic;
    std::string payload;
  };

  void end() { open_ = connected_ = false; }
  void receive() {
    while (open_) {
      const auto decoded = mqtt::decodeClientPacket(mqtt::asBytes(input_), mqtt::Version::V311);
      if (decoded.status == mqtt::DecodeStatus::NeedMore) return;
      const bool hello = std::holds_alternative<mqtt::Connect>(decoded.packet);
      if (decoded.status == mqtt::DecodeStatus::Invalid || hello == connected_) return hangUp();
      std::visit([this](const auto& packet) { take(packet); }, decoded.packet);
      input_.erase(0, decoded.size);
    }
  }

  void take(const mqtt::Connect& packet) {
    if (packet.client_id != client_id_) return hangUp();
    user = packet.user_name.value_or("");
    password = packet.password ? mqtt::asText(*packet.password) : "";
    if (refuse) {
      mqtt::Connack refusal;
      refusal.reason = mqtt::ReasonCode::NotAuthorized;
      return write([&](auto out) { return mqtt::encode(refusal, mqtt::Version::V311, out); });
    }
    if (packet.clean_start) {
      filters_.clear();
      unacknowledged_.clear();
    }
    connected_ = true;
    mqtt::Connack answer;
    answer.session_present = !filters_.empty();
    write([&](auto out) { return mqtt::encode(answer, mqtt::Version::V311, out); });
    for (const Message& message : unacknowledged_) send(message, true);
  }
  void take(const mqtt::Publish& packet) {
    published.emplace_back(mqtt::asText(packet.payload));
    mqtt::Puback answer;
    answer.packet_id = packet.packet_id;
    write([&](auto out) { return mqtt::encode(answer, mqtt::Version::V311, out); });
  }
  void take(const mqtt::Puback& packet) {
    const auto found = std::ranges::find(unacknowledged_, packet.packet_id, &Message::id);
    if (found == unacknowledged_.end()) return;
    acknowledged.insert(found->payload);
    unacknowledged_.erase(found);
  }
  void take(const mqtt::Subscribe& packet) {
    std::vector<std::uint8_t> granted;
    std::size_t offset = 0;
    while (const auto entry = packet.subscriptions.next(offset)) {
      filters_.emplace(entry->filter);
      granted.push_back(static_cast<std::uint8_t>(entry->qos));
    }
    mqtt::Suback answer;
    answer.packet_id = packet.packet_id;
    answer.reasons = mqtt::ReasonCodes(granted);
    write([&](auto out) { return mqtt::encode(answer, mqtt::Version::V311, out); });
    if (hang_up_after_subscribe) hangUp();
  }
  void take(const mqtt::Pingreq&) {
    write([](auto out) { return mqtt::encode(mqtt::Pingresp{}, out); });
  }
  void take(const mqtt::Disconnect&) { hangUp(); }
  template <class Other>
  void take(const Other&) {
    hangUp();
  }

  void send(const Message& message, bool again) {
    ++deliveries[message.payload];
    mqtt::Publish packet;
    packet.topic = message.topic;
    packet.payload = mqtt::asBytes(message.payload);
    packet.qos = mqtt::Qos::AtLeastOnce;
    packet.duplicate = again;
    packet.packet_id = message.id;
    write([&](auto out) { return mqtt::encode(packet, mqtt::Version::V311, out); });
  }
  template <class Encode>
  void write(Encode encode) {
    std::array<std::uint8_t, 1024> out;
    const auto size = encode(std::span<std::uint8_t>(out));
    say({reinterpret_cast<const char*>(out.data()), *size});
  }

  ModelSockets& sockets_;
  const std::string client_id_;
  std::string input_;
  bool open_ = false;
  bool connected_ = false;
  bool stalled_ = false;
  std::set<std::string> filters_;
  std::deque<Message> unacknowledged_;
  std::uint16_t last_id_ = 0;
};

}  // namespace smartkar::device
