#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/random.hpp"
#include "base/time.hpp"

namespace smartkar::device {

// What is tried before the next attempt, mildest first (docs/sources.md, recovery ladder).
enum class RecoveryStep : std::uint8_t {
  Resync,      // AT until it answers
  Bearer,      // CNACT off and on
  RadioCycle,  // CFUN=0 and 1
  Reset,       // CFUN=1,1
  PowerKey,    // off and on by PWRKEY
  Rail,        // the supply, off for at least 2 s
};
inline constexpr std::size_t kRecoverySteps = 6;

// "resync", "bearer", …
std::string_view recoveryStepName(RecoveryStep step);

// What may help after a failure of the modem.
struct Remedy {
  RecoveryStep least = RecoveryStep::Resync;  // the mildest step worth trying
  RecoveryStep most = RecoveryStep::Rail;     // the hardest; after it `least` again
  Duration longest_pause = 30s;               // a contact within 60 s after the last fault ends: promise P5
};

// How a link failed while the bearer was said to be up.
enum class LinkTrouble : std::uint8_t {
  Refused,  // the modem or the broker said no
  Silent,   // no answer at all
};

// Decides which step comes next and when. Pure bookkeeping: knows no modem.
class RecoveryLadder {
 public:
  // seed: of the back-off's spread.
  explicit RecoveryLadder(std::uint64_t seed) : random_(seed) {}

  // A failure of the modem itself: climbs one step, within the limits of the remedy.
  void onModemFailure(const Remedy& remedy, Instant now);
  // The server could not be reached although the bearer is up: climbs one step at every third in a row, because most
  // causes of it are not in the modem; from the ground Silent climbs at once.
  void onLinkFailure(LinkTrouble trouble, Instant now);
  // Something worked end to end: down to the bottom.
  void onSuccess();

  // True if a step is to be taken before the next attempt.
  bool due() const { return due_; }
  // The step to take now; counts it. Reset and above are taken at most kHardStepsPerHour times an hour: beyond that the
  // answer is RadioCycle. now: for that limit.
  RecoveryStep take(Instant now);
  // No attempt before this instant: 1 s after the first failure, doubling to the longest pause, less up to a quarter.
  Instant retryAt() const { return retry_at_; }

  // How often each step was taken, by RecoveryStep.
  std::uint32_t count(RecoveryStep step) const { return counts_[static_cast<std::size_t>(step)]; }

  static constexpr std::size_t kHardStepsPerHour = 4;

 private:
  void climb(const Remedy& remedy);
  void backOff(Duration longest, Instant now);
  bool hardStepAllowed(Instant now);

  Random random_;
  std::array<std::uint32_t, kRecoverySteps> counts_{};
  std::array<Instant, kHardStepsPerHour> hard_steps_{};
  std::size_t hard_count_ = 0;
  RecoveryStep step_ = RecoveryStep::Resync;
  bool climbed_ = false;
  bool due_ = false;
  std::uint32_t failures_ = 0;
  std::uint32_t link_failures_ = 0;
  Instant retry_at_{};
};

}  // namespace smartkar::device
