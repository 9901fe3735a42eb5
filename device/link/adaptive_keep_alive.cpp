#include "device/link/adaptive_keep_alive.hpp"

#include <utility>

namespace smartkar::device {

std::chrono::seconds AdaptiveKeepAlive::next(std::optional<UnixTime> now) {
  return nextKeepAlive(state_.networks.of(state_.network), now.value_or(UnixTime{}));
}

void AdaptiveKeepAlive::contact(bool adopted, bool lost, UnixTime now) {
  const auto since = std::exchange(state_.asleep_since, std::nullopt);
  if (!since) return;
  const Survival survival = adopted ? Survival::Survived : lost ? Survival::Lost : Survival::Unclear;
  learnKeepAlive(state_.networks.of(state_.network), std::chrono::seconds(state_.interval_s), now - *since, survival,
                 now);
}

}  // namespace smartkar::device
