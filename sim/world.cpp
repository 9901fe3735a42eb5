#include "sim/world.hpp"

#include "base/assert.hpp"
#include "protocol/topics.hpp"

namespace smartkar::sim {
namespace {

constexpr const char* kBrokerHost = "broker.example";
constexpr std::uint16_t kBrokerPort = 8883;

// As large as the files of ./dev run. What is in them the modem passes on to a network that does not look.
const std::string kCertificate = "-----BEGIN CERTIFICATE-----\n" + std::string(900, 'c');
const std::string kKey = "-----BEGIN PRIVATE KEY-----\n" + std::string(250, 'k');

// As broker/mosquitto_config.cpp lets a car do; its client id is its ccid.
bool mayCar(Broker::Access access, std::string_view client_id, std::string_view topic) {
  const auto parsed = protocol::parseTopic(protocol::kDefaultTopicPrefix, topic);
  if (!parsed || parsed->ccid.view() != client_id) return false;
  return (parsed->channel == protocol::Channel::Command) == (access == Broker::Access::Read);
}

}  // namespace

SimCarSettings defaultCar() {
  SimCarSettings car;
  device::MqttSettings& mqtt = car.device.mqtt;
  mqtt.broker.host = kBrokerHost;
  mqtt.broker.port = kBrokerPort;
  mqtt.identity.ca = {"1.ca", kCertificate};
  mqtt.identity.certificate = {"1.crt", kCertificate};
  mqtt.identity.key = {"1.key", kKey};
  mqtt.client_id = kCcid;
  mqtt.ccid = kCcid;
  car.modem.ccid = kCcid;
  return car;
}

World::World(std::uint64_t seed, LogSink& log, const SimCarSettings& settings)
    : network(time, 2 * seed),
      broker(time, network),
      server(time, broker),
      car(time, network, log, settings, 2 * seed + 1) {
  network.serve(kBrokerHost, kBrokerPort, broker);
  broker.setAccess(mayCar);
  time.add(broker);
  time.add(server);
  time.add(car);
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

server::CommandId World::order(const std::string& action, const std::string& params_json) {
  const auto id = server.order({kCcid, action, params_json, std::nullopt});
  SK_ASSERT(id.has_value());
  return *id;
}

}  // namespace smartkar::sim
