#include "sim/broker.hpp"

#include <algorithm>
#include <utility>

#include "mqtt/decoder.hpp"
#include "mqtt/topic.hpp"

namespace smartkar::sim {
namespace {

// Mosquitto gives a connection so long to send CONNECT.
constexpr Duration kConnectLimit = 90s;

bool matchesAny(const std::vector<std::string>& filters, std::string_view topic) {
  return std::ranges::any_of(filters, [&](const std::string& filter) { return mqtt::matches(filter, topic); });
}

}  // namespace

void Broker::attach(LocalClient& client, std::vector<std::string> filters) {
  for (const auto& [topic, message] : retained_) {
    if (matchesAny(filters, topic)) client.onMessage(message);
  }
  locals_.push_back({&client, std::move(filters)});
}

void Broker::publish(const BrokerMessage& message) {
  const Instant now = time_.now();
  BrokerMessage live = message;
  live.retain = false;
  for (auto& [id, session] : sessions_) {
    const auto wanted = session->wants(message.topic);
    if (!wanted) continue;
    BrokerMessage copy = live;
    copy.qos = std::min(message.qos, *wanted);
    session->deliver(std::move(copy), now);
  }
  for (const Local& local : locals_) {
    if (matchesAny(local.filters, message.topic)) local.client->onMessage(live);
  }
  if (!message.retain) return;
  if (message.payload.empty()) {
    retained_.erase(message.topic);
  } else {
    retained_[message.topic] = message;
  }
}

void Broker::restart(bool keep_sessions) {
  for (const auto& [id, connection] : connections_) network_.close(id);
  connections_.clear();
  for (auto& [id, session] : sessions_) session->disconnect();
  std::erase_if(sessions_, [&](const auto& entry) { return !keep_sessions || entry.second->ephemeral(); });
}

bool Broker::connected(std::string_view client_id) const { return connectedSession(client_id) != nullptr; }

bool Broker::subscribed(std::string_view client_id, std::string_view topic) const {
  const BrokerSession* const session = connectedSession(client_id);
  return session != nullptr && session->wants(topic).has_value();
}

void Broker::opened(ConnectionId id) { connections_[id].opened = time_.now(); }

void Broker::received(ConnectionId id, std::string_view bytes) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.input += bytes;
  for (;;) {
    const BrokerSession* const session = sessionOf(id);
    const auto version = session != nullptr ? session->version() : mqtt::Version::V311;
    const auto decoded = mqtt::decodeClientPacket(mqtt::asBytes(connection.input), version);
    if (decoded.status == mqtt::DecodeStatus::NeedMore) return;
    if (decoded.status == mqtt::DecodeStatus::Invalid) return end(id);
    if (!handle(id, decoded.packet)) return;
    connection.input.erase(0, decoded.size);
  }
}

void Broker::closed(ConnectionId id) { disconnect(id); }

void Broker::run(Instant now) {
  std::vector<ConnectionId> silent;
  for (const auto& [id, connection] : connections_) {
    if (connection.client_id.empty() && connection.opened + kConnectLimit <= now) silent.push_back(id);
  }
  for (const auto& [id, session] : sessions_) {
    if (session->heardUntil() <= now) silent.push_back(session->connection());
  }
  for (const ConnectionId id : silent) end(id);
}

Instant Broker::nextDeadline() const {
  Instant next = kNever;
  for (const auto& [id, connection] : connections_) {
    if (connection.client_id.empty()) next = std::min(next, connection.opened + kConnectLimit);
  }
  for (const auto& [id, session] : sessions_) next = std::min(next, session->heardUntil());
  return next;
}

bool Broker::handle(ConnectionId id, const mqtt::ClientPacket& packet) {
  const auto* const hello = std::get_if<mqtt::Connect>(&packet);
  BrokerSession* const session = sessionOf(id);
  if ((hello != nullptr) != (session == nullptr)) {  // CONNECT first, and only once
    end(id);
    return false;
  }
  if (hello != nullptr) return connect(id, *hello);
  const Instant now = time_.now();
  session->heard(now);
  if (const auto* message = std::get_if<mqtt::Publish>(&packet)) {
    take(*session, *message);
  } else if (const auto* answer = std::get_if<mqtt::Puback>(&packet)) {
    session->acknowledged(answer->packet_id, now);
  } else if (const auto* received = std::get_if<mqtt::Pubrec>(&packet)) {
    session->received(received->packet_id);
  } else if (const auto* complete = std::get_if<mqtt::Pubcomp>(&packet)) {
    session->acknowledged(complete->packet_id, now);
  } else if (const auto* release = std::get_if<mqtt::Pubrel>(&packet)) {
    session->release(release->packet_id);
  } else if (const auto* wish = std::get_if<mqtt::Subscribe>(&packet)) {
    subscribe(*session, *wish);
  } else if (const auto* unwish = std::get_if<mqtt::Unsubscribe>(&packet)) {
    session->unsubscribe(*unwish);
  } else if (std::holds_alternative<mqtt::Pingreq>(packet)) {
    session->answerPing();
  } else {
    if (std::holds_alternative<mqtt::Disconnect>(packet)) session->forgetWill();
    end(id);
    return false;
  }
  return true;
}

bool Broker::connect(ConnectionId id, const mqtt::Connect& packet) {
  const std::string client_id(packet.client_id);
  if (client_id.empty()) {
    end(id);
    return false;
  }
  if (const auto known = sessions_.find(client_id); known != sessions_.end()) {
    if (known->second->connected()) end(known->second->connection());
    if (packet.clean_start) sessions_.erase(client_id);
  }
  auto& session = sessions_[client_id];
  const bool present = session != nullptr;
  if (!present) {
    session = std::make_unique<BrokerSession>(
        [this](ConnectionId connection, std::string_view bytes) { network_.send(connection, bytes); });
  }
  connections_[id].client_id = client_id;
  session->connect(packet, id, present, time_.now());
  return true;
}

void Broker::take(BrokerSession& session, const mqtt::Publish& packet) {
  BrokerMessage message;
  message.topic = packet.topic;
  message.payload = mqtt::asText(packet.payload);
  message.qos = packet.qos;
  message.retain = packet.retain;
  const auto expiry = packet.properties.number(mqtt::PropertyId::MessageExpiryInterval);
  if (expiry) message.expires = time_.now() + std::chrono::seconds(*expiry);
  if (packet.qos == mqtt::Qos::AtLeastOnce) session.acknowledge(packet.packet_id);
  if (packet.qos == mqtt::Qos::ExactlyOnce && !session.takeOnce(packet.packet_id)) return;
  if (allowed_(Access::Write, message.topic)) publish(message);
}

void Broker::subscribe(BrokerSession& session, const mqtt::Subscribe& packet) {
  const auto allowed = [this](std::string_view filter) { return allowed_(Access::Read, filter); };
  session.subscribe(packet, allowed);
  std::size_t offset = 0;
  while (const auto entry = packet.subscriptions.next(offset)) {
    for (const auto& [topic, message] : retained_) {
      if (!allowed(entry->filter) || !mqtt::matches(entry->filter, topic)) continue;
      BrokerMessage copy = message;
      copy.qos = std::min(message.qos, entry->qos);
      session.deliver(std::move(copy), time_.now());
    }
  }
}

// The connection is over, whoever ended it.
void Broker::disconnect(ConnectionId id) {
  BrokerSession* const session = sessionOf(id);
  const auto connection = connections_.extract(id);
  if (session == nullptr) return;
  const auto will = session->disconnect();
  if (session->ephemeral()) sessions_.erase(connection.mapped().client_id);
  if (will && allowed_(Access::Write, will->topic)) publish(*will);
}

void Broker::end(ConnectionId id) {
  disconnect(id);
  network_.close(id);
}

BrokerSession* Broker::sessionOf(ConnectionId id) {
  const auto connection = connections_.find(id);
  if (connection == connections_.end() || connection->second.client_id.empty()) return nullptr;
  return sessions_.find(connection->second.client_id)->second.get();
}

const BrokerSession* Broker::connectedSession(std::string_view client_id) const {
  const auto session = sessions_.find(client_id);
  return session != sessions_.end() && session->second->connected() ? session->second.get() : nullptr;
}

}  // namespace smartkar::sim
