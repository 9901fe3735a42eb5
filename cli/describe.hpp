#pragma once

#include <string>

#include "cli/api.hpp"

namespace smartkar::cli {

// "asleep until 17:05:00, believed reachable, proved 14:05:33": a device object in words. now: Unix seconds.
std::string presenceText(const json::value& device, std::int64_t now);

// One line (without its end) for an event of the stream: time, car, kind, what. Empty for data that is no JSON.
std::string eventLine(const ServerEvent& event, std::int64_t now);

}  // namespace smartkar::cli
