#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/broker_message.hpp"
#include "sim/broker_session.hpp"
#include "sim/retained_messages.hpp"
#include "sim/subscription_tree.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// A client inside the simulation's own process: always connected, without bytes.
class LocalClient {
 public:
  virtual ~LocalClient() = default;
  virtual void onMessage(const BrokerMessage& message) = 0;
};

// Mosquitto 2.0.11 as its clients see it, MQTT 3.1.1 and 5; test/interop runs both side by side. Where Mosquitto
// differs from the standard so does this, and docs/brokers.md lists it. Not modelled: topic aliases, will delay, other
// properties of messages than expiry and subscription identifier, Maximum Packet Size of a client, $SYS.
class Broker : public Service, public Actor {
 public:
  // Both outlive this.
  Broker(VirtualTime& time, VirtualNetwork& network, const BrokerLimits& limits = {})
      : time_(time), network_(network), limits_(limits) {}

  enum class Access : std::uint8_t { Read, Write };
  // What clients may do with a topic; everything by default. What is published without leave is acknowledged and
  // dropped; what may not be read can be subscribed to and is not delivered.
  using Allowed = std::function<bool(Access access, std::string_view client_id, std::string_view topic)>;
  void setAccess(Allowed allowed) { allowed_ = std::move(allowed); }
  // What is still kept for a session that the broker has loaded from its file and whose client is not back: until then
  // Mosquitto 2.0.11 knows rules for all (`pattern`) and none of a user (`user`, `topic`), and drops what only those
  // allow. Everything by default.
  using Kept = std::function<bool(std::string_view client_id, std::string_view topic)>;
  void setKeptAfterRestart(Kept kept) { kept_ = std::move(kept); }

  // For whoever watches: every message that is taken.
  std::function<void(const BrokerMessage& message)> on_published = [](const BrokerMessage&) {};

  // How often each client gets a message; asked for every message. QoS 1 allows more than once.
  std::function<int(const BrokerMessage& message)> copies = [](const BrokerMessage&) { return 1; };

  // Everything that matches one of the filters, beginning with what is retained. client: outlives this.
  void attach(LocalClient& client, std::vector<std::string> filters);
  // As a client would. Reaches everybody who subscribed.
  void publish(const BrokerMessage& message) { distribute(message, nullptr); }
  // The process ends and starts again. keep_sessions: it was asked to end (SIGTERM), so it published all wills and
  // saved sessions and retained messages; else it was killed and its file is lost.
  void restart(bool keep_sessions);
  // A client with this id has a connection, as far as the broker knows.
  bool connected(std::string_view client_id) const;
  // …and gets what is published to this topic.
  bool subscribed(std::string_view client_id, std::string_view topic) const;

  void opened(ConnectionId id) override;
  void received(ConnectionId id, std::string_view bytes) override;
  void closed(ConnectionId id) override;

  void run(Instant now) override;
  Instant nextDeadline() const override;

 private:
  struct Connection {
    std::string input;
    BrokerSession* session = nullptr;  // nullptr: no CONNECT came yet
    Instant given_up{};                // while there is no session
  };
  struct Local {
    LocalClient* client;
    std::vector<std::string> filters;
  };
  // A message on its way to all who subscribed.
  struct Distribution;

  // False: the connection was ended.
  bool handle(ConnectionId id, const mqtt::ClientPacket& packet);
  bool handle(BrokerSession& session, const mqtt::ClientPacket& packet);
  void connect(ConnectionId id, const mqtt::Connect& packet);
  // The session of this id as CONNECT finds it; nullptr: it begins anew.
  BrokerSession* takeOver(const std::string& client_id, bool clean);
  bool take(BrokerSession& session, const mqtt::Publish& packet);
  void refuse(BrokerSession& session, const mqtt::Publish& packet, mqtt::ReasonCode reason);
  mqtt::ReasonCode refusal(const BrokerSession& session, const BrokerMessage& message) const;
  void release(BrokerSession& session, std::uint16_t packet_id);
  void subscribe(BrokerSession& session, const mqtt::Subscribe& packet);
  void replay(BrokerSession& session, const mqtt::Subscription& wish, std::uint32_t identifier);
  void unsubscribe(BrokerSession& session, const mqtt::Unsubscribe& packet);
  void goodbye(BrokerSession& session, const mqtt::Disconnect& packet);
  // source: nullptr: no client's. False: nobody subscribed to it.
  bool distribute(const BrokerMessage& message, const BrokerSession* source);
  bool mayReceive(const BrokerSession& session, std::string_view topic) const;
  void deliver(Distribution& distribution, const SubscriptionTree::Subscriber& subscriber);
  void publishWill(BrokerSession& session);
  void disconnect(ConnectionId id);
  void end(ConnectionId id);
  void forget(BrokerSession& session);
  const BrokerSession* connectedSession(std::string_view client_id) const;

  VirtualTime& time_;
  VirtualNetwork& network_;
  const BrokerLimits limits_;
  Allowed allowed_ = [](Access, std::string_view, std::string_view) { return true; };
  Kept kept_ = [](std::string_view, std::string_view) { return true; };
  std::map<ConnectionId, Connection> connections_;
  std::map<std::string, std::unique_ptr<BrokerSession>, std::less<>> sessions_;
  SubscriptionTree subscriptions_;
  RetainedMessages retained_;
  std::vector<Local> locals_;
  std::uint64_t assigned_ids_ = 0;
};

}  // namespace smartkar::sim
