#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "modem_sim/data_path.hpp"
#include "modem_sim/event_queue.hpp"
#include "modem_sim/reply.hpp"
#include "mqtt/client_session.hpp"

namespace smartkar::modem_sim {

struct Core;

// The modem's own MQTT 3.1.1 client behind AT+SM…: one connection, messages acknowledged before the host has seen them.
class MqttEngine : public ConnectionUser {
 public:
  static constexpr std::size_t kTopicMax = 128;  // AT Manual V1.05 §17.2.5

  explicit MqttEngine(Core& core) : core_(core) {}

  // AT+SMCONN, SMDISC, SMSUB, SMUNSUB, SMPUB. Ok, an error at once, or Later.
  Reply connect();
  Reply disconnect();
  Reply subscribe(const std::string& topic, int qos);
  Reply unsubscribe(const std::string& topic);
  Reply publish(const std::string& topic, std::string_view payload, int qos, bool retain);

  // 0 off, 1 on, 2 on and the broker kept the session.
  int state() const;
  bool up() const { return phase_ == Phase::Up; }
  // The MQTT thread lets the modem sleep only with SMRCVSLPTM.
  bool keepsAwake() const;
  // The host is there again.
  void hostPresent();
  // The context was switched off in order; or it broke and the connection is gone already.
  void bearerClosed();
  void bearerLost();
  // The firmware ended.
  void reset();

  void opened() override;
  void openFailed(OpenError error) override;
  void received(std::string bytes) override;
  void closed() override;

 private:
  enum class Phase : std::uint8_t { Idle, Waiting, Opening, Handshake, Up };
  enum class Request : std::uint8_t { None, Connect, Subscribe, Unsubscribe, Publish };
  // What ends a connection.
  enum class Loss : std::uint8_t { Close, Context, Silence };
  // Larger packets end the connection; what the real client takes is not documented.
  using Memory = mqtt::FixedSessionMemory<16 * 1024, 8 * 1024, 8 * 1024, 16>;

  bool usesTls() const;
  std::optional<Endpoint> endpoint() const;
  MqttSettings login() const;
  Reply begin(Request request, std::uint16_t packet_id, std::string topic, Duration at_least);
  void pump();
  void sendOutput();
  void handle(const mqtt::Connected& event);
  void handle(const mqtt::Message& event);
  void handle(const mqtt::Published& event);
  void handle(const mqtt::Subscribed& event);
  void handle(const mqtt::Unsubscribed& event);
  void handle(const mqtt::Disconnected& event);
  void show(std::string_view topic, std::string_view payload);
  void acknowledgeHeld();
  void answer(bool success);
  void lose(Loss loss);  // the connection has ended; the modem may notice only later
  void fail(Loss loss);  // tells the command that waits, or the host
  bool announced(Loss loss) const;
  void dropLink();

  Core& core_;
  Phase phase_ = Phase::Idle;
  bool session_present_ = false;
  std::set<std::string> topics_;
  ConnectionId link_ = 0;
  Memory memory_;
  std::optional<mqtt::ClientSession> session_;
  Request request_ = Request::None;
  std::uint16_t request_id_ = 0;
  std::string request_topic_;
  Instant answer_not_before_{};
  EventQueue::Id request_timer_ = 0;
  EventQueue::Id tick_timer_ = 0;
  EventQueue::Id loss_timer_ = 0;
  std::vector<mqtt::AckToken> held_acks_;  // until the host is present
};

}  // namespace smartkar::modem_sim
