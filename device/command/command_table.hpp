#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace smartkar::device {

// The life of a command at the car as a table, the same as in docs/protocol.md: whatever happens to an id is looked up
// here and then done.

// What the car knows of an id.
enum class Row : std::uint8_t { Unseen, Forgotten, Received, Actuating, Finished };
inline constexpr std::size_t kRows = 5;

// What happens to it.
enum class Happening : std::uint8_t {
  Command,
  Expired,
  Busy,
  Bad,
  OtherBody,
  Stale,
  Cancel,
  Asked,
  Ready,
  Refused,
  Done,
  Deadline,
  Expiry,
  Flash,
  Room,
  Restart,
};
inline constexpr std::size_t kHappenings = 16;

// What the car does about it.
enum class Step : std::uint8_t {
  None,
  Impossible,
  Accept,
  Expire,
  Busy,
  Reject,
  Bury,
  GiveUp,
  Deny,
  Doubt,
  Report,
  Conflict,
  TooLate,
  Act,
  Fail,
  Finish,
  Settle,
  Keep,
  Forget,
};

// The words of docs/protocol.md: "unseen", "other body", "give up", "–" for None, "×" for Impossible.
std::string_view rowName(Row row);
std::string_view happeningName(Happening happening);
std::string_view stepName(Step step);

Step stepFor(Row row, Happening happening);

// How often each cell was entered: a diagnostic of the device, and the proof of coverage for its tests.
class CellCounts {
 public:
  // The only way to a step: counts the cell and asserts that it is possible.
  Step enter(Row row, Happening happening);
  // Stays at its highest value.
  std::uint16_t at(Row row, Happening happening) const {
    return counts_[static_cast<std::size_t>(row)][static_cast<std::size_t>(happening)];
  }

 private:
  std::array<std::array<std::uint16_t, kHappenings>, kRows> counts_{};
};

}  // namespace smartkar::device
