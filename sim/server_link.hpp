#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "modem_sim/network.hpp"
#include "mqtt/client_session.hpp"
#include "sim/virtual_network.hpp"
#include "sim/virtual_time.hpp"

namespace smartkar::sim {

class ServerLink;

// What a ServerLink tells; as server::BrokerSessionListener.
class ServerLinkListener {
 public:
  virtual ~ServerLinkListener() = default;
  virtual void onUp(ServerLink& link, bool session_present) = 0;
  virtual void onDown(ServerLink& link) = 0;
  struct Arrived {
    std::string_view topic;  // valid during the call
    std::string_view payload;
    bool retained = false;
    bool waited = false;     // at the broker, for this connection
    mqtt::AckToken token{};  // for acknowledge(), once the message is stored
  };
  virtual void onMessage(ServerLink& link, const Arrived& message) = 0;
};

struct ServerLinkSettings {
  modem_sim::Endpoint broker;
  std::string client_id;
  std::vector<std::string> filters;  // subscribed to at QoS 1
  std::uint16_t receive_maximum = 256;
};

// One persistent MQTT 5 session of the server's, which reconnects as long as it runs: server/mqtt without Asio.
class ServerLink : public Actor, private modem_sim::NetworkListener {
 public:
  // time, network, listener: outlive this.
  ServerLink(VirtualTime& time, VirtualNetwork& network, ServerLinkSettings settings, ServerLinkListener& listener);
  ~ServerLink() override;

  void start();
  // The process ends: what was in memory is gone, and the operating system closes the connection.
  void kill();
  bool connected() const;
  // False: the token is of an ended connection, and the message comes again.
  bool acknowledge(mqtt::AckToken token);
  // At QoS 1, on this connection only. expiry_s: message expiry, at least 1. False: not connected.
  bool publish(std::string_view topic, std::string_view payload, std::uint32_t expiry_s);

  void run(Instant now) override;
  Instant nextDeadline() const override;

 private:
  struct Process;

  void onOpened(modem_sim::ConnectionId id) override;
  void onOpenFailed(modem_sim::ConnectionId id, modem_sim::OpenError error) override;
  void onReadable(modem_sim::ConnectionId id) override;
  void onClosed(modem_sim::ConnectionId id) override;

  void pump();
  void write();
  void on(const mqtt::Connected& event);
  void on(const mqtt::Message& event);
  void on(const mqtt::Published&) {}
  void on(const mqtt::Subscribed&) {}
  void on(const mqtt::Unsubscribed&) {}
  void on(const mqtt::Disconnected& event);
  void retryLater();

  VirtualTime& time_;
  ModemNetwork network_;
  const ServerLinkSettings settings_;
  ServerLinkListener& listener_;
  std::unique_ptr<Process> process_;  // nullptr: it does not run
};

}  // namespace smartkar::sim
