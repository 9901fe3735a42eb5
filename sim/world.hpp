#pragma once

#include <cstdint>
#include <string>

#include "base/log.hpp"
#include "sim/broker.hpp"
#include "sim/server_peer.hpp"
#include "sim/sim_car.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

inline constexpr const char* kCcid = "8988303000000614227";

// A car as it is delivered: MQTT over TLS with a certificate of its own.
SimCarSettings defaultCar();

// One car, its broker and its server on one virtual clock. The seed decides everything.
struct World {
  // log: what the car says; outlives this.
  World(std::uint64_t seed, LogSink& log, const SimCarSettings& settings = defaultCar());

  // Lets time pass until the car is asleep, or awake and the server has answered. False: the span is over.
  bool untilAsleep(Duration span);
  bool untilInContact(Duration span);
  // …until the command has ended.
  bool untilFinal(server::CommandId id, Duration span);
  // For kCcid; asserts that it was accepted.
  server::CommandId order(const std::string& action, const std::string& params_json = {});
  const server::CommandRecord& command(server::CommandId id) const { return *server.command(kCcid, id); }

  VirtualTime time;
  VirtualNetwork network;
  Broker broker;
  ServerPeer server;
  SimCar car;
};

}  // namespace smartkar::sim
