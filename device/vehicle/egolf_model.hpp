#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/fixed_vector.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "device/platform/vehicle.hpp"
#include "device/vehicle/actuator_log.hpp"
#include "device/vehicle/egolf_physics.hpp"
#include "device/vehicle/egolf_profiles.hpp"
#include "device/vehicle/egolf_settings.hpp"

namespace smartkar::device {

// A VW e-Golf as it behaves on its comfort bus (docs/sources.md, e-Golf): sleeps, wakes on a wake frame or by itself,
// answers some time after waking, loses what it is told too early, charges and heats. Runs on the time it is told; the
// same seed and the same calls give the same car.
class EGolfModel : public Vehicle {
 public:
  enum class Door : std::uint8_t { Driver, Passenger, RearLeft, RearRight };

  // log: every frame that changes the car; nullptr: nobody looks. Must outlive the model.
  EGolfModel(const EGolfSettings& settings, ActuatorLog* log)
      : settings_(settings),
        random_(settings.seed),
        physics_(settings),
        log_(log),
        plugged_(settings.plugged),
        has_supply_(settings.has_supply),
        locked_(settings.locked) {}

  void requestWake(Instant now) override;
  bool awake(Instant now) const override;
  void hold(Instant now) override;
  void release(Instant now) override;
  std::optional<ImmediateProfile> profile() const override;
  void writeProfile(const ImmediateProfile& profile, Instant now) override;
  void start(Instant now) override;
  void stop(Instant now) override;
  bool refresh(Instant now) override;
  const ProfileBook& profiles() const override { return profiles_.book(); }
  bool readProfiles(Instant now) override;
  void writeTimer(std::size_t timer, const ChargingProfile& profile, Instant now) override;
  void enableTimers(Timers timers, Instant now) override;
  std::optional<VehicleResult> poll(Instant now) override;
  Instant nextDeadline() const override;
  VehicleSnapshot snapshot(Instant now) const override;

  // What people do to the car; each wakes the bus.
  void stir(Instant now);
  void setPlugged(bool plugged, bool has_supply, Instant now);
  void setIgnition(bool on, Instant now);
  void setLocked(bool locked, Instant now);
  void setTrunk(bool open, Instant now);
  void setDoor(Door door, bool open, Instant now);
  void setTimer(std::size_t timer, const ChargingProfile& profile, Instant now);
  void setTimers(Timers timers, Instant now);
  // What the car itself keeps.
  const EGolfProfiles& kept() const { return profiles_; }

  // The device that listens was restarted: it holds nothing and knows no profile any more.
  void deviceRestarted();
  // Change the behaviour from now on.
  EGolfSettings& settings() { return settings_; }

 private:
  struct Pending {
    VehicleResult result{};
    Instant due{};
  };

  bool ask(VehicleOperation operation, Instant now);
  bool takesTimers(VehicleOperation operation, Instant now);
  void tell(VehicleOperation operation, Instant now);
  void describeAges(VehicleSnapshot& car, Instant now) const;
  void advance(Instant now);
  void beginBroadcast(Instant now);
  void hear(Instant now);
  void answer(VehicleOperation operation, VehicleOutcome outcome, Instant due);
  bool listens(Instant now) const;
  bool reasonToBeAwake(Instant now) const;
  Instant operationDone(Instant now);
  bool refusesStart() const;
  void describeDriveAndBody(VehicleSnapshot& car) const;
  void describeGps(GpsState& gps, Instant now) const;
  void run(Instant now);

  EGolfSettings settings_;
  Random random_;
  EGolfPhysics physics_;
  ActuatorLog* log_;
  FixedVector<Pending, 8> pending_;
  EGolfProfiles profiles_;
  ImmediateProfile stored_;
  bool profile_known_ = false;

  Instant now_{};
  bool awake_ = false;
  bool wake_asked_ = false;           // somebody waits for the Wake result
  Instant first_broadcast_ = kNever;  // when the bus comes up; in the past while awake
  Instant awake_until_{};             // nothing keeps the bus awake after this
  int holds_ = 0;
  bool plugged_;
  bool has_supply_;
  bool locked_;
  bool ignition_ = false;
  bool trunk_open_ = false;
  std::array<bool, 4> doors_open_{};
  Duration heard_{};                   // how long the bus was awake
  std::optional<Instant> last_frame_;  // of any kind
  std::optional<Instant> last_told_;   // plug, charge and climate state
};

}  // namespace smartkar::device
