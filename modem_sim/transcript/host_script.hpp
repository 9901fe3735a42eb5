#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "modem_sim/transcript/replay.hpp"

namespace smartkar::modem_sim {

// A host that follows a transcript for ever and lets nothing stop it: what the modem says besides the lines expected is
// passed over. A line that does not come in time, or an error instead of it, begins the script again; a modem that
// stays silent is switched by PWRKEY, in the end by its supply.
//
// Notes besides control commands: "wait MS"; "within MS": how long lines may take from here on, 10 s at first; "loop":
// where to go on after the end, the beginning without it.
class HostScript {
 public:
  // wires: outlives this. begin: when to start.
  HostScript(Transcript script, Wires& wires, Instant begin);
  HostScript(const HostScript&) = delete;
  HostScript& operator=(const HostScript&) = delete;

  void received(std::string_view bytes, Instant now);
  // Does everything due. Call it at nextDeadline().
  void run(Instant now);
  Instant nextDeadline() const;

  // How often the end was reached.
  std::uint64_t rounds() const { return rounds_; }
  std::uint64_t failures() const { return failures_; }

 private:
  // False: it has to wait.
  bool step(Instant now);
  bool follow(const TranscriptEntry& entry, Instant now);
  void follow(std::string_view note, Instant now);
  bool find(const TranscriptEntry& entry, Instant now);
  void endReached(Instant now);
  void begin(const Transcript& transcript, std::size_t index);
  bool failed(Instant now);

  const Transcript script_;
  const Transcript power_key_;
  const Transcript supply_;
  Wires& wires_;
  const Transcript* playing_ = &script_;
  std::size_t next_ = 0;
  std::size_t loop_ = 0;
  Duration patience_;
  Instant due_;                // not before
  Instant expected_ = kNever;  // by when the line must have come; kNever: not waiting for one
  std::string input_;
  bool heard_ = false;  // since the script began
  int silent_in_row_ = 0;
  std::uint64_t rounds_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace smartkar::modem_sim
