#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "device/platform/vehicle.hpp"
#include "protocol/state.hpp"

namespace smartkar::device {

// What the device says of itself.
struct DeviceFacts {
  Duration uptime{};
  std::string_view wake_cause;   // at most kValueTextBytesMax bytes
  std::string_view modem_state;  // likewise
};

// What was last published. Trivially copyable: survives deep sleep, so that only changes are sent after a wake.
struct PublishedState {
  bool vehicle_known = false;
  VehicleSnapshot vehicle;
};

enum class StateDomain : std::uint8_t { Device, Network, Battery, Drive, Body, Climate, Range, Plug };
inline constexpr std::size_t kStateDomains = 8;

// Decides which domains of the state are worth a message: those that changed by more than noise, and each at least once
// in its longest interval (docs/sources.md, telemetry).
class StateReporter {
 public:
  // published: must outlive the reporter.
  StateReporter(PublishedState& published, Instant now);

  // True if collect() would find something.
  bool due(const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now) const;
  // Fills message with the values of the domains that are due. Without time, boot and seq.
  void collect(const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now,
               protocol::StateMessage& message) const;
  // What collect() gave was published.
  void markSent(const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now);
  // The next message is a full state.
  void wantAll() { want_all_ = true; }
  // When a domain is due although nothing changes.
  Instant nextDeadline(const VehicleSnapshot& vehicle) const;

 private:
  bool due(StateDomain domain, const VehicleSnapshot& vehicle, const DeviceFacts& facts, Instant now) const;
  bool changed(StateDomain domain, const VehicleSnapshot& vehicle, const DeviceFacts& facts) const;
  Instant lastSent(StateDomain domain) const { return sent_[static_cast<std::size_t>(domain)]; }

  PublishedState& published_;
  std::array<Instant, kStateDomains> sent_;
  FixedString<protocol::kValueTextBytesMax> modem_state_;
  bool device_sent_ = false;
  bool want_all_ = false;
};

}  // namespace smartkar::device
