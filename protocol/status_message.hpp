#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/fixed_string.hpp"
#include "base/fixed_vector.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "protocol/command.hpp"
#include "protocol/field_error.hpp"
#include "protocol/limits.hpp"

namespace smartkar::protocol {

enum class Presence : std::uint8_t {
  Awake,   // the car says it listens
  Asleep,  // the car says it stops listening, and why
  Will,    // the broker says the connection is gone: closes that connection only
};

enum class OfflineReason : std::uint8_t { Sleep, Shutdown, Reboot, LowBattery, Budget };

// "sleep", "shutdown", "reboot", "low_battery", "budget".
std::string_view offlineReasonName(OfflineReason reason);

// What is retained on the status topic.
struct StatusMessage {
  Presence presence = Presence::Will;
  std::optional<std::uint32_t> boot;  // boots of the car so far; the sender always gives boot and conn
  std::optional<std::uint32_t> conn;  // connections of this boot so far
  std::optional<std::uint32_t> seq;   // status messages of this boot so far; a will has none
  std::optional<UnixTime> timestamp;  // absent while the car does not know the time

  // Awake only.
  std::optional<ContactNonce> contact;
  FixedString<kValueTextBytesMax> wake_cause;    // "modem_ri", "timer", …
  std::optional<std::uint32_t> journal;          // epoch of the command journal; written as up to 8 hex digits
  std::optional<CommandId> max_id;               // highest command id the car remembers; 0: none
  FixedVector<FixedString<16>, 8> capabilities;  // `caps`; "sync": takes part in contacts
  FixedString<32> firmware;                      // `fw`
  FixedString<8> link;                           // "mqtt", "tcp"

  // Asleep only.
  std::optional<OfflineReason> reason;  // absent: a reason this version has no name for
  std::optional<UnixTime> next_wake;    // when the timer wakes the car
};

// Fails with TooLong beyond kDevicePayloadBytesMax or out.
Result<std::string_view, EncodeError> encodeStatus(const StatusMessage& status, std::span<char> out);

// The will to register for one connection.
Result<std::string_view, EncodeError> encodeWill(std::uint32_t boot, std::uint32_t conn, std::span<char> out);

// Reads a status, the bare will `offline`, and either as a modem may have mangled them: every quote with a backslash.
// document: memory for the parsed text, of no further use afterwards.
Result<StatusMessage, FieldError> decodeStatus(std::string_view text, JsonDocument& document);

}  // namespace smartkar::protocol
