#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/broker_session.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

// A client inside the simulation's own process: always connected, without bytes.
class LocalClient {
 public:
  virtual ~LocalClient() = default;
  virtual void onMessage(const BrokerMessage& message) = 0;
};

// An MQTT 3.1.1 and 5 broker as Mosquitto is configured for cars: sessions that outlive connections, QoS 0 to 2,
// retained messages, wills, message expiry, keep-alive, take-over, access lists. Not modelled: subscription options and
// identifiers, topic aliases, will delay, expiry of sessions.
class Broker : public Service, public Actor {
 public:
  // Both outlive this.
  Broker(VirtualTime& time, VirtualNetwork& network) : time_(time), network_(network) {}

  enum class Access : std::uint8_t { Read, Write };
  // What clients may do with a topic; everything by default. What is published without leave is acknowledged and
  // dropped.
  using Allowed = std::function<bool(Access access, std::string_view topic)>;
  void setAccess(Allowed allowed) { allowed_ = std::move(allowed); }

  // Everything that matches one of the filters, beginning with what is retained. client: outlives this.
  void attach(LocalClient& client, std::vector<std::string> filters);
  // As a client would. Reaches everybody who subscribed.
  void publish(const BrokerMessage& message);
  // The process ends and starts again; wills are not published. keep_sessions: it had saved them.
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
    std::string client_id;  // empty: no CONNECT came yet
    Instant opened{};
  };
  struct Local {
    LocalClient* client;
    std::vector<std::string> filters;
  };

  // False: the connection was ended.
  bool handle(ConnectionId id, const mqtt::ClientPacket& packet);
  bool connect(ConnectionId id, const mqtt::Connect& packet);
  void take(BrokerSession& session, const mqtt::Publish& packet);
  void subscribe(BrokerSession& session, const mqtt::Subscribe& packet);
  void disconnect(ConnectionId id);
  void end(ConnectionId id);
  BrokerSession* sessionOf(ConnectionId id);
  const BrokerSession* connectedSession(std::string_view client_id) const;

  VirtualTime& time_;
  VirtualNetwork& network_;
  Allowed allowed_ = [](Access, std::string_view) { return true; };
  std::map<ConnectionId, Connection> connections_;
  std::map<std::string, std::unique_ptr<BrokerSession>, std::less<>> sessions_;
  std::map<std::string, BrokerMessage> retained_;
  std::vector<Local> locals_;
};

}  // namespace smartkar::sim
