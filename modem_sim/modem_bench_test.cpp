#include "modem_sim/modem_bench_test.hpp"

#include <algorithm>
#include <utility>

namespace smartkar::modem_sim {

ConnectionId BrokerNetwork::open(const Endpoint& endpoint) {
  endpoints.push_back(endpoint);
  opening_ = true;
  from_client_.clear();
  to_client_.clear();
  return ++id_;
}

void BrokerNetwork::send(ConnectionId id, std::string_view bytes) {
  if (id != id_) return;
  from_client_ += bytes;
  while (speaks_mqtt) {
    const auto decoded = mqtt::decodeClientPacket(mqtt::asBytes(from_client_), mqtt::Version::V311);
    if (decoded.status != mqtt::DecodeStatus::Complete) return;
    handle(decoded.packet);
    from_client_.erase(0, decoded.size);
  }
}

void BrokerNetwork::handle(const mqtt::ClientPacket& packet) {
  constexpr auto kVersion = mqtt::Version::V311;
  if (const auto* connect = std::get_if<mqtt::Connect>(&packet)) {
    client_id = connect->client_id;
    will = connect->will ? std::string(connect->will->topic) + " " + std::string(mqtt::asText(connect->will->payload))
                         : "";
    mqtt::Connack answer;
    answer.session_present = session_present && !connect->clean_start;
    write(mqtt::encode(answer, kVersion, scratch_));
  } else if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    published.push_back(std::string(publish->topic) + " " + std::string(mqtt::asText(publish->payload)));
    mqtt::Puback answer;
    answer.packet_id = publish->packet_id;
    if (publish->qos == mqtt::Qos::AtLeastOnce && acknowledges) write(mqtt::encode(answer, kVersion, scratch_));
    const mqtt::Pubrec received{.packet_id = publish->packet_id};
    if (publish->qos == mqtt::Qos::ExactlyOnce && acknowledges) write(mqtt::encode(received, kVersion, scratch_));
  } else if (const auto* subscribe = std::get_if<mqtt::Subscribe>(&packet)) {
    const std::uint8_t granted = 1;
    mqtt::Suback answer;
    answer.packet_id = subscribe->packet_id;
    answer.reasons = mqtt::ReasonCodes(mqtt::Bytes(&granted, 1));
    write(mqtt::encode(answer, kVersion, scratch_));
  } else if (const auto* unsubscribe = std::get_if<mqtt::Unsubscribe>(&packet)) {
    mqtt::Unsuback answer;
    answer.packet_id = unsubscribe->packet_id;
    write(mqtt::encode(answer, kVersion, scratch_));
  } else if (std::holds_alternative<mqtt::Pingreq>(packet)) {
    ++pings;
    write(mqtt::encode(mqtt::Pingresp{}, scratch_));
  } else if (std::holds_alternative<mqtt::Puback>(packet)) {
    ++acknowledged;
  } else if (const auto* release = std::get_if<mqtt::Pubrel>(&packet)) {
    write(mqtt::encode(mqtt::Pubcomp{.packet_id = release->packet_id}, kVersion, scratch_));
  } else if (const auto* received = std::get_if<mqtt::Pubrec>(&packet)) {
    write(mqtt::encode(mqtt::Pubrel{.packet_id = received->packet_id}, kVersion, scratch_));
  } else if (std::holds_alternative<mqtt::Pubcomp>(packet)) {
    ++completed;
  }
}

std::string BrokerNetwork::receive(ConnectionId id, std::size_t max) {
  if (id != id_) return {};
  std::string bytes = to_client_.substr(0, max);
  to_client_.erase(0, bytes.size());
  return bytes;
}
void BrokerNetwork::close(ConnectionId) { closed_in_order = true; }
void BrokerNetwork::abandon(ConnectionId) { abandoned = true; }

void BrokerNetwork::deliver() {
  if (std::exchange(opening_, false)) {
    if (!reachable) return listener_->onOpenFailed(id_, error);
    listener_->onOpened(id_);
  }
  if (std::exchange(readable_, false)) listener_->onReadable(id_);
}

void BrokerNetwork::publish(std::string_view topic, std::string_view payload, mqtt::Qos qos) {
  mqtt::Publish packet;
  packet.topic = topic;
  packet.payload = mqtt::asBytes(payload);
  packet.qos = qos;
  packet.packet_id = qos == mqtt::Qos::AtMostOnce ? 0 : 77;
  write(mqtt::encode(packet, mqtt::Version::V311, scratch_));
  deliver();
}

void BrokerNetwork::write(std::string_view bytes) {
  to_client_ += bytes;
  readable_ = true;
}

std::string BrokerNetwork::takeBytes() { return std::exchange(from_client_, {}); }

void BrokerNetwork::dropConnection() { listener_->onClosed(id_); }

Config ModemBench::fastConfig() {
  Config config;
  config.timing = Timing::fast();
  return config;
}

ModemBench::ModemBench(const Config& config) : modem(config, network, *this, 1) {}

void ModemBench::advance(Duration duration) {
  const Instant end = now + duration;
  for (;;) {
    if (network.pending()) network.deliver();
    const Instant next = modem.nextDeadline();
    if (next > end) break;
    event_time_ = std::max(now, next);
    now = event_time_;
    modem.run(now);
  }
  now = event_time_ = end;
  modem.run(now);
}

std::string ModemBench::command(std::string_view line, Duration wait) {
  takeOutput();
  type(std::string(line) + "\r");
  advance(wait);
  return takeOutput();
}

std::string ModemBench::takeOutput() { return std::exchange(output, {}); }

void ModemBench::pressPowerKey(Duration duration) {
  event_time_ = now;
  modem.setPowerKey(true, now);
  advance(duration);
  modem.setPowerKey(false, now);
}

void ModemBench::ready() {
  modem.powerUpNow(now);
  advance(1s);
  command("ATE0");
}

void ModemBench::online() {
  ready();
  command("AT+CNACT=0,1", 1s);
  command("AT+SMCONF=\"URL\",\"broker\",1883");
  command("AT+SMCONF=\"CLIENTID\",\"car\"");
  command("AT+SMCONF=\"CLEANSS\",1");
  command("AT+SMCONN", 1s);
}

}  // namespace smartkar::modem_sim
