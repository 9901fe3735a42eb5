#pragma once

#include <cstdint>

#include "base/fixed_string.hpp"
#include "device/link/tls_files.hpp"
#include "protocol/topics.hpp"

namespace smartkar::device {

// How the will is put into AT+SMCONF="MESSAGE", whose quoting the manual does not define (§17.2.1).
enum class WillFormat : std::uint8_t {
  Word,         // the bare word `offline`: no quotes, no risk
  EscapedJson,  // {\"online\":false,…}; the server reads it with and without the backslashes; Word if refused
};

// Who speaks MQTT (docs/architecture.md).
enum class MqttEngineKind : std::uint8_t {
  Native,  // the modem's own client (AT+SM…)
  Socket,  // the processor, over a connection of the modem (AT+CA…)
};

// Both have the same topics and know the car by the same name and certificate.
enum class Broker : std::uint8_t { First, Second };

struct BrokerAddress {
  FixedString<246> host;      // for the URL and, with TLS, SNI; the socket engine takes at most 64 bytes
  std::uint16_t port = 8883;  //
};

struct MqttSettings {
  MqttEngineKind engine = MqttEngineKind::Native;
  BrokerAddress broker;              //
  BrokerAddress second_broker;       // empty host: there is none
  bool tls = true;                   //
  TlsIdentity identity;              // with TLS
  FixedString<128> client_id;        // usually the ccid
  FixedString<128> user;             // empty: not sent
  FixedString<128> password;         //
  std::uint16_t keep_alive_s = 300;  // 1 … 65535: how often the modem gives a sign of life, also while the car sleeps
  // Socket engine: by when the broker must hear of the processor itself, which sleeps; twice the longest sleep.
  std::uint16_t silence_max_s = 21600;
  bool clean_session = false;  //
  WillFormat will_format = WillFormat::EscapedJson;
  FixedString<64> topic_prefix = "smartkar";
  protocol::Ccid ccid;  // the id given at provisioning
};

}  // namespace smartkar::device
