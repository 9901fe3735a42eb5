#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

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
};

// A sentence for people: "vehicle did not wake within 15 s". Empty for None.
std::string_view faultText(Fault fault);

// What became of a command.
struct Outcome {
  protocol::ResponseStatus status = protocol::ResponseStatus::Completed;
  std::optional<protocol::Stage> stage;  // where it failed
  Fault fault = Fault::None;
  std::uint32_t elapsed_ms = 0;  // since acceptance

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

}  // namespace smartkar::device
