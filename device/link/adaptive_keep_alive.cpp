#include "device/link/adaptive_keep_alive.hpp"

#include <utility>

namespace smartkar::device {

void AdaptiveKeepAlive::contact(bool adopted, bool lost, UnixTime now) {
  KeepAliveMemory& memory = state_.networks.of(state_.network);
  forgetOldFailure(memory, now);
  const auto since = std::exchange(state_.asleep_since, std::nullopt);
  if (!since) return;
  const Survival survival = adopted ? Survival::Survived : lost ? Survival::Lost : Survival::Unclear;
  learnKeepAlive(memory, std::chrono::seconds(state_.interval_s), now - *since, survival, now);
}

}  // namespace smartkar::device
