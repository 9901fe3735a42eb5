#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/log.hpp"
#include "device/link/command_sender.hpp"
#include "device/link/mqtt_settings.hpp"
#include "device/link/server_link.hpp"
#include "device/link/tls_files.hpp"

namespace smartkar::device {

struct MqttCounters {
  std::uint32_t received = 0;
  std::uint32_t malformed = 0;      // +SMSUB lines that are not exactly `"topic","hex"`
  std::uint32_t foreign = 0;        // for another topic
  std::uint32_t too_long = 0;       // beyond kCommandBytesMax
  std::uint32_t connects = 0;       // sessions opened
  std::uint32_t adoptions = 0;      // sessions found alive
  std::uint32_t garbled_polls = 0;  // SMSTATE? without a readable answer
};

// What sessions are opened with and what came of them: belongs to the manager, used by its engine.
struct MqttProfile {
  // settings: host, client id, topic prefix and ccid must be valid (asserts).
  explicit MqttProfile(const MqttSettings& settings);

  const BrokerAddress& address() const { return broker == Broker::First ? settings.broker : settings.second_broker; }

  MqttSettings settings;
  Broker broker = Broker::First;  // where the next session leads
  FixedString<120> will;
  protocol::Topic command_topic;
  protocol::Topic status_topic;
  MqttCounters counters;
  bool adopted = false;  // the latest open() found the session alive instead of opening one
};

// What an engine is made of. All must outlive it.
struct MqttEngineParts {
  CommandSender& sender;
  TlsFiles& files;
  InboundSink& sink;
  LogSink& log;
  MqttProfile& profile;
};

// One way to speak MQTT through the modem: QoS 1 both ways, persistent session. The manager has the modem connected
// before open() and keeps account of how dialogues end.
class MqttEngine {
 public:
  explicit MqttEngine(const MqttEngineParts& parts)
      : sender_(parts.sender),
        files_(parts.files),
        sink_(parts.sink),
        log_(parts.log, "mqtt"),
        profile_(parts.profile) {}
  MqttEngine(const MqttEngine&) = delete;
  MqttEngine& operator=(const MqttEngine&) = delete;
  virtual ~MqttEngine() = default;

  // Each as the function of the same name in ServerLink.
  virtual Task<Result<void, LinkError>> open() = 0;
  virtual Task<Result<void, LinkError>> publish(std::string_view topic, std::string_view payload, bool retain) = 0;
  virtual Task<Result<void, LinkError>> receive() = 0;
  virtual Task<Result<void, LinkError>> close() = 0;
  virtual bool suspend() = 0;
  virtual bool up() const = 0;

  Arena& arena() { return sender_.arena(); }

 protected:
  using Done = Result<void, LinkError>;

  // True if a message with this topic and size is for the sink; otherwise it is counted.
  bool wanted(std::string_view topic, std::size_t size);

  CommandSender& sender_;
  TlsFiles& files_;
  InboundSink& sink_;
  Log log_;
  MqttProfile& profile_;
};

}  // namespace smartkar::device
