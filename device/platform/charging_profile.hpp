#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/fixed_string.hpp"
#include "base/time.hpp"

namespace smartkar::device {

// Slot 0 is what start commands run, 1 to 3 are the car's timers (protocol v2.2 section 7.4).
inline constexpr std::size_t kProfileSlots = 4;
// 20 characters of UTF-8.
inline constexpr std::size_t kProfileNameBytesMax = 80;

// Bits of ChargingProfile::operation (docs/sources.md, e-Golf); the others belong to the driver.
inline constexpr std::uint8_t kOperationCharge = 0x01;
inline constexpr std::uint8_t kOperationClimate = 0x02;
inline constexpr std::uint8_t kOperationClimateOnBattery = 0x04;

// A charging profile as the car keeps it.
struct ChargingProfile {
  std::uint8_t operation = 0;
  std::uint8_t operation2 = 0;      // window and park heaters
  std::uint8_t max_current_a = 32;  // 0 … 32
  std::uint8_t min_soc = 0;         // percent
  std::uint8_t target_soc = 80;     // percent
  double temperature_c = 22.0;      // 15.5 … 30.0
  bool shows_fahrenheit = false;
  std::uint8_t lead_min = 30;          // 0 … 120
  std::uint8_t hold_plugged_min = 30;  // 0 … 254
  std::uint8_t hold_battery_min = 10;  // 0 … 254
  FixedString<kProfileNameBytesMax> name;

  bool has(std::uint8_t bits) const { return (operation & bits) == bits; }
  void set(std::uint8_t bits, bool on) {
    operation = static_cast<std::uint8_t>(on ? operation | bits : operation & ~bits);
  }
  friend bool operator==(const ChargingProfile&, const ChargingProfile&) = default;
};

// Which timers the car heeds.
struct Timers {
  std::uint8_t bits = 0;  // bit n for timer n, 1 … 3

  // timer: 1 … 3.
  bool enabled(std::size_t timer) const { return (bits >> timer & 1) != 0; }
  // The same, but for this one.
  Timers with(std::size_t timer, bool on) const {
    const auto bit = static_cast<std::uint8_t>(1 << timer);
    return {static_cast<std::uint8_t>(on ? bits | bit : bits & ~bit)};
  }
  friend bool operator==(const Timers&, const Timers&) = default;
};

struct HeardProfile {
  ChargingProfile profile;
  Instant at;  // when the car last told it
};

// What the car has told of its profiles since this run began; the car holds the truth, and its driver may change it.
struct ProfileBook {
  std::array<std::optional<HeardProfile>, kProfileSlots> slots;
  std::optional<Timers> timers;
  std::uint32_t updates = 0;  // profiles told so far
};

}  // namespace smartkar::device
