#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "device/link/keep_alive.hpp"

namespace smartkar::device {

// Survives deep sleep. Trivially copyable.
struct KeepAliveState {
  KeepAliveNetworks networks;
  NetworkKey network = 0;        // in which the car is, or was last
  std::uint16_t interval_s = 0;  // of the connection that was opened last; 0: none
  std::optional<UnixTime> asleep_since;
  std::optional<Instant> kept_at;  // in flash, by a clock that goes on through deep sleep
};

// Chooses the keep-alive interval of each connection from what earlier sleeps have shown.
class AdaptiveKeepAlive {
 public:
  // state must outlive the object.
  explicit AdaptiveKeepAlive(KeepAliveState& state) : state_(state) {}

  // Begins with what was learned in earlier runs; the car is taken to be where it was.
  void recall(const KeepAliveNetworks& networks) {
    state_.networks = networks;
    state_.network = networks.latest();
  }
  // The interval for the next connection.
  std::chrono::seconds next() { return nextKeepAlive(state_.networks.of(state_.network)); }
  // A connection was opened with this interval.
  void opened(std::chrono::seconds interval) { state_.interval_s = static_cast<std::uint16_t>(interval.count()); }
  // The network of that connection; 0: not known.
  void in(NetworkKey network) { state_.network = network; }
  // The car goes to sleep and leaves the connection open.
  void asleep(UnixTime now) { state_.asleep_since = now; }
  // A contact begins. adopted: over the connection of the time before; lost: the server has seen its will.
  void contact(bool adopted, bool lost, UnixTime now);
  // True if the open connection has another interval than one that were opened now.
  bool outdated() { return state_.interval_s != next().count(); }

 private:
  KeepAliveState& state_;
};

}  // namespace smartkar::device
