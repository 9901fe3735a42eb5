#include "device/link/mqtt_manager.hpp"

#include "base/assert.hpp"

namespace smartkar::device {

void MqttManager::useBroker(Broker broker) {
  profile_.broker = broker;
  SK_ASSERT(!profile_.address().host.empty());
}

void MqttManager::setWill(std::string_view payload) { SK_ASSERT(profile_.will.assign(payload)); }

Task<MqttManager::Done> MqttManager::open() {
  profile_.adopted = false;
  const auto connected = co_await modem_.connect();
  if (!connected.ok()) co_return Failure{linkError(connected.error())};
  Done done = co_await leaveOtherBroker();
  if (done.ok()) done = co_await engine_.open();
  MqttCounters& counters = profile_.counters;
  if (done.ok()) ++(profile_.adopted ? counters.adoptions : counters.connects);
  if (!done.ok() && at_.inStep()) {
    modem_.onLinkFailure(done.error() == LinkError::Timeout ? LinkTrouble::Silent : LinkTrouble::Refused);
  }
  co_return account(done);
}

Task<MqttManager::Done> MqttManager::leaveOtherBroker() {
  Done done{};
  if (session_with_.value_or(profile_.broker) != profile_.broker) done = co_await engine_.close();
  if (done.ok()) session_with_ = profile_.broker;
  co_return done;
}

// A modem that does not even answer AT needs more than another session.
MqttManager::Done MqttManager::account(const Done& done) {
  if (!done.ok() && !at_.inStep()) modem_.onNoAnswer();
  return done;
}

Task<MqttManager::Done> MqttManager::publish(protocol::Channel channel, std::string_view payload, bool retain) {
  if (payload.size() > protocol::kDevicePayloadBytesMax) co_return Failure{LinkError::TooLong};
  if (!up()) co_return Failure{LinkError::Down};
  const MqttSettings& settings = profile_.settings;
  const auto topic = protocol::makeTopic(settings.topic_prefix, settings.ccid, channel);
  const Done done = co_await engine_.publish(*topic, payload, retain);
  co_return account(done);
}

Task<MqttManager::Done> MqttManager::receive() {
  const Done done = co_await engine_.receive();
  co_return account(done);
}

Task<MqttManager::Done> MqttManager::close() {
  const Done done = co_await engine_.close();
  co_return account(done);
}

}  // namespace smartkar::device
