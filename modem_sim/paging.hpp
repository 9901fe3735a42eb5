#pragma once

#include <optional>

#include "base/random.hpp"
#include "modem_sim/config.hpp"
#include "modem_sim/settings.hpp"

namespace smartkar::modem_sim {

// When the network can reach a radio that is idle: at every DRX occasion, with eDRX only in those of the paging time
// window, with which each cycle begins. Cycles go on whether the radio is used or not.
class Paging {
 public:
  Paging(Random& random, const Config& config, const SavedSettings& saved);

  // The code of the eDRX cycle that the network has granted, if any.
  std::optional<unsigned> edrxCycle() const;
  // From `now` to the paging time window; 0 within it, and without eDRX.
  Duration untilWindow(Instant now) const;
  // From a packet at the network, in the window, to the radio's ear. Another each time.
  Duration untilOccasion();

 private:
  Random& random_;
  const Config& config_;
  const SavedSettings& saved_;
  Duration offset_;  // of the cycles of this modem; the network's choice
};

}  // namespace smartkar::modem_sim
