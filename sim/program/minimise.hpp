#pragma once

#include "sim/campaign/campaign.hpp"
#include "sim/program/player.hpp"

namespace smartkar::sim {

// A smaller run that breaks the same promise: fewer faults, fewer cars, less time. Plays a few dozen runs.
CampaignSettings minimise(const CampaignSettings& broken, int promise, Player& player);

}  // namespace smartkar::sim
