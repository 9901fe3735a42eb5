#pragma once

#include <array>

#include "device/platform/charging_profile.hpp"

namespace smartkar::device {

// The profiles and timers of the simulated car: what it keeps, and what the device was told of it.
class EGolfProfiles {
 public:
  // As a car leaves the factory: three timers with default profiles, none enabled.
  EGolfProfiles();

  const ProfileBook& book() const { return book_; }
  // The car tells all.
  void tell(Instant now);
  // The car takes a profile, or which timers it heeds, and tells it.
  void write(std::size_t slot, const ChargingProfile& profile, Instant now);
  void enable(Timers timers);
  // The driver changes something; the device hears of it only if it listens.
  void changedByDriver(std::size_t slot, const ChargingProfile& profile) { kept_[slot] = profile; }
  void enabledByDriver(Timers timers) { timers_ = timers; }
  // The device forgot.
  void deviceRestarted() { book_ = {}; }

  const ChargingProfile& kept(std::size_t slot) const { return kept_[slot]; }
  Timers enabled() const { return timers_; }

 private:
  void tellOne(std::size_t slot, Instant now);

  std::array<ChargingProfile, kProfileSlots> kept_;
  Timers timers_;
  ProfileBook book_;
};

}  // namespace smartkar::device
