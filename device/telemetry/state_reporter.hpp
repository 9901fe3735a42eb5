#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <span>

#include "base/time.hpp"
#include "device/telemetry/provider.hpp"

namespace smartkar::device {

using DomainSet = std::bitset<kStateDomains>;

// What the server was told. Trivially copyable: survives deep sleep, so that only changes are sent after a wake.
struct PublishedState {
  DomainSet reported;                        // since the boot, or since a full state was asked for
  std::bitset<protocol::kFieldCount> known;  // fields whose latest report was not `null`
  VehicleSnapshot vehicle;                   // as reported
};

// Decides which domains of the state are worth a message: those that changed by more than noise, and each at least once
// in its longest interval.
class StateReporter {
 public:
  // published, intervals: must outlive the reporter; a changed interval holds at once.
  StateReporter(PublishedState& published, const ReportIntervals& intervals, Instant now);

  // The domains that should be sent.
  DomainSet due(const Observation& seen, Instant now) const;
  // Fills message, which has its time, boot and seq, with as many of the domains as fit. scratch: as long as a message
  // may be. Returns the domains taken: at least one, if there are any.
  DomainSet collect(DomainSet domains, const Observation& seen, protocol::StateMessage& message,
                    std::span<char> scratch) const;
  // What collect() took was published.
  void markSent(DomainSet domains, const Observation& seen, Instant now);
  // From now on every domain is due, with its unknown values.
  void wantAll() { published_.reported.reset(); }
  // When a domain is due although nothing changes.
  Instant nextDeadline(const VehicleSnapshot& vehicle) const;

 private:
  bool due(StateDomain domain, const Observation& seen, Instant now) const;
  bool hasSomethingToSay(StateDomain domain, const Observation& seen) const;
  bool isNews(StateDomain domain, const Reading& reading, const protocol::Value& value, const Observation& seen) const;
  bool changed(StateDomain domain, const Observation& seen) const;
  void put(StateDomain domain, const Observation& seen, protocol::StateMessage& message) const;
  Instant nextReport(StateDomain domain, const VehicleSnapshot& vehicle) const;
  bool reported(StateDomain domain) const;

  PublishedState& published_;
  const ReportIntervals& intervals_;
  DeviceFacts device_;    // as reported
  DomainSet unreported_;  // in this run
  std::array<Instant, kStateDomains> sent_;
};

}  // namespace smartkar::device
