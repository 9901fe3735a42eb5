#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "modem_sim/transcript/transcript.hpp"

namespace smartkar::modem_sim {

// What a transcript is played on.
class Wires {
 public:
  virtual ~Wires() = default;
  virtual void send(std::string_view bytes) = 0;
  // A note of the transcript, such as "dtr low".
  virtual void control(std::string_view command) = 0;
};

// Plays one side of a transcript against the other side, whose bytes must be those written, in their order. What has a
// time is sent so long after the line before it, the rest at once. Notes are the host's: pins, and
//   wait MS       a pause
//   poll MS MAX   the next command is sent again every MS until it is answered as written, for MAX ms at most; answers
//                 to earlier tries that come within MS more are passed over
class Replay {
 public:
  enum class Role { Host, Modem };

  // wires: outlives this. patience: how long the other side may take for a line.
  Replay(Transcript transcript, Role role, Wires& wires, Duration patience, Instant now);

  void received(std::string_view bytes, Instant now);
  // Does everything due. Call it at nextDeadline(); kNever when it is over.
  void run(Instant now);
  Instant nextDeadline() const;

  // Everything was played, or there is a mismatch.
  bool over() const { return !mismatch_.empty() || (next_ == transcript_.size() && unsolicited_.empty()); }
  // What was wrong, with the line of the transcript; empty if nothing was so far.
  const std::string& mismatch() const { return mismatch_; }
  // What the other side sent after the last line.
  const std::string& rest() const { return input_; }

 private:
  // False: it has to wait.
  bool step(Instant now);
  bool playNote(const TranscriptEntry& entry, Instant now);
  bool compare(const TranscriptEntry& entry, Instant now);
  bool polling() const { return poll_ && next_ > poll_->command && next_ < transcript_.size(); }
  bool pollAgain(const TranscriptEntry& entry, Instant now);
  Instant pollSettled() const;
  void endPoll();
  void dropInput();
  Pattern::Fit takeUnsolicited();
  bool own(const TranscriptEntry& entry) const;
  Instant due(const TranscriptEntry& entry) const;
  void passed(Instant now);
  bool fail(const TranscriptEntry& entry, const std::string& what);

  struct Poll {
    std::size_t command;  // index of its line
    Duration interval;
    Instant end;
    int tries = 0;
  };

  const Transcript transcript_;
  const Role role_;
  Wires& wires_;
  const Duration patience_;
  std::size_t next_ = 0;
  std::optional<Poll> poll_;
  Instant sent_;                          // when the latest line of this side left
  std::vector<std::size_t> unsolicited_;  // indices of lines that may come at any place by now
  Instant since_;                         // when the line before the next passed
  std::string input_;
  std::string mismatch_;
};

}  // namespace smartkar::modem_sim
