#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mqtt/packet.hpp"
#include "test/interop/script.hpp"
#include "test/interop/transport.hpp"

namespace smartkar::interop {

// A client as a script wants it: no better than it is told to be. What the broker sends is written down, a line for
// each packet.
class Client {
 public:
  // transport: outlives this.
  Client(Transport& transport, std::size_t number) : transport_(transport), id_("client" + std::to_string(number)) {}

  bool connected() const { return link_.has_value(); }

  void act(const Connect& step);
  void act(const Leave& step);
  void act(const Subscribe& step);
  void act(const Unsubscribe& step);
  void act(const Publish& step);
  void act(const Repeat& step);
  void act(const Acknowledge& step);

  // Reads everything that the broker has sent in answer to what it has got, and answers it if it is to. False: it did,
  // so more may follow.
  bool settle();
  // Reads to the end, which the broker makes.
  void drain();

  // What was seen since the last call.
  std::vector<std::string> takeSeen() { return std::exchange(seen_, {}); }

 private:
  // An answer that is owed.
  struct Owed {
    mqtt::PacketType type;  // of what was received
    std::uint16_t packet_id;
  };

  void publish(const Publish& message, std::uint16_t packet_id, bool duplicate);
  void answer(const Owed& owed, bool refuses);
  void take(const mqtt::ServerPacket& packet);
  // Decodes what is complete. True: PINGRESP was among it.
  bool digest(std::string_view bytes);
  void lost();
  std::uint16_t nextPacketId();
  template <class Encode>
  void write(Encode encode);

  Transport& transport_;
  const std::string id_;
  std::optional<Transport::Id> link_;
  mqtt::Version version_ = mqtt::Version::V311;
  bool acknowledges_ = true;
  std::string input_;
  std::deque<Owed> owed_;
  std::vector<std::string> seen_;
  std::uint16_t last_packet_id_ = 0;
  std::optional<std::pair<Publish, std::uint16_t>> latest_exact_;  // at QoS 2, and its packet id
};

}  // namespace smartkar::interop
