#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "device/platform/charging_profile.hpp"

namespace smartkar::device {

// What the car has to say about an operation: reported once, through Vehicle::poll.
enum class VehicleOutcome : std::uint8_t {
  Ok,          // the car confirmed it
  Rejected,    // the car refused
  SendFailed,  // nothing went out
};

enum class VehicleOperation : std::uint8_t {
  Wake,
  WriteProfile,
  Start,
  Stop,
  Refresh,       // Ok: the snapshot is what the car said in answer
  ReadProfiles,  // Ok: the book is
  WriteTimer,    // Ok: the car keeps the profile, and the book says so
  EnableTimers,  // Ok: the car heeds these timers, and the book says so
};

struct VehicleResult {
  VehicleOperation operation;
  VehicleOutcome outcome;
};

// The immediate profile (slot 0): what a start command runs (docs/sources.md, e-Golf).
struct ImmediateProfile {
  bool charge = false;
  bool climate = false;
  bool climate_on_battery = false;
  std::uint8_t max_current_a = 32;  // 1 … 32
  std::uint8_t target_soc = 80;     // percent, 10 … 100
  double temperature_c = 21.0;      // 15.5 … 30.0

  friend bool operator==(const ImmediateProfile&, const ImmediateProfile&) = default;
};

// How a value came from the car: broadcast on the bus, or answered by the control unit when asked (docs/sources.md).
enum class SignalSource : std::uint8_t { Can, Bap };

enum class RangeTendency : std::uint8_t { Stable, Increasing, Decreasing };

// A fix in two dimensions is none.
enum class GpsFix : std::uint8_t { Fix3d, Dgps };

// The parts of a snapshot, one for each domain of the state. An age is the time since the car last said something of
// the part; empty: not since this run began.
struct BusState {
  std::optional<bool> bus_awake;
  std::optional<std::uint32_t> can_frames;  // since this run began; 0: nothing was heard yet
};

struct BatteryState {
  std::optional<double> soc;  // percent
  std::optional<SignalSource> soc_source;
  std::optional<bool> charging;
  std::optional<SignalSource> charging_source;
  std::optional<int> charging_mode;    // of the car: 0 off, 1 AC, 2 DC, 3 conditioning, 4 and 5 both
  std::optional<int> charging_status;  // of the car: 1 idle, 2 running, 4 … 7 aborted, 8 completed
  std::optional<int> charging_amps;
  std::optional<int> target_soc;  // percent
  std::optional<int> remaining_min;
  std::optional<double> power_kw;
  std::optional<double> energy_wh;
  std::optional<double> max_energy_wh;
  std::optional<double> battery_c;
  std::optional<bool> balancing;
  std::optional<Duration> battery_age;
};

struct DriveState {
  std::optional<int> ignition;  // 0 off, 1 accessory, 2 on, 3 start
  std::optional<bool> key_inserted;
  std::optional<bool> ignition_on;
  std::optional<double> speed_kmh;
  std::optional<std::int64_t> odometer_km;
  std::optional<Duration> drive_age;
};

struct BodyState {
  std::optional<bool> locked;
  std::optional<bool> trunk_open;
  std::optional<bool> driver_open;
  std::optional<bool> passenger_open;
  std::optional<bool> rear_left_open;
  std::optional<bool> rear_right_open;
  std::optional<Duration> body_age;
};

struct ClimateState {
  std::optional<double> inside_c;
  std::optional<SignalSource> inside_source;
  std::optional<double> outside_c;
  std::optional<bool> climate_active;
  std::optional<SignalSource> climate_source;
  std::optional<bool> heating;
  std::optional<bool> cooling;
  std::optional<bool> ventilation;
  std::optional<bool> auto_defrost;
  std::optional<int> climate_min;  // until it ends by itself
  std::optional<Duration> climate_age;
};

struct RangeState {
  std::optional<int> range_km;
  std::optional<int> electric_km;
  std::optional<int> display_km;
  std::optional<double> consumption;  // kWh/100 km
  std::optional<RangeTendency> tendency;
  std::optional<bool> reserve_warning;
  std::optional<Duration> range_age;
};

struct GpsState {
  std::optional<double> latitude;
  std::optional<double> longitude;
  std::optional<double> altitude_m;
  std::optional<double> heading_deg;
  std::optional<int> satellites;  // in use
  std::optional<GpsFix> fix;
  std::optional<double> hdop;
  std::optional<Duration> fix_age;  // since the car last said where it is
};

struct PlugState {
  std::optional<bool> plugged;
  std::optional<bool> has_supply;
  std::optional<int> lock_state;  // of the car, opaque
  std::optional<Duration> plug_age;
};

// Everything known of the car now; an empty optional is unknown, and what the car sends for "no data" is unknown. Units
// as in protocol/state.hpp.
struct VehicleSnapshot : BusState,
                         BatteryState,
                         DriveState,
                         BodyState,
                         ClimateState,
                         RangeState,
                         GpsState,
                         PlugState {};

// The car behind the bus. All operations are asynchronous: a result arrives through poll(), or never (the caller owns
// the deadline). One operation at a time.
class Vehicle {
 public:
  virtual ~Vehicle() = default;

  // Asks the bus to wake. Idempotent while waking or awake.
  virtual void requestWake(Instant now) = 0;
  // True only while frames are really received.
  virtual bool awake(Instant now) const = 0;
  // Keep-alive on and off, counted.
  virtual void hold(Instant now) = 0;
  virtual void release(Instant now) = 0;
  // The profile the car holds, if it was read since this run began.
  virtual std::optional<ImmediateProfile> profile() const = 0;
  virtual void writeProfile(const ImmediateProfile& profile, Instant now) = 0;
  // Runs the immediate profile: the first actuator frame of a start command.
  virtual void start(Instant now) = 0;
  // Stops whatever the immediate profile runs. Start and stop leave the timers as they are.
  virtual void stop(Instant now) = 0;
  // Asks for plug, charge and climate state; false if the bus is asleep. More questions before the answer are one.
  virtual bool refresh(Instant now) = 0;

  virtual const ProfileBook& profiles() const = 0;
  // Asks for all profiles and which timers are enabled; false if the bus is asleep. More questions before the answer
  // are one.
  virtual bool readProfiles(Instant now) = 0;
  // Replaces the profile of a timer. timer: 1 … 3.
  virtual void writeTimer(std::size_t timer, const ChargingProfile& profile, Instant now) = 0;
  // Enables these timers and no others. What the immediate profile runs goes on.
  virtual void enableTimers(Timers timers, Instant now) = 0;

  // Advances the car to `now` and takes the next result, if any.
  virtual std::optional<VehicleResult> poll(Instant now) = 0;
  // When poll() next has something to do by itself; kNever if only outside events can change anything.
  virtual Instant nextDeadline() const = 0;
  virtual VehicleSnapshot snapshot(Instant now) const = 0;
};

}  // namespace smartkar::device
