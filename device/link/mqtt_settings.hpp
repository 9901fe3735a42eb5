#pragma once

#include <cstdint>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/topics.hpp"

namespace smartkar::device {

// How the will is put into AT+SMCONF="MESSAGE", whose quoting the manual does not define (§17.2.1).
enum class WillFormat : std::uint8_t {
  Word,         // the bare word `offline`: no quotes, no risk
  EscapedJson,  // {\"online\":false,…}; the server reads it with and without the backslashes
};

// One file in the modem.
struct ModemFile {
  FixedString<20> name;  // the limit of SMSSL (§17.2.14); put a revision in it, so that a new content gets a new name
  std::string_view pem;  // 1 … 10240 bytes; must stay valid as long as the manager
};

struct MqttSettings {
  FixedString<246> host;             // for the URL and, with TLS, SNI
  std::uint16_t port = 8883;         //
  bool tls = true;                   // then ca is required: without it the modem trusts every server
  ModemFile ca;                      //
  ModemFile certificate;             // empty name: no client certificate
  ModemFile key;                     //
  FixedString<128> client_id;        // usually the ccid
  FixedString<128> user;             // empty: not sent
  FixedString<128> password;         //
  std::uint16_t keep_alive_s = 300;  // 1 … 65535
  bool clean_session = false;        //
  WillFormat will_format = WillFormat::EscapedJson;
  FixedString<64> topic_prefix = "smartkar";
  protocol::Ccid ccid;  // the id given at provisioning
};

}  // namespace smartkar::device
