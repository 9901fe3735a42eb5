#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/fixed_string.hpp"
#include "protocol/response.hpp"

namespace smartkar::device {

// Why a command did not complete; stored in the journal as one byte, so numbers must not change.
enum class Fault : std::uint8_t {
  None = 0,
  WakeFailed = 1,       // no wake frame could be sent
  WakeTimeout = 2,      // the vehicle did not wake in 15 s
  ProfileFailed = 3,    // the profile could not be sent
  ProfileRejected = 4,  // the vehicle refused the profile
  ProfileTimeout = 5,   // no answer to the profile in 5 s
  SendFailed = 6,       // the operation could not be sent
  Rejected = 7,         // the vehicle refused the operation
  Unconfirmed = 8,      // the operation went out, the vehicle did not say what became of it in 30 s
  Overdue = 9,          // 60 s in all are over
  NotActed = 10,        // the device restarted before it acted
  Interrupted = 11,     // the device restarted after it began to act
  Expired = 12,         // the deadline had passed
  JournalFailed = 13,   // the flash did not take the record that must precede the act
  NotTold = 14,         // the vehicle did not answer what must be known before acting in 5 s
  ConditionUnmet = 15,  // a condition of onlyIf did not hold
  NotStored = 16,       // the flash did not take the configuration
  NotAscending = 17,    // settings that must ascend would not
};

// A sentence for people: "vehicle did not wake within 15 s". Empty for None.
std::string_view faultText(Fault fault);

// A condition of onlyIf that did not hold, and what was seen instead.
struct Unmet {
  std::uint8_t condition = 0;          // its place in protocol::conditions()
  std::optional<std::int16_t> tenths;  // of the value; a flag is 0 or 10; nothing: unknown

  friend bool operator==(const Unmet&, const Unmet&) = default;
};

// What became of a command.
struct Outcome {
  protocol::ResponseStatus status = protocol::ResponseStatus::Completed;
  std::optional<protocol::Stage> stage;  // where it failed
  Fault fault = Fault::None;
  std::uint32_t elapsed_ms = 0;     // since acceptance
  std::optional<Unmet> unmet = {};  // only with ConditionUnmet

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Why it did not complete, for people; of a condition: "onlyIf socBelow: it is 85". Empty if it did.
FixedString<protocol::kErrorTextBytesMax> errorText(const Outcome& outcome);

}  // namespace smartkar::device
