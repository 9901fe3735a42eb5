#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <utility>

#include "sim/broker_message.hpp"

namespace smartkar::sim {

// A message on its way to one client.
struct Outgoing {
  enum class State : std::uint8_t { Unsent, Sent, ReleaseUnsent, Released };

  BrokerMessage message;
  std::uint32_t subscription = 0;  // identifier; 0: none
  std::uint16_t packet_id = 0;     // 0 at QoS 0
  bool duplicate = false;
  State state = State::Unsent;
};

// What one client is to get, as Mosquitto 2.0.11 keeps it (its db__message_… functions), habits included that MQTT does
// not ask for, since clients live with them:
//   - An acknowledgement lets as many waiting messages follow as fit behind its place among those in flight, whatever
//     the others wait for: the Receive Maximum is overrun.
//   - Packet ids are counted, used or not, and not looked up: one could be given twice after 65,535 messages.
//   - A message in flight that expires is forgotten when it is first or last in line and something is sent.
class BrokerOutbox {
 public:
  struct Wire {
    std::function<void(const Outgoing&, Instant now)> publish;
    std::function<void(std::uint16_t packet_id)> release;
  };

  // limits: outlives this.
  BrokerOutbox(const BrokerLimits& limits, Wire wire) : limits_(limits), wire_(std::move(wire)) {}

  // A new connection: window messages may be in flight, 0 is any number. What is held is to be sent again; resume()
  // does it.
  void connect(std::size_t window);
  // The connection is gone, then the session at rest. In between Mosquitto publishes the will, and if the session gets
  // it, and has room in its window, it counts as in flight.
  void disconnect() { online_ = false; }
  void rest() { moves_ = false; }
  void resume(Instant now);
  // The broker ended and started again with what it had saved.
  void restore();

  // The id that the next message gets, which must be taken for each above QoS 0 before it is known to be kept.
  std::uint16_t nextPacketId();
  // send: at once if there is room in the window; else with the next flush(). False: dropped, because the client is
  // away and the message at QoS 0, or its queue full.
  bool insert(Outgoing outgoing, bool send, Instant now);
  void flush(Instant now);

  // PUBACK (qos 1) or PUBCOMP (qos 2). False: a violation of the protocol, the connection must be ended.
  bool acknowledged(std::uint16_t packet_id, mqtt::Qos qos, Instant now);
  // PUBREC that accepts and refuses; the same.
  bool received(std::uint16_t packet_id);
  bool refused(std::uint16_t packet_id, Instant now);

 private:
  using Messages = std::list<Outgoing>;

  bool hasWindow() const { return window_ == 0 || quota_ > 0; }
  bool hasQueueRoom() const;
  // Both at most down to 0 and up to the window.
  void takeQuota();
  void returnQuota();
  void dequeue();
  bool remove(std::uint16_t packet_id, mqtt::Qos qos, Outgoing::State state, Instant now);
  void sendQueued();
  void sendLatest(Instant now);
  Messages::iterator send(Messages::iterator entry, Instant now);
  Messages::iterator erase(Messages::iterator entry);

  const BrokerLimits& limits_;
  Wire wire_;
  bool online_ = false;
  bool moves_ = false;  // what is queued, into the window
  std::size_t window_ = 0;
  std::size_t quota_ = 0;
  Messages in_flight_;
  Messages queued_;
  std::size_t count_ = 0;  // of both, above QoS 0
  std::size_t bytes_ = 0;
  std::uint16_t last_packet_id_ = 0;
};

}  // namespace smartkar::sim
