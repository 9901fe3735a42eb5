#include "sim/world.hpp"

#include <utility>

#include "base/assert.hpp"
#include "protocol/topics.hpp"
#include "server/store/sqlite_store.hpp"

namespace smartkar::sim {
namespace {

// The server's own way to the broker (decision 3).
constexpr const char* kInsideHost = "inside.example";
constexpr std::uint16_t kInsidePort = 8884;
constexpr const char* kServerClients = "smartkar-server-";
constexpr const char* kBrokerHost = "broker.example";
constexpr std::uint16_t kBrokerPort = 8883;

// As large as the files of ./dev run. What is in them the modem passes on to a network that does not look.
const std::string kCertificate = "-----BEGIN CERTIFICATE-----\n" + std::string(900, 'c');
const std::string kKey = "-----BEGIN PRIVATE KEY-----\n" + std::string(250, 'k');

// As broker/mosquitto_config.cpp lets a car do; its client id is its ccid. Others are the server and those who watch.
bool may(Broker::Access access, std::string_view client_id, std::string_view topic) {
  if (client_id.starts_with(kServerClients)) return true;
  const auto parsed = protocol::parseTopic(protocol::kDefaultTopicPrefix, topic);
  if (!parsed || parsed->ccid.view() != client_id) return false;
  return (parsed->channel == protocol::Channel::Command) == (access == Broker::Access::Read);
}

}  // namespace

modem_sim::Endpoint insideEndpoint() { return {.host = kInsideHost, .port = kInsidePort, .tls = {}}; }

SimCarSettings defaultCar(const char* ccid) {
  SimCarSettings car;
  device::MqttSettings& mqtt = car.device.mqtt;
  mqtt.broker.host = kBrokerHost;
  mqtt.broker.port = kBrokerPort;
  mqtt.identity.ca = {"1.ca", kCertificate};
  mqtt.identity.certificate = {"1.crt", kCertificate};
  mqtt.identity.key = {"1.key", kKey};
  mqtt.client_id = ccid;
  mqtt.ccid = ccid;
  car.modem.ccid = ccid;
  return car;
}

World::World(std::uint64_t seed, LogSink& log, const SimCarSettings& settings)
    : World(seed, log, std::vector{settings}) {}

World::World(std::uint64_t seed, LogSink& log, const std::vector<SimCarSettings>& all)
    : network(time, 2 * seed),
      broker(time, network),
      disk(seed),
      server(time, network, {insideEndpoint(), [this] { return openStore(); }}),
      cars(makeCars(seed, log, all)),
      car(*cars.front()) {
  network.serve(kBrokerHost, kBrokerPort, broker);
  network.serve(kInsideHost, kInsidePort, broker);
  broker.setAccess(may);
  // The rights of the server are those of a user (broker::accessRules).
  broker.setKeptAfterRestart(
      [](std::string_view client_id, std::string_view) { return !client_id.starts_with(kServerClients); });
  time.add(broker);
  time.add(server);
  for (const auto& each : cars) time.add(*each);
  server.start();
}

// Power is back by the time the server starts again.
server::StoreResult<std::unique_ptr<server::Store>> World::openStore() {
  if (!disk.powered()) disk.powerOn();
  auto store = server::SqliteStore::open(disk.path("store.db"));
  if (!store) return Failure{store.error()};
  return std::unique_ptr<server::Store>(std::move(*store));
}

std::vector<std::unique_ptr<SimCar>> World::makeCars(std::uint64_t seed, LogSink& log,
                                                     const std::vector<SimCarSettings>& all) {
  std::vector<std::unique_ptr<SimCar>> made;
  made.reserve(all.size());
  for (const SimCarSettings& settings : all) {
    made.push_back(std::make_unique<SimCar>(time, network, log, settings, 2 * seed + 1 + made.size()));
  }
  return made;
}

bool World::untilAsleep(Duration span) {
  return time.runUntil([this] { return !car.awake(); }, span);
}

bool World::untilInContact(Duration span) {
  return time.runUntil([this] { return car.inContact(); }, span);
}

bool World::untilFinal(server::CommandId id, Duration span) {
  return time.runUntil([this, id] { return server::isFinal(command(id).state); }, span);
}

std::optional<server::CommandId> World::ask(const Order& order) {
  server::CommandRequested request;
  request.ccid = kCcid;
  request.action = order.action;
  request.params_json = order.params_json;
  request.ttl_s = order.ttl_s;
  request.principal = "owner";
  std::optional<server::Effect> answer;
  const bool asked = server.request(request, [&](const server::Effect& effect) { answer = effect; });
  SK_ASSERT(asked);
  const bool answered = time.runUntil([&] { return answer.has_value(); }, 1s);
  SK_ASSERT(answered);
  const auto* const accepted = std::get_if<server::CommandAccepted>(&*answer);
  return accepted != nullptr ? std::optional(accepted->id) : std::nullopt;
}

server::CommandId World::order(const std::string& action, const std::string& params_json) {
  const auto id = ask({action, params_json});
  SK_ASSERT(id.has_value());
  return *id;
}

}  // namespace smartkar::sim
