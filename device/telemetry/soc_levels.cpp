#include "device/telemetry/soc_levels.hpp"

#include <algorithm>
#include <cmath>

namespace smartkar::device {
namespace {

constexpr double kHysteresis = 2;  // percent; the car says whole ones
constexpr int kFull = 100;

}  // namespace

std::array<Crossing, kSocLevels.size()> SocLevels::look(double soc) {
  std::array<Crossing, kSocLevels.size()> crossings{};
  for (std::size_t i = 0; i < kSocLevels.size(); ++i) {
    Level& level = levels_[i];
    const bool above = soc >= kSocLevels[i];
    const bool away = std::abs(soc - kSocLevels[i]) >= kHysteresis;
    level.armed = level.armed || away;
    if (!known_) {
      level = {above, true};
    } else if (above != level.above && level.armed) {
      crossings[i] = above ? Crossing::Up : Crossing::Down;
      level = {above, away};
    }
  }
  known_ = true;
  return crossings;
}

std::optional<int> ChargeGoal::look(double soc, bool charging, std::optional<int> target) {
  const int goal = std::min(target.value_or(kFull), kFull);
  const bool reached = soc >= goal;
  const bool news = known_ && charging && reached && !reached_;
  if (!known_ || news) reached_ = reached;
  if (soc <= goal - kHysteresis) reached_ = false;
  known_ = true;
  return news ? std::optional(goal) : std::nullopt;
}

}  // namespace smartkar::device
