#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "sim/broker.hpp"
#include "sim/disk.hpp"
#include "sim/sim_car.hpp"
#include "sim/sim_server.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

inline constexpr const char* kCcid = "8988303000000614227";

// A car as it is delivered: MQTT over TLS with a certificate of its own.
// ccid: outlives what is made of it.
SimCarSettings defaultCar(const char* ccid = kCcid);

// An order as the API takes it.
struct Order {
  std::string action;
  std::string params_json{};            // empty: none
  std::optional<std::int64_t> ttl_s{};  // seconds; nothing: the action's default
};

// Cars, their broker and their server on one virtual clock. The seed decides everything.
struct World {
  // log: what the cars say; outlives this.
  World(std::uint64_t seed, LogSink& log, const SimCarSettings& settings = defaultCar());
  // cars: at least one.
  World(std::uint64_t seed, LogSink& log, const std::vector<SimCarSettings>& cars);

  // Of the first car. Lets time pass until it is asleep, or awake and the server has answered. False: the span is over.
  bool untilAsleep(Duration span);
  bool untilInContact(Duration span);
  // …until the command has ended.
  bool untilFinal(server::CommandId id, Duration span);
  // For the first car; nothing if it was refused. Lets the time pass that the answer takes.
  std::optional<server::CommandId> ask(const Order& order);
  // …asserts that it was accepted.
  server::CommandId order(const std::string& action, const std::string& params_json = {});
  // Of the first car. As stored; asserts that it is.
  server::CommandRecord command(server::CommandId id) { return server.command(kCcid, id).value(); }

  VirtualTime time;
  VirtualNetwork network;
  Broker broker;
  Disk disk;  // the server's
  SimServer server;
  std::vector<std::unique_ptr<SimCar>> cars;
  SimCar& car;  // the first

 private:
  server::StoreResult<std::unique_ptr<server::Store>> openStore();
  std::vector<std::unique_ptr<SimCar>> makeCars(std::uint64_t seed, LogSink& log,
                                                const std::vector<SimCarSettings>& all);
};

// Where the server finds the broker.
modem_sim::Endpoint insideEndpoint();

}  // namespace smartkar::sim
