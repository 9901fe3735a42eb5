#include "device/power/energy_budget.hpp"

#include <algorithm>
#include <iterator>

namespace smartkar::device {

void EnergyBudget::spend(Duration awake, Instant now) {
  advance(now);
  slots_.back().charge += kAwakeMilliamperes * wholeMilliseconds(awake);
}

void EnergyBudget::countIdleWake(WakeCause cause, Instant now) {
  advance(now);
  Slot& slot = slots_.back();
  slot.charge += kContactCharge;
  ++slot.wakes;
  slot.by_modem |= cause == WakeCause::ModemRi;
  slot.by_vehicle |= cause == WakeCause::CanActivity;
}

Charge EnergyBudget::left(const BudgetSettings& settings) const {
  return std::max<Charge>(settings.charge - sum(0).charge, 0);
}

Duration EnergyBudget::patience(const BudgetSettings& settings) const {
  const Charge usable = std::max<Charge>(left(settings) - kIdleWakeCharge, 0);
  return std::chrono::milliseconds(usable / kAwakeMilliamperes);
}

bool EnergyBudget::mayArm(const BudgetSettings& settings, WakeCause source) const {
  const Slot spent = sum(0);
  if (left(settings) < kRingCharge) return false;
  const bool offender =
      (source == WakeCause::ModemRi && spent.by_modem) || (source == WakeCause::CanActivity && spent.by_vehicle);
  return spent.wakes + (offender ? 1U : 0U) < settings.wakes;
}

Instant EnergyBudget::timerFrom(const BudgetSettings& settings, Instant now) const {
  std::size_t passed = 0;
  while (!roomForAttempt(settings, sum(passed))) ++passed;  // there is in an hour of rest
  return std::max(Instant{} + kSlot * (latest_ + static_cast<std::int64_t>(passed)), now);
}

// A clock that began anew leaves the account as it is.
void EnergyBudget::advance(Instant now) {
  const std::int64_t number = (now - Instant{}) / kSlot;
  const auto passed = static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(number - latest_, 0, std::ssize(slots_)));
  latest_ = number;
  std::shift_left(slots_.begin(), slots_.end(), passed);
  std::fill(slots_.end() - passed, slots_.end(), Slot{});
}

EnergyBudget::Slot EnergyBudget::sum(std::size_t first) const {
  Slot total;
  for (std::size_t i = first; i < kSlots; ++i) {
    total.charge += slots_[i].charge;
    total.wakes = static_cast<std::uint16_t>(total.wakes + slots_[i].wakes);
    total.by_modem |= slots_[i].by_modem;
    total.by_vehicle |= slots_[i].by_vehicle;
  }
  return total;
}

bool EnergyBudget::roomForAttempt(const BudgetSettings& settings, const Slot& spent) {
  return spent.wakes < settings.wakes && settings.charge - spent.charge >= kAttemptCharge;
}

}  // namespace smartkar::device
