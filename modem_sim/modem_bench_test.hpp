#pragma once

#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "modem_sim/modem.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/encoder.hpp"

namespace smartkar::modem_sim {

// An internet with one MQTT 3.1.1 broker for one client, in memory and in no time.
class BrokerNetwork : public Network {
 public:
  void setListener(NetworkListener& listener) override { listener_ = &listener; }
  ConnectionId open(const Endpoint& endpoint) override;
  void send(ConnectionId id, std::string_view bytes) override;
  std::string receive(ConnectionId id, std::size_t max) override;
  std::string address(ConnectionId) const override { return "192.0.2.1"; }
  void close(ConnectionId id) override;
  void abandon(ConnectionId id) override;

  // Tells the listener what has happened since.
  void deliver();
  bool pending() const { return opening_ || readable_; }
  void publish(std::string_view topic, std::string_view payload, mqtt::Qos qos = mqtt::Qos::AtMostOnce);
  void dropConnection();
  // For a peer that does not speak MQTT: bytes to the client, and what came from it.
  void write(std::string_view bytes);
  std::string takeBytes();

  bool speaks_mqtt = true;
  bool reachable = true;
  OpenError error = OpenError::Refused;  // if not reachable
  bool session_present = false;
  bool acknowledges = true;  // publishes at QoS 1
  // What the broker has seen.
  std::vector<Endpoint> endpoints;
  std::vector<std::string> published;  // "topic payload"
  std::string client_id;
  std::string will;  // "topic payload"
  int acknowledged = 0;
  int completed = 0;  // of what was published to the client at QoS 2
  int pings = 0;
  bool closed_in_order = false;
  bool abandoned = false;

 private:
  void handle(const mqtt::ClientPacket& packet);
  void write(const mqtt::Encoded& size) { write(std::string_view(mqtt::asText(mqtt::Bytes(scratch_).first(*size)))); }

  NetworkListener* listener_ = nullptr;
  ConnectionId id_ = 0;
  bool opening_ = false;
  bool readable_ = false;
  std::string from_client_;
  std::string to_client_;
  std::vector<std::uint8_t> scratch_ = std::vector<std::uint8_t>(8192);
  std::set<std::string> topics_;
};

// A modem on a bench: wires in the hands of the test, virtual time.
class ModemBench : private Host {
 public:
  explicit ModemBench(const Config& config = fastConfig());

  // Typical behaviour with short delays.
  static Config fastConfig();

  void advance(Duration duration);
  // Sends a line and returns everything that comes back until nothing more is due within `wait`.
  std::string command(std::string_view line, Duration wait = 50ms);
  void type(std::string_view bytes) { modem.uartIn(bytes, now); }
  // What came since the last call.
  std::string takeOutput();
  // PWRKEY pulse.
  void pressPowerKey(Duration duration);
  // Powered, registered, echo off.
  void ready();
  // …and with CNACT and SMCONN.
  void online();

  Instant now{};
  BrokerNetwork network;
  std::string output;
  std::string lost;
  std::string nmea;
  std::vector<std::pair<Instant, bool>> ri_changes;
  std::vector<std::string> sms_sent;  // "number text"
  Modem modem;

 private:
  void onUart(std::string_view bytes) override { output += bytes; }
  void onUartLost(std::string_view bytes) override { lost += bytes; }
  void onNmea(std::string_view sentences) override { nmea += sentences; }
  void onSmsSent(std::string_view number, std::string_view text) override {
    sms_sent.push_back(std::string(number) + " " + std::string(text));
  }
  void onRi(bool high) override { ri_changes.emplace_back(event_time_, high); }

  Instant event_time_{};
};

}  // namespace smartkar::modem_sim
