#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "sim/broker_message.hpp"

namespace smartkar::sim {

// What the broker takes from one client: at QoS 2 until PUBREL, and at most max_inflight_messages at a time. As in
// Mosquitto 2.0.11 a message over that is refused, of which a client of 3.1.1 is not told, what is refused for any
// reason gives room for one more, and what was over the limit when the broker restarted is accepted again later.
class BrokerInbox {
 public:
  // limits: outlives this.
  explicit BrokerInbox(const BrokerLimits& limits) : limits_(limits) {}

  // A new connection; what is held stays.
  void connect();
  // The broker ended and started again with what it had saved.
  void restore();

  enum class Verdict : std::uint8_t {
    New,
    Repeated,  // it is held already
    TooOften,  // …and was repeated before on this connection: which must be ended
    NoRoom,
  };
  // A message above QoS 0. One that is held under the same packet id, but is another one, is forgotten.
  Verdict judge(std::uint16_t packet_id, const BrokerMessage& message);
  // message: at QoS 2, New.
  void hold(std::uint16_t packet_id, const BrokerMessage& message);
  // PUBREL. Nothing: there is none.
  std::optional<BrokerMessage> release(std::uint16_t packet_id);
  // After a message was taken: packet ids of those for which there was no room, and is now; each is to get PUBREC.
  std::vector<std::uint16_t> admitQueued();
  // A message was refused.
  void refused() { returnQuota(); }

 private:
  struct Held {
    std::uint16_t packet_id;
    BrokerMessage message;
    int repetitions = 0;
    bool queued = false;
  };

  std::list<Held>::iterator find(std::uint16_t packet_id);
  void returnQuota();

  const BrokerLimits& limits_;
  std::size_t quota_ = 0;
  std::list<Held> held_;
};

}  // namespace smartkar::sim
