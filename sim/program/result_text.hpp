#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/campaign/campaign.hpp"

namespace smartkar::sim {

// A result on its way from the process that played it: a line for each item.
std::string resultText(const CampaignResult& result);
// Nothing if the text is not whole: the process ended before its time.
std::optional<CampaignResult> resultFromText(std::string_view text);

}  // namespace smartkar::sim
