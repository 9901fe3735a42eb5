#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace smartkar::device {

// What the car has to say about an operation: reported once, through Vehicle::poll.
enum class VehicleOutcome : std::uint8_t {
  Ok,          // the car confirmed it
  Rejected,    // the car refused
  SendFailed,  // nothing went out
};

enum class VehicleOperation : std::uint8_t { Wake, WriteProfile, Start, Stop };

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

// Everything known of the car now; an empty optional is unknown. Units as in protocol/state.hpp.
struct VehicleSnapshot {
  std::optional<double> soc;  // percent
  std::optional<bool> charging;
  std::optional<double> power_kw;
  std::optional<int> charging_amps;
  std::optional<int> remaining_min;
  std::optional<bool> plugged;
  std::optional<bool> has_supply;
  std::optional<bool> climate_active;
  std::optional<double> inside_c;
  std::optional<double> outside_c;
  std::optional<bool> locked;
  std::optional<bool> ignition_on;
  std::optional<double> speed_kmh;
  std::optional<std::int64_t> odometer_km;
  std::optional<int> range_km;
};

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
  // Stops whatever the immediate profile runs.
  virtual void stop(Instant now) = 0;
  // Asks for plug, charge and climate state; false if the bus is asleep.
  virtual bool refresh(Instant now) = 0;

  // Advances the car to `now` and takes the next result, if any.
  virtual std::optional<VehicleResult> poll(Instant now) = 0;
  // When poll() next has something to do by itself; kNever if only outside events can change anything.
  virtual Instant nextDeadline() const = 0;
  virtual VehicleSnapshot snapshot(Instant now) const = 0;
};

}  // namespace smartkar::device
