#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "device/app/device_config.hpp"

namespace smartkar::ports {

// Gives a setting the value that somebody wrote. Failure: a sentence that names setting and range.
Result<void, std::string> putSetting(device::DeviceConfig& config, std::string_view name, std::string_view value);
// Failure: a sentence that says which settings do not go together.
Result<void, std::string> checkSettings(const device::DeviceConfig& config);

}  // namespace smartkar::ports
