#include "sim/broker.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/assert.hpp"
#include "mqtt/decoder.hpp"
#include "mqtt/topic.hpp"

namespace smartkar::sim {
namespace {

using mqtt::PropertyId;
using mqtt::Qos;
using mqtt::ReasonCode;

// Mosquitto's keep-alive of a connection from which no CONNECT came (context__init() of 2.0.11).
constexpr std::chrono::seconds kKeepAliveBeforeConnect{60};

bool matchesAny(const std::vector<std::string>& filters, std::string_view topic) {
  return std::ranges::any_of(filters, [&](const std::string& filter) { return mqtt::matches(filter, topic); });
}

BrokerMessage messageOf(const mqtt::Publish& packet, Instant now) {
  const auto expiry = packet.properties.number(PropertyId::MessageExpiryInterval).value_or(0);
  return {std::string(packet.topic), std::string(mqtt::asText(packet.payload)), packet.qos, packet.retain,
          expiryAfter(now, expiry)};
}

}  // namespace

struct Broker::Distribution {
  const BrokerMessage& message;
  int copies;
  std::set<const BrokerSession*> reached{};
};

void Broker::attach(LocalClient& client, std::vector<std::string> filters) {
  for (const BrokerMessage* const message : retained_.matching("#", time_.now())) {
    if (matchesAny(filters, message->topic)) client.onMessage(*message);
  }
  locals_.push_back({&client, std::move(filters)});
}

void Broker::restart(bool keep_sessions) {
  if (keep_sessions) {
    for (const auto& [id, connection] : connections_) {
      if (connection.session != nullptr) publishWill(*connection.session);
    }
  }
  for (const auto& [id, connection] : connections_) network_.close(id);
  connections_.clear();
  std::vector<BrokerSession*> lost;
  for (const auto& [id, session] : sessions_) {
    // Shared subscriptions are not saved, nor is a session that began clean, even if it is to outlive its connection
    // (persist__client_save() and persist__subs_save() of 2.0.11).
    subscriptions_.removeShared(*session);
    session->restore();
    if (!keep_sessions || session->clean()) lost.push_back(session.get());
  }
  for (BrokerSession* const session : lost) forget(*session);
  keep_sessions ? retained_.prune() : retained_.clear();
}

bool Broker::connected(std::string_view client_id) const { return connectedSession(client_id) != nullptr; }

bool Broker::subscribed(std::string_view client_id, std::string_view topic) const {
  const BrokerSession* const session = connectedSession(client_id);
  return session != nullptr && subscriptions_.subscribes(*session, topic);
}

void Broker::opened(ConnectionId id) { connections_[id].given_up = givenUpAt(time_.now(), kKeepAliveBeforeConnect); }

void Broker::received(ConnectionId id, std::string_view bytes) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.input += bytes;
  const std::uint32_t max_size = limits_.max_packet_size > 0 ? limits_.max_packet_size : mqtt::kLargestPacket;
  for (;;) {
    const auto version = connection.session != nullptr ? connection.session->version() : mqtt::Version::V311;
    const auto decoded = mqtt::decodeClientPacket(mqtt::asBytes(connection.input), version, max_size);
    if (decoded.status == mqtt::DecodeStatus::NeedMore) return;
    if (decoded.status == mqtt::DecodeStatus::Invalid) {
      if (connection.session != nullptr) connection.session->sendDisconnect(decoded.reason);
      return end(id);
    }
    if (!handle(id, decoded.packet)) return end(id);
    connection.input.erase(0, decoded.size);
  }
}

void Broker::closed(ConnectionId id) { disconnect(id); }

void Broker::run(Instant now) {
  std::vector<ConnectionId> silent;
  for (const auto& [id, connection] : connections_) {
    if (connection.session == nullptr && connection.given_up <= now) silent.push_back(id);
  }
  std::vector<BrokerSession*> over;
  for (const auto& [id, session] : sessions_) {
    if (session->heardUntil() <= now) silent.push_back(session->connection());
    if (session->expires() <= now) over.push_back(session.get());
  }
  for (const ConnectionId id : silent) end(id);
  for (BrokerSession* const session : over) forget(*session);
}

Instant Broker::nextDeadline() const {
  Instant next = kNever;
  for (const auto& [id, connection] : connections_) {
    if (connection.session == nullptr) next = std::min(next, connection.given_up);
  }
  for (const auto& [id, session] : sessions_) next = std::min({next, session->heardUntil(), session->expires()});
  return next;
}

bool Broker::handle(ConnectionId id, const mqtt::ClientPacket& packet) {
  BrokerSession* const session = connections_.at(id).session;
  const auto* const hello = std::get_if<mqtt::Connect>(&packet);
  if ((hello != nullptr) != (session == nullptr)) return false;  // CONNECT first, and only once
  if (session != nullptr) {
    session->heard(time_.now());
    return handle(*session, packet);
  }
  if (hello->client_id.empty() && !hello->clean_start && !mqtt::isV5(hello->version)) return false;
  connect(id, *hello);
  return true;
}

bool Broker::handle(BrokerSession& session, const mqtt::ClientPacket& packet) {
  const Instant now = time_.now();
  BrokerOutbox& outbox = session.outbox();
  if (const auto* answer = std::get_if<mqtt::Puback>(&packet)) {
    return outbox.acknowledged(answer->packet_id, Qos::AtLeastOnce, now);
  }
  if (const auto* complete = std::get_if<mqtt::Pubcomp>(&packet)) {
    return outbox.acknowledged(complete->packet_id, Qos::ExactlyOnce, now);
  }
  if (const auto* received = std::get_if<mqtt::Pubrec>(&packet)) {
    const bool refused = static_cast<std::uint8_t>(received->reason) >= 0x80;  // MQTT 5.0 section 2.4
    return refused ? outbox.refused(received->packet_id, now) : outbox.received(received->packet_id);
  }
  if (const auto* message = std::get_if<mqtt::Publish>(&packet)) return take(session, *message);
  if (const auto* complete = std::get_if<mqtt::Pubrel>(&packet)) {
    release(session, complete->packet_id);
  } else if (const auto* wish = std::get_if<mqtt::Subscribe>(&packet)) {
    subscribe(session, *wish);
  } else if (const auto* unwish = std::get_if<mqtt::Unsubscribe>(&packet)) {
    unsubscribe(session, *unwish);
  } else if (std::holds_alternative<mqtt::Pingreq>(packet)) {
    session.answerPing();
  } else {
    if (const auto* end = std::get_if<mqtt::Disconnect>(&packet)) goodbye(session, *end);
    return false;
  }
  return true;
}

void Broker::connect(ConnectionId id, const mqtt::Connect& packet) {
  const bool assigned = packet.client_id.empty();
  const std::string client_id = assigned ? "auto-" + std::to_string(++assigned_ids_) : std::string(packet.client_id);
  BrokerSession* session = takeOver(client_id, packet.clean_start);
  const bool present = session != nullptr;
  if (!present) {
    auto& fresh = sessions_[client_id];
    fresh = std::make_unique<BrokerSession>(
        client_id, limits_, [this](ConnectionId to, std::string_view bytes) { network_.send(to, bytes); });
    session = fresh.get();
  }
  connections_.at(id).session = session;
  session->connect(packet, id, time_.now());
  session->welcome(present, assigned, time_.now());
}

BrokerSession* Broker::takeOver(const std::string& client_id, bool clean) {
  const auto known = sessions_.find(client_id);
  if (known == sessions_.end()) return nullptr;
  BrokerSession& session = *known->second;
  const bool goes_on = !clean && session.expiryInterval() > 0;
  if (clean) subscriptions_.removeAll(session);
  // Against MQTT 5.0 section 3.1.2.5, whose session goes on gets no will published (connect__on_authorised()
  // of 2.0.11).
  const bool ends_with_connection = mqtt::isV5(session.version()) ? session.expiryInterval() == 0 : session.clean();
  if (clean || ends_with_connection) publishWill(session);
  if (session.connected()) {
    const ConnectionId connection = session.connection();
    connections_.erase(connection);
    network_.close(connection);
  }
  if (goes_on) return &session;
  forget(session);
  return nullptr;
}

bool Broker::take(BrokerSession& session, const mqtt::Publish& packet) {
  const BrokerMessage message = messageOf(packet, time_.now());
  const bool answered = packet.qos != Qos::AtMostOnce;
  BrokerInbox& inbox = session.inbox();
  ReasonCode refused = refusal(session, message);
  auto verdict = BrokerInbox::Verdict::New;
  if (answered && refused == ReasonCode::Success) verdict = inbox.judge(packet.packet_id, message);
  if (verdict == BrokerInbox::Verdict::TooOften) {
    session.sendDisconnect(ReasonCode::ProtocolError);
    return false;
  }
  if (verdict == BrokerInbox::Verdict::NoRoom) refused = ReasonCode::QuotaExceeded;
  if (refused != ReasonCode::Success) {
    if (answered) refuse(session, packet, refused);
    return true;
  }
  if (packet.qos == Qos::ExactlyOnce) {
    if (verdict == BrokerInbox::Verdict::New) inbox.hold(packet.packet_id, message);
    session.reply<mqtt::Pubrec>(packet.packet_id);
  } else {
    const bool wanted = distribute(message, &session);
    const ReasonCode reason = wanted ? ReasonCode::Success : ReasonCode::NoMatchingSubscribers;
    if (answered) session.reply<mqtt::Puback>(packet.packet_id, reason);
  }
  for (const std::uint16_t admitted : inbox.admitQueued()) session.reply<mqtt::Pubrec>(admitted);
  return true;
}

// A client of 3.1.1 cannot be told: to it the message looks taken.
void Broker::refuse(BrokerSession& session, const mqtt::Publish& packet, ReasonCode reason) {
  if (packet.qos == Qos::AtLeastOnce || mqtt::isV5(session.version())) session.inbox().refused();
  if (packet.qos == Qos::AtLeastOnce) {
    session.reply<mqtt::Puback>(packet.packet_id, reason);
  } else {
    session.reply<mqtt::Pubrec>(packet.packet_id, reason);
  }
}

ReasonCode Broker::refusal(const BrokerSession& session, const BrokerMessage& message) const {
  if (limits_.message_size_limit > 0 && message.payload.size() > limits_.message_size_limit) {
    return ReasonCode::PacketTooLarge;
  }
  return allowed_(Access::Write, session.clientId(), message.topic) ? ReasonCode::Success : ReasonCode::NotAuthorized;
}

void Broker::release(BrokerSession& session, std::uint16_t packet_id) {
  if (const auto message = session.inbox().release(packet_id)) distribute(*message, &session);
  session.reply<mqtt::Pubcomp>(packet_id);
}

void Broker::subscribe(BrokerSession& session, const mqtt::Subscribe& packet) {
  const std::uint32_t identifier = packet.properties.number(PropertyId::SubscriptionIdentifier).value_or(0);
  std::vector<std::uint8_t> granted;
  std::size_t offset = 0;
  while (const auto wish = packet.subscriptions.next(offset)) {
    const SubscriptionOptions options{wish->qos, wish->no_local, wish->retain_as_published, identifier};
    const bool fresh = subscriptions_.add(wish->filter, session, options);
    const bool replayed = wish->retain_handling == mqtt::RetainHandling::SendAtSubscribe ||
                          (fresh && wish->retain_handling == mqtt::RetainHandling::SendIfNewSubscription);
    if (replayed) replay(session, *wish, identifier);
    granted.push_back(static_cast<std::uint8_t>(wish->qos));
  }
  session.answerSubscribe(packet.packet_id, granted);
  session.outbox().flush(time_.now());
}

// Also of shared subscriptions, against MQTT 5.0 section 4.8.2.
void Broker::replay(BrokerSession& session, const mqtt::Subscription& wish, std::uint32_t identifier) {
  for (const BrokerMessage* const message : retained_.matching(wish.filter, time_.now())) {
    if (!allowed_(Access::Read, session.clientId(), message->topic)) continue;
    Outgoing outgoing{.message = *message, .subscription = identifier};
    outgoing.message.qos = std::min(message->qos, wish.qos);
    if (outgoing.message.qos != Qos::AtMostOnce) outgoing.packet_id = session.outbox().nextPacketId();
    session.outbox().insert(std::move(outgoing), false, time_.now());
  }
}

void Broker::unsubscribe(BrokerSession& session, const mqtt::Unsubscribe& packet) {
  std::vector<std::uint8_t> reasons;
  std::size_t offset = 0;
  while (const auto filter = packet.filters.next(offset)) {
    const bool removed = subscriptions_.remove(*filter, session);
    reasons.push_back(static_cast<std::uint8_t>(removed ? ReasonCode::Success : ReasonCode::NoSubscriptionExisted));
  }
  session.answerUnsubscribe(packet.packet_id, reasons);
}

void Broker::goodbye(BrokerSession& session, const mqtt::Disconnect& packet) {
  if (const auto expiry = packet.properties.number(PropertyId::SessionExpiryInterval)) {
    if (session.expiryInterval() == 0 && *expiry != 0) return session.sendDisconnect(ReasonCode::ProtocolError);
    session.setExpiryInterval(*expiry);
  }
  session.outbox().rest();
  if (packet.reason != ReasonCode::DisconnectWithWill) session.forgetWill();
}

bool Broker::distribute(const BrokerMessage& message, const BrokerSession* source) {
  on_published(message);
  Distribution distribution{message, copies(message)};
  const bool any = subscriptions_.visit(message.topic, source, [&](const SubscriptionTree::Subscriber& subscriber) {
    deliver(distribution, subscriber);
  });
  BrokerMessage live = message;
  live.retain = false;
  for (const Local& local : locals_) {
    if (matchesAny(local.filters, message.topic)) local.client->onMessage(live);
  }
  if (message.retain) retained_.store(message);
  return any;
}

bool Broker::mayReceive(const BrokerSession& session, std::string_view topic) const {
  if (session.restored() && !kept_(session.clientId(), topic)) return false;
  return allowed_(Access::Read, session.clientId(), topic);
}

// Whose subscriptions overlap gets a message once in 3.1.1, at the QoS of the subscription that is visited first, and
// once for each subscription in 5 (allow_duplicate_messages, which is off).
void Broker::deliver(Distribution& distribution, const SubscriptionTree::Subscriber& subscriber) {
  BrokerSession& session = *subscriber.session;
  if (!mayReceive(session, distribution.message.topic)) return;
  Outgoing outgoing{.message = distribution.message, .subscription = subscriber.options.identifier};
  outgoing.message.qos = std::min(distribution.message.qos, subscriber.options.qos);
  outgoing.message.retain = distribution.message.retain && subscriber.options.retain_as_published;
  const bool once = !mqtt::isV5(session.version()) && !outgoing.message.retain;
  for (int i = 0; i < distribution.copies; ++i) {
    if (outgoing.message.qos != Qos::AtMostOnce) outgoing.packet_id = session.outbox().nextPacketId();
    if (once && i == 0 && distribution.reached.contains(&session)) return;
    if (session.outbox().insert(outgoing, true, time_.now()) && !outgoing.message.retain) {
      distribution.reached.insert(&session);
    }
  }
}

void Broker::publishWill(BrokerSession& session) {
  const auto will = session.takeWill(time_.now());
  if (will && allowed_(Access::Write, session.clientId(), will->topic)) distribute(*will, &session);
}

// The connection is over, whoever ended it.
void Broker::disconnect(ConnectionId id) {
  const auto connection = connections_.extract(id);
  if (connection.empty() || connection.mapped().session == nullptr) return;
  BrokerSession& session = *connection.mapped().session;
  session.disconnect(time_.now());
  publishWill(session);
  session.outbox().rest();
  if (session.expiryInterval() == 0) forget(session);
}

void Broker::end(ConnectionId id) {
  disconnect(id);
  network_.close(id);
}

void Broker::forget(BrokerSession& session) {
  subscriptions_.removeAll(session);
  sessions_.erase(sessions_.find(session.clientId()));
}

const BrokerSession* Broker::connectedSession(std::string_view client_id) const {
  const auto session = sessions_.find(client_id);
  return session != sessions_.end() && session->second->connected() ? session->second.get() : nullptr;
}

}  // namespace smartkar::sim
