#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/fleet.hpp"
#include "server/core/memory_store.hpp"
#include "sim/broker.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// The server's end of the cars' own connections.
class CarGate {
 public:
  virtual ~CarGate() = default;
  // A message for the car, by the connection with this number, if it is still there.
  virtual void write(std::uint64_t connection, std::string_view payload) = 0;
  virtual void closeAll() = 0;
};

// The real server core as a client of the broker. It stores in memory, and storing takes no time.
class ServerPeer : public Actor, private LocalClient {
 public:
  // Both outlive this.
  ServerPeer(VirtualTime& time, Broker& broker);
  // gate: of the one car that has connections of its own; outlives this.
  void attach(CarGate& gate) { gate_ = &gate; }
  // What the gate has to tell: MessageReceived and TcpDown.
  void tell(const server::Event& event);

  struct Order {
    std::string ccid;
    std::string action;
    std::string params_json;            // empty: none
    std::optional<std::int64_t> ttl_s;  // seconds; nothing: the action's default
  };
  // As the API: the id of the command; nothing if it was refused.
  std::optional<server::CommandId> order(const Order& order);
  // As stored; nullptr: not known.
  const server::CommandRecord* command(std::string_view ccid, server::CommandId id) const;
  const server::MemoryStore::Commands& commands() const { return store_.commands(); }
  // What is known now; nullptr: never heard of.
  const server::DeviceRecord* device(std::string_view ccid) const { return fleet_.device(ccid); }

  void run(Instant now) override;
  Instant nextDeadline() const override { return fleet_.nextDeadline(); }

 private:
  void onMessage(const BrokerMessage& message) override;
  void receive(const BrokerMessage& message);
  void happen(const server::Event& event);
  void carryOut(const server::Effect& effect);
  void publish(const server::PublishCommand& command);

  VirtualTime& time_;
  Broker& broker_;
  CarGate* gate_ = nullptr;  // nullptr: there is none
  server::MemoryStore store_;
  server::Fleet fleet_;
  std::optional<server::CommandId> accepted_;  // answer to the latest order
};

}  // namespace smartkar::sim
