#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "modem_sim/transcript/pattern.hpp"

namespace smartkar::modem_sim {

// A line of a session between a host and a modem.
struct TranscriptEntry {
  enum class Kind {
    Host,         // "-> BYTES"
    Modem,        // "<- BYTES"
    Unsolicited,  // "<~ BYTES": the modem's, at any place between its lines from here on
    Note,         // "-- TEXT": a control command, such as a change of a pin, or "wait MS"
  };
  Kind kind = Kind::Note;
  Pattern pattern;             // but for Note
  std::string text;            // as written
  std::optional<Duration> at;  // "1500 -> BYTES": milliseconds since the session began
  std::size_t line = 0;        // of the file, from 1
};
using Transcript = std::vector<TranscriptEntry>;

// Empty lines and those that begin with # are left out. Failure: which line is wrong, and how.
Result<Transcript, std::string> parseTranscript(std::string_view text, const Variables& variables = {});

// The time of a note such as "wait MS"; nothing if its word is another or it has no time.
std::optional<Duration> noteTime(std::string_view note, std::string_view word);

// Makes a transcript out of a session: a line for each line that passes.
class TranscriptWriter {
 public:
  // at: since the session began, never before that of an earlier call. Returns what is complete by now.
  std::string take(TranscriptEntry::Kind kind, std::string_view bytes, Duration at);
  // What has no end of line yet.
  std::string flush();

 private:
  TranscriptEntry::Kind kind_ = TranscriptEntry::Kind::Note;
  std::string bytes_;
  Duration at_{};
};

}  // namespace smartkar::modem_sim
