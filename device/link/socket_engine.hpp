#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/scheduler.hpp"
#include "device/link/modem_socket.hpp"
#include "device/link/mqtt_engine.hpp"
#include "device/link/saved_session.hpp"
#include "mqtt/client_session.hpp"

namespace smartkar::device {

// MQTT 3.1.1 spoken by the processor over a connection of the modem (AT+CA…). A publish ends with the broker's PUBACK,
// a message is acknowledged when the sink has it, and what comes while the processor sleeps waits in the modem.
class SocketEngine : public MqttEngine {
 public:
  // socket, scheduler and saved must outlive the object. saved: what suspend() of the previous run left; read by the
  // first open().
  SocketEngine(const MqttEngineParts& parts, ModemSocket& socket, Scheduler& scheduler, SavedSession& saved);

  Task<Result<void, LinkError>> open() override;
  Task<Result<void, LinkError>> publish(std::string_view topic, std::string_view payload, bool retain) override;
  Task<Result<void, LinkError>> receive() override;
  Task<Result<void, LinkError>> close() override;
  bool suspend() override;
  bool up() const override { return session_.connected() && socket_.up(); }

 private:
  // Room for the largest packet: topic, payload, and 8 bytes around them.
  static constexpr std::size_t kPacketBytesMax = protocol::kTopicBytesMax + protocol::kDevicePayloadBytesMax + 32;
  static constexpr std::size_t kInboundMax = 4;  // more wait in the modem
  using Memory = mqtt::FixedSessionMemory<kPacketBytesMax, kPacketBytesMax, kPacketBytesMax, kInboundMax>;

  void restore();
  Task<Done> openSession();
  mqtt::ConnectOptions connectOptions() const;
  Task<Done> subscribe();
  Task<Done> awaitAnswer(std::uint16_t packet_id, Duration limit);
  Task<Done> flush();
  Task<Done> read();
  void dropSession();
  void drainEvents();
  void on(const mqtt::Event& event);
  void onMessage(const mqtt::Message& message);
  void onAnswer(std::uint16_t packet_id, bool accepted);

  ModemSocket& socket_;
  Scheduler& scheduler_;
  SavedSession& saved_;
  Memory memory_;
  mqtt::ClientSession session_;
  std::array<std::uint8_t, 512> input_{};
  std::uint16_t awaited_ = 0;     // the packet whose answer is awaited; 0: CONNACK
  std::optional<bool> accepted_;  // the answer
  bool start_clean_ = false;      // the broker sent what we cannot take and would send it again and again
};

}  // namespace smartkar::device
