#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

namespace smartkar::server {

// The last day (UTC) on which a car may connect with old firmware, which is believed without proof: `until` in
// legacy.toml of the car's folder. Looks at the disk every time. Nothing: it may not, or the file cannot be read.
std::optional<std::chrono::sys_days> legacyUntil(const std::filesystem::path& car_folder);

}  // namespace smartkar::server
