#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "device/telemetry/reading.hpp"
#include "device/telemetry/report_intervals.hpp"

namespace smartkar::device {

enum class StateDomain : std::uint8_t { Device, Network, Bus, Battery, Drive, Body, Climate, Range, Gps, Plug };
inline constexpr std::size_t kStateDomains = 10;

// What was last reported of every value.
struct LastReport {
  VehicleSnapshot& vehicle;
  DeviceFacts& device;
};

// What a domain reports, and when (docs/sources.md, telemetry).
struct Provider {
  std::span<const Reading> readings;
  // The domain is reported at least this often.
  Duration (*longest_interval)(const VehicleSnapshot&, const ReportIntervals&);
  // False: there is nothing to say, and what was said still stands.
  bool (*speaks)(const VehicleSnapshot&);
  // False: what is unknown was only not heard yet.
  bool (*hears)(const VehicleSnapshot&);
  // Notes what the readings read as reported.
  void (*keep)(const Observation& seen, LastReport report);
};

const Provider& provider(StateDomain domain);

}  // namespace smartkar::device
