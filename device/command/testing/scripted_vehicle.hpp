#pragma once

#include <string>
#include <vector>

#include "device/platform/vehicle.hpp"

namespace smartkar::device {

// A vehicle that does nothing by itself: the test says when it answers, and reads what it was told.
class ScriptedVehicle : public Vehicle {
 public:
  void requestWake(Instant) override { calls.push_back("wake"); }
  bool awake(Instant) const override { return is_awake; }
  void hold(Instant) override { ++holds; }
  void release(Instant) override { --holds; }
  std::optional<ImmediateProfile> profile() const override { return known_profile; }
  void writeProfile(const ImmediateProfile& profile, Instant) override {
    calls.push_back("profile");
    written = profile;
  }
  void start(Instant) override { calls.push_back("start"); }
  void stop(Instant) override { calls.push_back("stop"); }
  bool refresh(Instant) override {
    ++refreshes;
    return is_awake;
  }
  const ProfileBook& profiles() const override { return book; }
  bool readProfiles(Instant) override {
    calls.push_back("read");
    return is_awake;
  }
  void writeTimer(std::size_t timer, const ChargingProfile& profile, Instant) override {
    calls.push_back("timer " + std::to_string(timer));
    written_timer = profile;
  }
  void enableTimers(Timers timers, Instant) override {
    calls.push_back("timers");
    enabled = timers;
  }
  std::optional<VehicleResult> poll(Instant) override { return std::exchange(result, std::nullopt); }
  Instant nextDeadline() const override { return kNever; }
  VehicleSnapshot snapshot(Instant) const override { return state; }

  bool is_awake = false;
  int holds = 0;
  std::optional<ImmediateProfile> known_profile;
  ImmediateProfile written;
  ProfileBook book;
  ChargingProfile written_timer;
  Timers enabled;
  int refreshes = 0;
  std::optional<VehicleResult> result;
  VehicleSnapshot state;
  std::vector<std::string> calls;
};

}  // namespace smartkar::device
