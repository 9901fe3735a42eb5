#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/log.hpp"
#include "mqtt/client_session.hpp"
#include "server/core/actions.hpp"
#include "server/core/event.hpp"
#include "server/mqtt/broker_session.hpp"

namespace smartkar::server {

// Names one message that awaits its acknowledgement.
struct Receipt {
  BrokerSession* session = nullptr;
  mqtt::AckToken token;
};

// What a BrokerLink tells, on the io_context's thread.
class BrokerLinkListener {
 public:
  virtual ~BrokerLinkListener() = default;
  // BrokerUp, BrokerDown or MessagesDropped.
  virtual void onBroker(const Event& event) = 0;
  // A message from a car, registered or not. receipt: for acknowledge(), once the message is stored.
  virtual void onMessage(MessageReceived message, Receipt receipt) = 0;
  // All that has arrived so far has been handed over.
  virtual void onIdle() = 0;
};

// The server's side of the broker: one session for control traffic (status, response, commands), one for bulk (state,
// event), so that telemetry never delays a final response. Up and down, and the generation, are those of the control
// session.
class BrokerLink {
 public:
  struct Settings {
    BrokerAddress broker;
    std::string client_id = "smartkar-server";  // "-control" and "-bulk" are appended
    std::string topic_prefix = "smartkar";      // protocol::validTopicPrefix
    std::size_t number = 0;                     // BrokerUp::broker
    Backoff::Limits reconnect{};
  };

  // io, listener, sink: as for BrokerSession.
  BrokerLink(boost::asio::io_context& io, const Settings& settings, BrokerLinkListener& listener, LogSink& sink);

  void start();
  // Ends both connections; the broker keeps the sessions. No work is left on the io_context soon after.
  void stop();
  // Both sessions are connected.
  bool up() const { return control_.session.connected() && bulk_.session.connected(); }
  // All that waited for these connections is here; later messages are news.
  bool caughtUp() const { return control_.caught_up && bulk_.caught_up; }
  // The message is stored. False: its connection has ended, it will come again.
  static bool acknowledge(const Receipt& receipt) { return receipt.session->acknowledge(receipt.token); }
  // False if it was not handed to the broker: of another connection generation, or no room. Nobody waits for it then:
  // the Fleet sends again.
  bool publish(const PublishCommand& command);

 private:
  // Tells BrokerLink which of its sessions speaks.
  struct Part final : BrokerSessionListener {
    Part(BrokerLink& owner, boost::asio::io_context& io, BrokerSessionSettings settings, LogSink& sink)
        : link(owner), session(io, std::move(settings), *this, sink) {}
    void onUp(bool session_present) override { link.onUp(*this, session_present); }
    void onDown() override { link.onDown(*this); }
    void onMessage(std::string_view topic, std::string_view payload, bool retained, mqtt::AckToken token) override {
      link.onMessage(*this, topic, payload, retained, token);
    }
    void onIdle() override { link.listener_.onIdle(); }

    BrokerLink& link;
    BrokerSession session;
    // Whether all that had waited at the broker is here: the latest marker has come back.
    bool caught_up = false;
    int markers = 0;     // published on this connection
    std::string marker;  // the latest
    Instant marked_at{};
  };

  void onUp(Part& part, bool session_present);
  void onDown(Part& part);
  void mark(Part& part);
  static void onMarker(Part& part, std::string_view text);
  bool waited(Part& part);
  void onDroppedTotal(std::string_view total);
  void onMessage(Part& part, std::string_view topic, std::string_view payload, bool retained, mqtt::AckToken token);

  const std::string topic_prefix_;
  const std::string marker_topic_;
  const std::size_t number_;
  BrokerLinkListener& listener_;
  const Log log_;
  std::uint64_t generation_;
  std::uint64_t dropped_ = 0;  // by the broker since its start, as far as it was told
  Part control_;
  Part bulk_;
};

}  // namespace smartkar::server
