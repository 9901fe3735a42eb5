#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "device/platform/wake.hpp"

namespace smartkar::device {

// Charge in milliampere-milliseconds: 1 mAh is 3,600,000.
using Charge = std::int64_t;
inline constexpr Charge kMilliampereHour = 3'600'000;

// What a run costs beside its sleep (docs/sources.md, currents): processor and modem awake without traffic, and the
// radio connection of one contact until the network releases it.
inline constexpr Charge kAwakeMilliamperes = 36 + 18;
inline constexpr Charge kContactCharge = (103 - 18) * 10'000;
// A wake for nothing: at least 10 s awake, a contact, a farewell.
inline constexpr Charge kIdleWakeCharge = kAwakeMilliamperes * 12'000 + kContactCharge;
// A wake that is worth it: there is time to make a contact over the session that the modem kept.
inline constexpr Charge kRingCharge = kAwakeMilliamperes * 15'000 + kIdleWakeCharge;
// A wake to find out whether the network is back: a cold start of the modem with registration and TLS fits in.
inline constexpr Charge kAttemptCharge = kAwakeMilliamperes * 90'000 + kIdleWakeCharge;

// Promise P8: what the car may spend in any hour on what is neither the vehicle nor a command.
struct BudgetSettings {
  std::uint32_t wakes = 6;
  Charge charge = kMilliampereHour * 5 / 2;
};

// The account of the last hour, in slots of ten minutes. Trivially copyable: lives in retained memory. now: of a clock
// that goes on through deep sleep; one that began anew costs the car up to an hour of rest, no more.
class EnergyBudget {
 public:
  // Some time awake, as long as `awake` until now.
  void spend(Duration awake, Instant now);
  // A run that ends without having seen the vehicle or a command.
  void countIdleWake(WakeCause cause, Instant now);

  // What is left of this hour. Never negative.
  Charge left(const BudgetSettings& settings) const;
  // How long the car may go on without a contact: then there is still enough for one, and a farewell.
  Duration patience(const BudgetSettings& settings) const;
  // Whether this source may end the coming sleep. One that woke the car for nothing is disarmed before the last wake is
  // used up, so that it cannot shut out the others.
  bool mayArm(const BudgetSettings& settings, WakeCause source) const;
  // When the timer may wake the car at the earliest: there is room for a wake and an attempt then.
  Instant timerFrom(const BudgetSettings& settings, Instant now) const;

 private:
  static constexpr Duration kSlot = 10min;
  static constexpr std::size_t kSlots = 7;  // an hour, wherever in the first slot it begins

  struct Slot {
    Charge charge = 0;
    std::uint16_t wakes = 0;
    bool by_modem = false;
    bool by_vehicle = false;
  };

  void advance(Instant now);
  Slot sum(std::size_t first) const;
  static bool roomForAttempt(const BudgetSettings& settings, const Slot& spent);

  std::array<Slot, kSlots> slots_{};  // the latest is the last
  std::int64_t latest_ = 0;           // its number
};

}  // namespace smartkar::device
