#include "device/modem/recovery_ladder.hpp"

#include <algorithm>

namespace smartkar::device {
namespace {

constexpr Duration kFirstDelay = 1s;
constexpr std::uint32_t kDoublingsMax = 10;
constexpr std::uint32_t kLinkFailuresPerStep = 3;

}  // namespace

std::string_view recoveryStepName(RecoveryStep step) {
  switch (step) {
    case RecoveryStep::Resync:
      return "resync";
    case RecoveryStep::Bearer:
      return "bearer";
    case RecoveryStep::RadioCycle:
      return "radio_cycle";
    case RecoveryStep::Reset:
      return "reset";
    case RecoveryStep::PowerKey:
      return "power_key";
    case RecoveryStep::Rail:
      break;
  }
  return "rail";
}

void RecoveryLadder::onModemFailure(const Remedy& remedy, Instant now) {
  climb(remedy);
  backOff(remedy.longest_pause, now);
}

void RecoveryLadder::onLinkFailure(LinkTrouble trouble, Instant now) {
  const bool third = ++link_failures_ % kLinkFailuresPerStep == 0;
  if (third || (trouble == LinkTrouble::Silent && !climbed_)) climb({.least = RecoveryStep::Bearer});
  backOff(Remedy{}.longest_pause, now);
}

void RecoveryLadder::onSuccess() {
  climbed_ = due_ = false;
  failures_ = link_failures_ = 0;
  retry_at_ = Instant{};
}

RecoveryStep RecoveryLadder::take(Instant now) {
  due_ = false;
  RecoveryStep step = step_;
  if (step >= RecoveryStep::Reset && !hardStepAllowed(now)) step = RecoveryStep::RadioCycle;
  ++counts_[static_cast<std::size_t>(step)];
  return step;
}

// From the hardest step it goes back to the mildest: a modem that nothing helps is tried gently again.
void RecoveryLadder::climb(const Remedy& remedy) {
  const bool from_top = !climbed_ || step_ >= remedy.most;
  const auto next = from_top ? RecoveryStep::Resync : static_cast<RecoveryStep>(static_cast<std::size_t>(step_) + 1);
  step_ = std::max(next, remedy.least);
  climbed_ = due_ = true;
}

void RecoveryLadder::backOff(Duration longest, Instant now) {
  const std::uint32_t doublings = std::min(failures_, kDoublingsMax);
  ++failures_;
  const Duration delay = std::min<Duration>(kFirstDelay * (1 << doublings), longest);
  // Up to a quarter less, so that the cars of a fleet do not return in one moment.
  const auto quarter = static_cast<std::uint32_t>(delay.count() / 4);
  retry_at_ = now + delay - Duration(random_.below(quarter));
}

bool RecoveryLadder::hardStepAllowed(Instant now) {
  Instant& oldest = hard_steps_[hard_count_ % kHardStepsPerHour];
  if (hard_count_ >= kHardStepsPerHour && now - oldest < 1h) return false;
  oldest = now;
  ++hard_count_;
  return true;
}

}  // namespace smartkar::device
