#include "sim/server_peer.hpp"

#include <utility>

#include "base/assert.hpp"
#include "protocol/topics.hpp"

namespace smartkar::sim {
namespace {

using protocol::Channel;
using protocol::kDefaultTopicPrefix;

// Server and broker stand in one computing centre.
constexpr Duration kLatency = 1ms;
// There is one connection to the broker, and it does not break.
constexpr std::uint64_t kGeneration = 1;

std::vector<std::string> filters() {
  std::vector<std::string> all;
  for (const Channel channel : {Channel::Status, Channel::Response, Channel::State, Channel::Event}) {
    all.emplace_back(protocol::makeFilter(kDefaultTopicPrefix, channel)->view());
  }
  return all;
}

}  // namespace

ServerPeer::ServerPeer(VirtualTime& time, Broker& broker) : time_(time), broker_(broker) {
  happen(server::BrokerUp{kGeneration, true});
  broker_.attach(*this, filters());
}

std::optional<server::CommandId> ServerPeer::order(const Order& order) {
  server::CommandRequested request;
  request.ccid = order.ccid;
  request.action = order.action;
  request.params_json = order.params_json;
  request.ttl_s = order.ttl_s;
  request.principal = "owner";
  accepted_.reset();
  happen(request);
  return accepted_;
}

const server::CommandRecord* ServerPeer::command(std::string_view ccid, server::CommandId id) const {
  const auto found = store_.commands().find({std::string(ccid), id});
  return found != store_.commands().end() ? &found->second : nullptr;
}

void ServerPeer::run(Instant now) {
  if (fleet_.nextDeadline() <= now) happen(server::TimePassed{});
}

void ServerPeer::onMessage(const BrokerMessage& message) {
  time_.after(kLatency, [this, message] { receive(message); });
}

void ServerPeer::tell(const server::Event& event) {
  time_.after(kLatency, [this, event] { happen(event); });
}

void ServerPeer::receive(const BrokerMessage& message) {
  const auto topic = protocol::parseTopic(kDefaultTopicPrefix, message.topic);
  SK_ASSERT(topic.has_value());
  happen(server::MessageReceived{std::string(topic->ccid.view()), topic->channel, message.payload, message.retain,
                                 kGeneration});
}

void ServerPeer::happen(const server::Event& event) {
  const server::Actions actions = fleet_.on(event, time_.now(), time_.wall());
  store_.apply(actions.mutations);
  for (const server::Effect& effect : actions.effects) carryOut(effect);
}

void ServerPeer::carryOut(const server::Effect& effect) {
  if (const auto* command = std::get_if<server::PublishCommand>(&effect)) {
    publish(*command);
  } else if (const auto* accepted = std::get_if<server::CommandAccepted>(&effect)) {
    accepted_ = accepted->id;
  } else if (std::holds_alternative<server::CloseTcp>(effect) && gate_ != nullptr) {
    time_.after(kLatency, [this] { gate_->closeAll(); });
  }
}

void ServerPeer::publish(const server::PublishCommand& command) {
  if (command.tcp != 0) {
    SK_ASSERT(gate_ != nullptr);
    time_.after(kLatency, [this, command] { gate_->write(command.tcp, command.payload); });
    return;
  }
  const auto topic = protocol::makeTopic(kDefaultTopicPrefix, command.ccid, Channel::Command);
  SK_ASSERT(topic.has_value());
  const BrokerMessage message{std::string(topic->view()), command.payload, mqtt::Qos::AtLeastOnce, false,
                              time_.now() + std::chrono::seconds(command.expiry_s)};
  time_.after(kLatency, [this, message] { broker_.publish(message); });
}

}  // namespace smartkar::sim
