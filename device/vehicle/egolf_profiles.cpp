#include "device/vehicle/egolf_profiles.hpp"

namespace smartkar::device {

EGolfProfiles::EGolfProfiles() {
  for (std::size_t timer = 1; timer < kProfileSlots; ++timer) kept_[timer].operation = kOperationCharge;
}

void EGolfProfiles::tell(Instant now) {
  for (std::size_t slot = 0; slot < kProfileSlots; ++slot) tellOne(slot, now);
  book_.timers = timers_;
}

void EGolfProfiles::write(std::size_t slot, const ChargingProfile& profile, Instant now) {
  kept_[slot] = profile;
  tellOne(slot, now);
}

void EGolfProfiles::enable(Timers timers) {
  timers_ = timers;
  book_.timers = timers;
}

void EGolfProfiles::tellOne(std::size_t slot, Instant now) {
  book_.slots[slot] = HeardProfile{kept_[slot], now};
  ++book_.updates;
}

}  // namespace smartkar::device
