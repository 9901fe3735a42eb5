#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sim/campaign/campaign.hpp"

namespace smartkar::sim {

// A run as people write it: the options of the command, "--seed 17 --cars 2 --days 0.5 --faults urc,outage". What is
// not said is as in `defaults`.
std::string runLine(const CampaignSettings& settings);
// Fails with a sentence for people.
Result<CampaignSettings, std::string> runFromLine(std::string_view line, const CampaignSettings& defaults);

// "all", "none" or names with commas. Fails with a sentence that names the unknown one.
Result<std::set<std::string>, std::string> faultsFromText(std::string_view text);

// A number of days as a span.
Duration spanOf(double days);

}  // namespace smartkar::sim
