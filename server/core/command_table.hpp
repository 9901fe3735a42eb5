#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/core/types.hpp"

namespace smartkar::server {

// The server's table of docs/protocol.md, life of a command at the server: what happens to a command, by what the car
// can know of it. The words are explained there.

enum class Row : std::uint8_t { Waiting, Requeued, Sent, Taken, Withdrawing, SentOnce, Provisional, Closed };
inline constexpr std::size_t kRowCount = 8;

enum class Happening : std::uint8_t {
  Contact,
  Due,
  Progress,
  Final,
  Unknown,
  Busy,
  NeverReceived,
  TooLate,
  Cancel,
  Expiry,
  Silence,
  JournalLost,
  GiveUp,
};
inline constexpr std::size_t kHappeningCount = 13;

enum class Step : std::uint8_t {
  Impossible,  // the timer does not run in this row
  Nothing,
  Send,
  Again,
  Ask,
  CallOff,
  Take,
  Note,
  Press,
  Resume,
  Flag,
  Requeue,
  Release,
  Confirm,
  Withdraw,
  Refuse,
  Drop,
  Doubt,
  Close,
};

Step stepFor(Row row, Happening happening);

// As written in the document: "sent once", "never_received", "call off"; "–" and "×" for Nothing and Impossible.
std::string_view rowName(Row row);
std::string_view happeningName(Happening happening);
std::string_view stepName(Step step);

Row rowOf(const CommandRecord& command);

// How often each cell of the table was entered.
class CellCounts {
 public:
  void count(Row row, Happening happening) { ++counts_[index(row, happening)]; }
  std::uint64_t of(Row row, Happening happening) const { return counts_[index(row, happening)]; }

 private:
  static std::size_t index(Row row, Happening happening) {
    return static_cast<std::size_t>(row) * kHappeningCount + static_cast<std::size_t>(happening);
  }
  std::array<std::uint64_t, kRowCount * kHappeningCount> counts_{};
};

}  // namespace smartkar::server
